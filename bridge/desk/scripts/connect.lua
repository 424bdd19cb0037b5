-- connect: a page of a kiosk or a staff member is connected.
-- args: kind ('kiosk' or 'staff'), id, profile (fields to keep), page, claim (this page takes calls from now on).
-- Answer: page (the one that takes calls), at (the stream id of the fact, when there is one).

local key = args.kind == 'kiosk' and KIOSKS or STAFF
local entity = load(key, args.id)
local changed = not entity
entity = entity or { id = args.id, connected = false, since_ms = now }
if args.kind == 'staff' and not entity.presence then
  entity.presence = 'offline'
end
for name, value in pairs(args.profile) do
  if cjson.encode(entity[name] or cjson.null) ~= cjson.encode(value) then
    entity[name] = value
    changed = true
  end
end
if entity.page ~= args.page and (args.claim or not entity.page or not entity.connected) then
  entity.page = args.page
  changed = true
end
if not entity.connected and entity.page == args.page then
  entity.connected = true
  changed = true
  if args.kind == 'kiosk' then
    entity.since_ms = now
  end
end
if entity.page == args.page then
  redis.call('ZADD', LEASES, now + policy[args.kind .. '_grace_ms'], args.kind .. ':' .. args.id)
end
local at
if changed then
  save(key, entity)
  local what = {}
  what[args.kind == 'kiosk' and 'kiosks' or 'staff'] = { entity }
  at = append_fact(args.kind .. '.connected', what)
end
return done({ page = entity.page, at = at })
