-- disconnect: a page's connection is gone. Its place is kept until the lease runs out.
-- args: kind ('kiosk' or 'staff'), id, page, line (id of that connection).
-- A page that does not take calls, or that has a newer connection (at another worker), is none of the desk's business.

local key = args.kind == 'kiosk' and KIOSKS or STAFF
local entity = load(key, args.id)
if entity and entity.page == args.page and entity.line == args.line and entity.connected then
  entity.connected = false
  if args.kind == 'kiosk' then
    entity.since_ms = now
  end
  save(key, entity)
  server('ZADD', LEASES, now + policy[args.kind .. '_grace_ms'], args.kind .. ':' .. args.id)
  local what = {}
  what[args.kind == 'kiosk' and 'kiosks' or 'staff'] = { entity }
  append_fact(args.kind .. '.disconnected', what)
end
return done()
