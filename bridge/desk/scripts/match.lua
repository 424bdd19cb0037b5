-- match: make the offers there are to make.
-- args: offers (fresh ids; so many at most). Answer: made (how many).
--
-- First whoever is waited for by name, then conversations that ask for one more person, then the queues: the call that is
-- first in line of all queues that somebody free could serve; for it the first open tier whose seats can all be filled,
-- longest idle first. Within a queue an older call can be served by whoever could serve a younger one: when the first
-- cannot be, the others need no look, but for what is its own alone (its kiosk is not there, somebody declined it, it was
-- raised). Who declined a call is passed over until their rest is over; staff and kiosks that are not there, until they
-- are. Waiting calls are never all looked at.

local CHUNK = 16

local made = 0
local known = {}

local function staff(id)
  local member = known[id]
  if member == nil then
    member = load(STAFF, id) or false
    if member then
      member.is_there = is_there('staff', member)
    end
    known[id] = member
  end
  return member
end

-- Making an offer ----------------------------------------------------------------------------------------------------

local function make_offer(kind, call, seats, tier, opened_at_ms)
  made = made + 1
  local offer = {
    id = args.offers[made], state = 'ringing', kind = kind, call = call.id, tier = tier, seats = {}, made_at_ms = now,
    named = call.named ~= nil or (kind == 'join' and call.ask.ask == 'colleague'), opened_at_ms = opened_at_ms or now,
    expires_at_ms = now + policy.ring_timeout_ms,
  }
  local members = {}
  for n, seat in ipairs(seats) do
    local member = seat.member
    offer.seats[n] = {
      staff = member.id, name = member.name, role = member.role, language = seat.language,
      level = member.languages[seat.language], accepted = false,
    }
    link(call, member.id, 'visitor')
    for _, person in ipairs(call.people) do
      link(call, person.staff, member.id)
    end
    for before = 1, n - 1 do
      link(call, offer.seats[before].staff, member.id)
    end
    member.offer = offer.id
    member.is_there = nil
    known[member.id] = nil
    settle(member)
    members[n] = member
  end
  call.offer = offer.id
  if kind == 'serve' then
    take_out_of_line(call)
    call.state = 'ringing'
  end
  due('offer:' .. offer.id, offer.expires_at_ms)
  save(CALLS, call)
  save(OFFERS, offer)
  append_fact('offer.made', { calls = { call }, offers = { offer }, staff = members })
end

-- Who may take a seat --------------------------------------------------------------------------------------------------

local function declined(call, id)
  return (call.declined[id] or 0) > now
end

-- The first in the index `key` that will do, and whether somebody was passed over only because they declined this call.
local function first_of(key, call, gender, fits)
  local passed_over = false
  local from = 0
  while true do
    local ids = redis.call('ZRANGE', key, from, from + CHUNK - 1)
    for _, id in ipairs(ids) do
      local member = staff(id)
      local room = member and (member.place ~= 'spare' or #member.calls < policy.chats_at_once)
      if room and member.is_there and not member.offer and (not gender or member.gender == gender) and (not fits or fits(member)) then
        if not declined(call, id) then
          return member, passed_over
        end
        passed_over = true
      end
    end
    if #ids < CHUNK then
      return nil, passed_over
    end
    from = from + CHUNK
  end
end

-- Of those in several indexes the one who has been idle longest (with chats: who has fewest).
local function longest_idle(place, seat, call, gender, fits)
  local best, best_language
  local passed_over = false
  for _, language in ipairs(seat.languages) do
    for _, level in ipairs(seat.levels) do
      local key = PREFIX .. place .. ':' .. seat.role .. ':' .. language .. ':' .. level
      local member, over = first_of(key, call, gender, fits)
      passed_over = passed_over or over
      if member then
        local better = not best
        if best and place == 'free' then
          better = (member.idle_since_ms or 0) < (best.idle_since_ms or 0)
        elseif best then
          better = #member.calls < #best.calls
        end
        if better then
          best, best_language = member, language
        end
      end
    end
  end
  return best, passed_over, best_language
end

-- An advisor and an interpreter who share another language than the visitor's: both or neither.
local function pair(tier, call, gender)
  local wanted = tier.seats[2]
  local passed_over = false
  for _, level in ipairs(wanted.levels) do
    local key = PREFIX .. 'free:interpreter:' .. wanted.languages[1] .. ':' .. level
    local advisor
    local interpreter, over = first_of(key, call, gender, function(candidate)
      local found, also_over = first_of(AVAILABLE, call, gender, function(other)
        if other.role ~= 'advisor' then
          return false
        end
        for language in pairs(other.languages) do
          if language ~= wanted.languages[1] and candidate.languages[language] then
            return true
          end
        end
        return false
      end)
      passed_over = passed_over or also_over
      advisor = found or advisor
      return found ~= nil
    end)
    passed_over = passed_over or over
    if interpreter then
      return { { member = advisor, language = call.language }, { member = interpreter, language = wanted.languages[1] } }
    end
  end
  return nil, passed_over
end

local function fill(tier, call, gender)
  if #tier.seats == 2 then
    return pair(tier, call, gender)
  end
  local seat = tier.seats[1]
  local member, passed_over, language = longest_idle('free', seat, call, gender)
  if not member and call.channel == 'chat' then
    local over
    member, over, language = longest_idle('spare', seat, call, gender)
    passed_over = passed_over or over
  end
  if member then
    return { { member = member, language = language } }
  end
  return nil, passed_over
end

-- Which tiers are open (bridge/domain/routing.py holds the same rule) -----------------------------------------------------

local duty_cache = {}

local function on_duty(key)
  if duty_cache[key] == nil then
    duty_cache[key] = redis.call('EXISTS', PREFIX .. 'duty:' .. key) == 1
  end
  return duty_cache[key]
end

local function is_staffed(tier, gender)
  local suffix = gender and ':' .. gender or ''
  if #tier.seats == 2 and not on_duty(gender and 'advisor::' .. gender or 'advisor') then
    return false
  end
  local seat = tier.seats[#tier.seats]
  for _, language in ipairs(seat.languages) do
    for _, level in ipairs(seat.levels) do
      if on_duty(seat.role .. ':' .. language .. ':' .. level .. suffix) then
        return true
      end
    end
  end
  return false
end

-- A wish is waited for while its time lasts and somebody on duty would fit.
local function wish_of(call, queue)
  if not queue.gender or now - call.joined_at_ms >= queue.wish_ms then
    return nil
  end
  for _, tier in ipairs(queue.tiers) do
    if is_staffed(tier, queue.gender) then
      return queue.gender
    end
  end
  return nil
end

-- Whether no tier has to be waited for: raised by a supervisor, or served before and not passed on to another language.
local function tries_at_once(call)
  return call.priority > 1 or (call.priority == 1 and call.passed_on ~= 'language')
end

-- The seats for a call with their tier and since when that one is open; otherwise whether it was passed over for what is
-- its own alone.
local function seats_for(call, queue)
  local gender = wish_of(call, queue)
  local at_once = tries_at_once(call)
  local anybody, speaker = false, false
  local passed_over = call.priority > 0
  for _, tier in ipairs(queue.tiers) do
    local staffed = is_staffed(tier)
    local opens = call.waiting_since_ms
    if anybody and not at_once and not (tier.name == 'interpreted' and not speaker) then
      opens = opens + tier.after_ms
    end
    if staffed and opens <= now then
      local seats, over = fill(tier, call, gender)
      if seats then
        return seats, tier.name, opens
      end
      passed_over = passed_over or over
    end
    anybody = anybody or staffed
    if tier.name == 'native' or tier.name == 'fluent' then
      speaker = speaker or staffed
    end
  end
  return nil, passed_over
end

-- Those waited for by name -----------------------------------------------------------------------------------------------

local function serve_named()
  for _, id in ipairs(redis.call('ZRANGE', NAMED, 0, -1)) do
    if made == #args.offers then
      return
    end
    local call = load(CALLS, id)
    local member = staff(call.named.staff)
    local room = member and (member.place == 'free' or (member.place == 'spare' and call.channel == 'chat' and #member.calls < policy.chats_at_once))
    if room and member.is_there and not member.offer and is_there('kiosk', load(KIOSKS, call.kiosk)) then
      local language = member.languages[call.language] and call.language or nil
      for _, other in ipairs(call.also) do
        language = language or (member.languages[other] and other)
      end
      make_offer('serve', call, { { member = member, language = language or call.language } })
    end
  end
end

-- Conversations that ask for one more ------------------------------------------------------------------------------------

-- The first call in line that waits for an interpreter like this with an advisor, where its pair may be served by now.
local function waiting_for_a_pair(interpreter, since_ms)
  local first
  for language in pairs(interpreter.languages) do
    for _, id in ipairs(redis.call('SMEMBERS', PREFIX .. 'for:interpreter:' .. language)) do
      local queue = load(QUEUES, id)
      local tier = queue.tiers[#queue.tiers]
      local speaker = find(queue.tiers, function(one)
        return (one.name == 'native' or one.name == 'fluent') and is_staffed(one)
      end)
      -- Those in front may have come back a moment ago.
      for _, waiting in ipairs(redis.call('ZRANGE', PREFIX .. 'queue:' .. id, 0, 3)) do
        local call = load(CALLS, waiting)
        local open = is_staffed(tier) and (tries_at_once(call) or not speaker or call.waiting_since_ms + tier.after_ms <= now)
        if open and call.waiting_since_ms < since_ms and (not first or call.order < first.order) then
          first = call
        end
      end
    end
  end
  return first
end

-- Whether an advisor is on duty besides those who ask: otherwise both would wait for each other.
local function others_on_duty()
  local asking = {}
  for _, id in ipairs(redis.call('ZRANGE', ASKS, 0, -1)) do
    asking[load(CALLS, id).staff] = true
  end
  return find(redis.call('SMEMBERS', PREFIX .. 'duty:advisor'), function(id) return not asking[id] end) ~= nil
end

local function serve_asks()
  for _, id in ipairs(redis.call('ZRANGE', ASKS, 0, -1)) do
    if made == #args.offers then
      return
    end
    local call = load(CALLS, id)
    local wanted = call.ask
    local member
    if call.offer then
      member = nil
    elseif wanted.ask == 'colleague' then
      member = staff(wanted.staff)
      member = member and member.place == 'free' and member.is_there and not member.offer and member
    else
      local seat = { role = 'interpreter', languages = { wanted.language }, levels = { 'native', 'fluent' } }
      local overtaken = {}
      member = longest_idle('free', seat, call, nil, function(one)
        local older = waiting_for_a_pair(one, wanted.since_ms)
        overtaken[one.id] = older
        return not older or older.passes < policy.interpreter_passes or not others_on_duty()
      end)
      local older = member and overtaken[member.id]
      if older then
        older.passes = older.passes + 1
        save(CALLS, older)
        append_fact('call.passed', { calls = { older } })
      end
    end
    if member then
      make_offer('join', call, { { member = member, language = wanted.language or call.language } })
    end
  end
end

-- The queues -------------------------------------------------------------------------------------------------------------

local FEW = 8

-- The queues that somebody free could serve, with the place of their first call: found from the staff where few are
-- free, and from the queues otherwise.
local function queues_in_reach()
  local found = {}
  local free = redis.call('ZCARD', AVAILABLE)
  local spare = redis.call('ZCARD', PREFIX .. 'spare')
  if free + spare == 0 or redis.call('EXISTS', LIVE) == 0 then
    return found
  end
  if free + spare > FEW then
    local live = redis.call('ZRANGE', LIVE, 0, -1, 'WITHSCORES')
    for n = 1, #live, 2 do
      found[#found + 1] = { id = live[n], order = tonumber(live[n + 1]), at = 0 }
    end
    return found
  end
  local seen = {}
  for _, key in ipairs({ AVAILABLE, PREFIX .. 'spare' }) do
    for _, id in ipairs(redis.call('ZRANGE', key, 0, -1)) do
      local member = staff(id)
      for language in pairs(member and member.languages or {}) do
        for _, queue in ipairs(redis.call('SMEMBERS', PREFIX .. 'for:' .. member.role .. ':' .. language)) do
          if not seen[queue] then
            seen[queue] = true
            found[#found + 1] = { id = queue, order = tonumber(redis.call('ZSCORE', LIVE, queue)), at = 0 }
          end
        end
      end
    end
  end
  return found
end

local function serve_queues()
  local reach = queues_in_reach()
  local queues = {}
  while made < #args.offers do
    local first
    for _, one in ipairs(reach) do
      if one.order and (not first or one.order < first.order or (one.order == first.order and one.id < first.id)) then
        first = one
      end
    end
    if not first then
      return
    end
    local key = PREFIX .. 'queue:' .. first.id
    local head = redis.call('ZRANGE', key, first.at, first.at)
    local call = load(CALLS, head[1])
    if call then
      queues[first.id] = queues[first.id] or load(QUEUES, first.id)
      local seats, why, opens = seats_for(call, queues[first.id])
      if seats and not is_there('kiosk', load(KIOSKS, call.kiosk)) then
        seats, why = nil, true
      end
      if seats then
        make_offer('serve', call, seats, why, opens)
      elseif why then
        first.at = first.at + 1
      else
        first.order = nil
      end
    end
    if first.order then
      local next_one = redis.call('ZRANGE', key, first.at, first.at, 'WITHSCORES')
      first.order = next_one[2] and tonumber(next_one[2]) or nil
    end
    if redis.call('ZCARD', AVAILABLE) == 0 and redis.call('EXISTS', PREFIX .. 'spare') == 0 then
      return
    end
  end
end

serve_named()
serve_asks()
serve_queues()
return done({ made = made })
