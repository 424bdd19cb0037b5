-- relay_seen: a relay says that it is there.
-- args: name, addresses (list of {address, port}), paths (how many it carries), limit, stun_port (0: answers no STUN).
-- Whoever has not been heard of for a minute is forgotten, and so are paths whose call is gone (a line check's end by
-- themselves).

local FORGOTTEN_AFTER_MS = 60000

for _, text in ipairs(server('HVALS', RELAYS)) do
  local relay = cjson.decode(text)
  if now - relay.seen_at_ms > FORGOTTEN_AFTER_MS then
    server('HDEL', RELAYS, relay.name)
  end
end
for _, id in ipairs(server('HKEYS', PATHS)) do
  local call = id:match('^(.+)%.%d+$')
  if id:sub(1, 6) ~= 'check.' and (not call or server('HEXISTS', CALLS, call) == 0) then
    server('HDEL', PATHS, id)
  end
end
local relay = {
  name = args.name, addresses = args.addresses, paths = args.paths, limit = args.limit, stun_port = args.stun_port,
  seen_at_ms = now,
}
server('HSET', RELAYS, relay.name, cjson.encode(relay))
return done()
