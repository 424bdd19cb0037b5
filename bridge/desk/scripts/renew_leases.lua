-- renew_leases: these pages are still connected.
-- args: pages, a list of {kind, id, page}.
-- One that had been given up (its worker was away for long) counts as connected again.

for _, one in ipairs(args.pages) do
  local key = one.kind == 'kiosk' and KIOSKS or STAFF
  local entity = load(key, one.id)
  if entity and entity.page == one.page then
    server('ZADD', LEASES, now + policy[one.kind .. '_grace_ms'], one.kind .. ':' .. one.id)
    if not entity.connected then
      entity.connected = true
      if one.kind == 'kiosk' then
        entity.since_ms = now
      end
      save(key, entity)
      local what = {}
      what[one.kind == 'kiosk' and 'kiosks' or 'staff'] = { entity }
      append_fact(one.kind .. '.connected', what)
    end
  end
end
return done()
