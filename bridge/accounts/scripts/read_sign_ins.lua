-- read_sign_ins: whom sign-ins stand for, while they are good; those that are not are deleted.
-- KEYS  1 signs · 2… the sign-ins
-- ARGV  1 now_ms (empty: the server's time) · 2 idle_ms (0: no limit; kiosks have none) · 3 '1' when this counts as use
-- Returns a list of JSON, empty text for one that is not good.

local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local idle_ms = tonumber(ARGV[2])
local found = {}
for n = 2, #KEYS do
  local fields = redis.call('HGETALL', KEYS[n])
  local sign_in = {}
  for at = 1, #fields, 2 do
    sign_in[fields[at]] = fields[at + 1]
  end
  found[n - 1] = ''
  if sign_in.seat then
    local epoch = tonumber(redis.call('HGET', KEYS[1], sign_in.seat) or math.huge)
    local idle = idle_ms > 0 and sign_in.role ~= 'kiosk' and now - tonumber(sign_in.used_at_ms) >= idle_ms
    if tonumber(sign_in.epoch) < epoch or now >= tonumber(sign_in.until_ms) or idle then
      redis.call('DEL', KEYS[n])
    else
      if ARGV[3] == '1' then
        redis.call('HSET', KEYS[n], 'used_at_ms', string.format('%d', now))
      end
      found[n - 1] = cjson.encode(sign_in)
    end
  end
end
return found
