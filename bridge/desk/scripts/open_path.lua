-- open_path: one side of a connection says by which names it knows itself (ICE user fragments and passwords, as in its
-- description), so that the relays can tell its checks from anybody else's.
-- args: credentials (list of {ufrag, pwd}), anew (choose the relays anew: a new connection or restart begins; only for the
-- side that makes the descriptions), relays_at_most; then either
--   call and link with kiosk or staff (whose it must be): the path is <call>.<link>, the link's first end its first side;
--   or path (id), side ('first': the line check · 'second': the browser), until_ms (it ends by itself).
-- The newest four credentials of a side are kept: during a restart the old ones are still in use.
-- Answer: relays (list of {name, addresses}) that carry this path, the same for both sides.
-- Refusals: call_over, not_yours, wrong_state.

local KEPT = 4

local id, side = args.path, args.side
if args.call then
  local call, mine, me = call_on_the_line()
  if not call then
    return mine
  end
  id, side = call.id .. '.' .. mine.n, mine.a == me and 'first' or 'second'
end

local path = load(PATHS, id) or { id = id, first = {}, second = {}, relays = {} }
local known = {}
for _, one in ipairs(args.credentials) do
  known[one.ufrag] = true
end
local kept = {}
for _, one in ipairs(path[side]) do
  if not known[one.ufrag] then
    kept[#kept + 1] = one
  end
end
for _, one in ipairs(args.credentials) do
  kept[#kept + 1] = one
end
while #kept > KEPT do
  table.remove(kept, 1)
end
path[side] = kept
if (args.anew and side == 'first') or #path.relays == 0 then
  -- The ones before carry the call until the restart has found its way.
  path.before = path.relays
  path.relays = choose_relays(path.id, args.relays_at_most)
end
save(PATHS, path)
if args.until_ms then
  server('ZADD', DEADLINES, args.until_ms, 'path:' .. path.id)
end
append_fact('media.path', { paths = { path.id } })
return done({ relays = path.relays })
