-- prepare: make the desk's keys ready for this schema. Of a desk of schema 1 (before tiers and pairs) what is live ends: each
-- call leaves its record (a wrap-up left its first one already), and everybody connects anew; accounts, sign-ins and facts
-- stay.
-- args: schema (number), epoch (a random id, taken when the desk has none), groups (consumer groups of the facts).
-- Answer: epoch. Refusals: wrong_schema (the keys belong to another version of Gloria).

local schema = server('HGET', META, 'schema')
if schema == '1' and args.schema == 2 then
  for _, text in ipairs(server('HVALS', CALLS)) do
    local call = cjson.decode(text)
    local served = call.served or {}
    -- Until the desk was last swept somebody was there.
    local last = tonumber(server('HGET', META, 'swept_at_ms') or now)
    local waited_ms = call.state ~= 'connected' and math.max(0, last - call.waiting_since_ms) or 0
    local talked_ms = call.accepted_at_ms and math.max(0, last - call.accepted_at_ms) or 0
    append_fact('call.ended', { record = {
      call = call.id, version = 1, channel = 'video', kiosk = call.kiosk, municipality = call.municipality,
      language = call.language, language_served = served.staff and call.language or nil, level = served.level,
      joined_at_ms = call.joined_at_ms, wait_ms = call.wait_ms + waited_ms, offer_ms = call.offer_ms,
      talk_ms = call.talk_ms + talked_ms,
      wrap_up_ms = 0, end_reason = 'failed', advisor = served.staff, interpreter_wait_ms = 0, transfers = 0, people = {},
      topics = {}, onward = {}, offers = call.offers, media = call.media,
    } })
  end
  server('DEL', CALLS, OFFERS, STAFF, KIOSKS, WRAPPING, WAITING, AVAILABLE, DEADLINES, LEASES, PATHS)
  schema = nil
end
if schema and tonumber(schema) ~= args.schema then
  return refuse('wrong_schema', 'the desk has schema ' .. schema .. ', expected ' .. args.schema)
end
server('HSET', META, 'schema', args.schema)
server('HSETNX', META, 'epoch', args.epoch)
server('HSETNX', META, 'swept_at_ms', string.format('%d', now))
for _, group in ipairs(args.groups) do
  -- From the very first fact: whoever joins late has nothing to lose by reading what is still there.
  redis.pcall('XGROUP', 'CREATE', FACTS, group, '0', 'MKSTREAM')
end
return done({ epoch = server('HGET', META, 'epoch') })
