-- sweep: carry out what is due. Any worker may run it at any time.
-- args: limit (how many at most). Answer: swept (how many), held (whether the desk is in its grace after a pause).
-- When nobody has swept for longer than pause_ms the desk itself was away: nothing is swept until everybody has had
-- restart_grace_ms to come back.

local swept_at = tonumber(redis.call('HGET', META, 'swept_at_ms') or 0)
local hold_until = tonumber(redis.call('HGET', META, 'hold_until_ms') or 0)
redis.call('HSET', META, 'swept_at_ms', string.format('%d', now))
if now - swept_at > policy.pause_ms then
  hold_until = now + policy.restart_grace_ms
  redis.call('HSET', META, 'hold_until_ms', string.format('%d', hold_until))
end
if now < hold_until then
  return done({ swept = 0, held = true })
end

local swept = 0
local due = redis.call('ZRANGE', DEADLINES, '-inf', now, 'BYSCORE', 'LIMIT', 0, args.limit)
for _, item in ipairs(due) do
  local kind, id = item:match('^(%a+):(.+)$')
  redis.call('ZREM', DEADLINES, item)
  swept = swept + 1
  if kind == 'offer' then
    local offer = load(OFFERS, id)
    if offer then
      give_back(offer, 'timed_out', 'away', 'missed_offer', 'offer.timed_out')
    end
  elseif kind == 'wait' then
    local call = load(CALLS, id)
    if call and call.state == 'waiting' then
      end_call(call, 'no_advisor')
    elseif call and call.state == 'ringing' then
      redis.call('ZADD', DEADLINES, now + policy.ring_timeout_ms, item)
    end
  elseif kind == 'wrap' then
    local member = load(STAFF, id)
    if member and member.presence == 'wrap_up' then
      close_wrap_up(member, 'available')
    end
  elseif kind == 'path' then
    redis.call('HDEL', PATHS, id)
    append_fact('media.path', { paths = { id } })
  end
end

local lost = redis.call('ZRANGE', LEASES, '-inf', now, 'BYSCORE', 'LIMIT', 0, args.limit, 'WITHSCORES')
for n = 1, #lost, 2 do
  local item = lost[n]
  local kind, id = item:match('^(%a+):(.+)$')
  -- A lease runs out a grace period after its owner was last heard of.
  local last_there = tonumber(lost[n + 1]) - policy[kind .. '_grace_ms']
  redis.call('ZREM', LEASES, item)
  swept = swept + 1
  local entity = load(kind == 'kiosk' and KIOSKS or STAFF, id)
  entity.connected = false
  if kind == 'staff' then
    save(STAFF, entity)
    lose_staff(entity, last_there)
  else
    save(KIOSKS, entity)
    local call = load(CALLS, entity.call)
    if call then
      local reason = call.state == 'connected' and 'visitor_left' or reason_of_leaving(call, last_there)
      end_call(call, reason, last_there)
    else
      append_fact('kiosk.disconnected', { kiosks = { entity } })
    end
  end
end
return done({ swept = swept, held = false })
