-- prepare: make the desk's keys ready for this schema.
-- args: schema (number), epoch (a random id, taken when the desk has none), groups (consumer groups of the facts).
-- Answer: epoch. Refusals: wrong_schema (the keys belong to another version of Gloria).

local schema = redis.call('HGET', META, 'schema')
if schema and tonumber(schema) ~= args.schema then
  return refuse('wrong_schema', 'the desk has schema ' .. schema .. ', expected ' .. args.schema)
end
redis.call('HSET', META, 'schema', args.schema)
redis.call('HSETNX', META, 'epoch', args.epoch)
redis.call('HSETNX', META, 'swept_at_ms', string.format('%d', now))
for _, group in ipairs(args.groups) do
  -- From the very first fact: whoever joins late has nothing to lose by reading what is still there.
  redis.pcall('XGROUP', 'CREATE', FACTS, group, '0', 'MKSTREAM')
end
return done({ epoch = redis.call('HGET', META, 'epoch') })
