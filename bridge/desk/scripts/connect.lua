-- connect: a page of a kiosk or a staff member is connected.
-- args: kind ('kiosk' or 'staff'), id, page, line (id of this connection), claim (this page takes calls from now on),
-- path (what the other side may learn of this page's address).
-- Without claim another page takes over only when the one that takes calls has been gone for longer than its grace
-- period: a forgotten window must not get somebody's call because it was back first.
-- Answer: page (the one that takes calls), at (a stream id that holds all of this). Refusals: not_yours (not registered).

local key = args.kind == 'kiosk' and KIOSKS or STAFF
local seat = args.kind .. ':' .. args.id
local entity = load(key, args.id)
if not entity then
  return refuse('not_yours', 'no such ' .. args.kind .. ' is registered')
end
local changed = false
local lapsed = tonumber(server('ZSCORE', LEASES, seat) or 0) <= now
if entity.page ~= args.page and (args.claim or not entity.page or lapsed) then
  entity.page = args.page
  changed = true
end
if entity.page == args.page then
  entity.line = args.line
  if entity.path ~= args.path then
    entity.path = args.path
    changed = true
  end
  server('ZADD', LEASES, now + policy[args.kind .. '_grace_ms'], seat)
  if not entity.connected then
    entity.connected = true
    changed = true
    if args.kind == 'kiosk' then
      entity.since_ms = now
    end
  end
end
save(key, entity)
local at
if changed then
  local what = {}
  what[args.kind == 'kiosk' and 'kiosks' or 'staff'] = { entity }
  at = append_fact(args.kind .. '.connected', what)
else
  local last = server('XREVRANGE', FACTS, '+', '-', 'COUNT', 1)
  at = last[1] and last[1][1] or '0-0'
end
return done({ page = entity.page, at = at })
