-- read_sign_ins: whom sign-ins stand for, while they are good; those that are not are deleted.
-- KEYS  1 signs · 2 meta · 3… the sign-ins
-- ARGV  1 now_ms (empty: the server's time) · 2 idle_ms (kiosks have no limit) · 3 '1' when this counts as use
--       · 4 pause_ms (the desk was away when nobody has swept for so long)
-- Returns a list of JSON, empty text for one that is not good. While the desk was away nobody could use anything: until its
-- grace after a pause is over (sweep), nobody counts as idle.

local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local idle_ms = tonumber(ARGV[2])
local hold_until = tonumber(redis.call('HGET', KEYS[2], 'hold_until_ms') or 0)
local swept_at = tonumber(redis.call('HGET', KEYS[2], 'swept_at_ms') or now)
local paused = now < hold_until or now - swept_at > tonumber(ARGV[4])
local found = {}
for n = 3, #KEYS do
  local fields = redis.call('HGETALL', KEYS[n])
  local sign_in = {}
  for at = 1, #fields, 2 do
    sign_in[fields[at]] = fields[at + 1]
  end
  found[n - 2] = ''
  if sign_in.seat then
    local epoch = tonumber(redis.call('HGET', KEYS[1], sign_in.seat) or math.huge)
    local idle = idle_ms > 0 and not paused and sign_in.role ~= 'kiosk' and now - tonumber(sign_in.used_at_ms) >= idle_ms
    if tonumber(sign_in.epoch) < epoch or now >= tonumber(sign_in.until_ms) or idle then
      redis.call('DEL', KEYS[n])
    else
      if ARGV[3] == '1' then
        redis.call('HSET', KEYS[n], 'used_at_ms', string.format('%d', now))
      end
      found[n - 2] = cjson.encode(sign_in)
    end
  end
end
return found
