-- take_try: count a try against several counters, or say how long to wait when one of them is used up.
-- KEYS  1… the counters
-- ARGV  1 now_ms (empty: the server's time) · then for each counter: how many tries · in how many milliseconds
-- Returns 0 when the try may be made (it is counted then), otherwise the milliseconds to wait.

local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local wait = 0
local counts = {}
for n = 1, #KEYS do
  local count, ends = unpack(redis.call('HMGET', KEYS[n], 'count', 'ends_ms'))
  if not ends or tonumber(ends) <= now then
    count, ends = 0, now + tonumber(ARGV[2 * n + 1])
  end
  counts[n] = { count = tonumber(count), ends = tonumber(ends) }
  if counts[n].count >= tonumber(ARGV[2 * n]) then
    wait = math.max(wait, counts[n].ends - now)
  end
end
if wait > 0 then
  return wait
end
for n = 1, #KEYS do
  redis.call('HSET', KEYS[n], 'count', counts[n].count + 1, 'ends_ms', string.format('%d', counts[n].ends))
  redis.call('PEXPIRE', KEYS[n], ARGV[2 * n + 1])
end
return 0
