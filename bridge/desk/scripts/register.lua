-- register: these kiosks and staff exist, connected or not.
-- args: kind ('kiosk' or 'staff'), seats, a list of {id, profile}. Who is known already is left as they are.

local key = args.kind == 'kiosk' and KIOSKS or STAFF
for _, seat in ipairs(args.seats) do
  if not load(key, seat.id) then
    local entity = seat.profile
    entity.id = seat.id
    entity.connected = false
    entity.since_ms = now
    if args.kind == 'staff' then
      entity.presence = 'offline'
    end
    save(key, entity)
    local what = {}
    what[args.kind == 'kiosk' and 'kiosks' or 'staff'] = { entity }
    append_fact(args.kind .. '.registered', what)
  end
end
return done()
