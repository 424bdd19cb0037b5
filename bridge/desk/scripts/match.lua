-- match: make one offer, if there is one to make.
-- args: offer (a fresh id). Answer: offer, or nothing made.
-- Oldest call first; for each the first open tier that somebody available can fill, longest idle first. Who declined
-- the call is passed over until their rest is over. Staff and kiosks that are not there are passed over until they are;
-- a visitor who lost the network keeps the place meanwhile.

local idle
local function idle_staff()
  if not idle then
    idle = {}
    for _, id in ipairs(redis.call('ZRANGE', AVAILABLE, 0, -1)) do
      local member = load(STAFF, id)
      if is_there('staff', member) then
        idle[#idle + 1] = member
      end
    end
  end
  return idle
end

local function fills(member, seat, call)
  if member.role ~= seat.role or (call.declined[member.id] or 0) > now then
    return false
  end
  for _, level in ipairs(seat.levels) do
    if member.languages[seat.language] == level then
      return true
    end
  end
  return false
end

local function candidate_for(call)
  for _, tier in ipairs(call.tiers) do
    if call.joined_at_ms + tier.after_s * 1000 <= now then
      for _, member in ipairs(idle_staff()) do
        if fills(member, tier.seats[1], call) then
          return member
        end
      end
    end
  end
  return nil
end

for _, id in ipairs(redis.call('ZRANGE', WAITING, 0, -1)) do
  if #idle_staff() == 0 then
    break
  end
  local call = load(CALLS, id)
  local member = is_there('kiosk', load(KIOSKS, call.kiosk)) and candidate_for(call)
  if member then
    local offer = {
      id = args.offer, state = 'ringing', call = call.id, staff = member.id, made_at_ms = now,
      expires_at_ms = now + policy.ring_timeout_ms,
    }
    call.state = 'ringing'
    call.offer = offer.id
    call.generation = call.generation + 1
    member.offer = offer.id
    redis.call('ZREM', WAITING, call.id)
    redis.call('ZADD', DEADLINES, offer.expires_at_ms, 'offer:' .. offer.id)
    save(CALLS, call)
    save(OFFERS, offer)
    set_presence(member, 'ringing')
    append_fact('offer.made', { calls = { call }, offers = { offer }, staff = { member } })
    return done({ offer = offer.id })
  end
end
return done()
