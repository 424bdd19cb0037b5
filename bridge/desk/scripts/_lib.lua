-- What every script of the desk begins with. Loaded in front of each of them by bridge/desk/desk.py.
--
-- KEYS  1 meta · 2 calls · 3 offers · 4 staff · 5 kiosks · 6 wrapping · 7 waiting · 8 available · 9 deadlines
--       · 10 leases · 11 facts · 12 signs · 13 paths · 14 relays
--       · 15 done (the answer to a repeated command; unused where there is no key)
-- ARGV  1 now_ms (empty: the server's own time, one clock for every worker) · 2 arguments (JSON) · 3 policy (JSON): durations in milliseconds
-- Each script returns its answer as JSON: {ok = true, …} or {ok = false, code = …, detail = …}.

local META, CALLS, OFFERS, STAFF, KIOSKS, WRAPPING = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local WAITING, AVAILABLE, DEADLINES, LEASES, FACTS = KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11]
local SIGNS, PATHS, RELAYS, DONE = KEYS[12], KEYS[13], KEYS[14], KEYS[15]

local args = cjson.decode(ARGV[2])
local policy = cjson.decode(ARGV[3])

local function server_time_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Time in the desk never runs backwards, even where the clock does.
local now = math.max(tonumber(ARGV[1]) or server_time_ms(), tonumber(redis.call('HGET', META, 'now_ms') or 0))
redis.call('HSET', META, 'now_ms', string.format('%d', now))

-- Entities ---------------------------------------------------------------------------------------------------------

local function load(key, id)
  local text = id and redis.call('HGET', key, id)
  return text and cjson.decode(text) or nil
end

local function save(key, entity)
  redis.call('HSET', key, entity.id, cjson.encode(entity))
end

-- What happened, with the entities it left as they are now. `what` maps calls, offers, staff, kiosks to lists.
local function append_fact(name, what)
  what.name = name
  what.at_ms = now
  return redis.call('XADD', FACTS, '*', 'fact', cjson.encode(what))
end

-- Answers ----------------------------------------------------------------------------------------------------------

local function refuse(code, detail)
  return cjson.encode({ ok = false, code = code, detail = detail })
end

local function answered_before()
  return DONE ~= '' and redis.call('GET', DONE) or nil
end

local function done(answer)
  answer = answer or {}
  answer.ok = true
  local text = cjson.encode(answer)
  if DONE ~= '' then
    redis.call('SET', DONE, text, 'PX', policy.command_memory_ms)
  end
  return text
end

-- Connections -------------------------------------------------------------------------------------------------------

-- Whether somebody is there to be rung or talked to: connected, and heard of within the grace period. (After a power
-- cut everybody is still written down as connected.)
local function is_there(kind, entity)
  if not entity or not entity.connected then
    return false
  end
  return tonumber(redis.call('ZSCORE', LEASES, kind .. ':' .. entity.id) or 0) > now
end

-- Staff ------------------------------------------------------------------------------------------------------------

-- Put a staff member into a presence. Coming back from a ring without having served keeps the place in the line of
-- the idle; everything else begins a new one.
-- Somebody whose account is shut finishes what they are in and is offline.
local function set_presence(member, presence, reason)
  if member.leaving and (presence == 'available' or presence == 'away') then
    presence, reason = 'offline', nil
  end
  local was = member.presence
  member.presence = presence
  member.since_ms = now
  member.away_reason = reason
  if presence == 'available' then
    if was ~= 'ringing' then
      member.idle_since_ms = now
    end
    redis.call('ZADD', AVAILABLE, member.idle_since_ms, member.id)
  else
    redis.call('ZREM', AVAILABLE, member.id)
  end
  save(STAFF, member)
end

-- Offers -----------------------------------------------------------------------------------------------------------

-- The one outcome of an offer; the call and the staff member are let go of, their states are the caller's to set.
local function end_offer(offer, call, member, outcome)
  offer.state = outcome
  redis.call('HDEL', OFFERS, offer.id)
  redis.call('ZREM', DEADLINES, 'offer:' .. offer.id)
  local rang_ms = now - offer.made_at_ms
  call.offers[#call.offers + 1] = { staff = offer.staff, outcome = outcome, rang_ms = rang_ms }
  call.offer_ms = call.offer_ms + rang_ms
  call.offer = nil
  member.offer = nil
end

-- The offer in args, where it rings at args.staff; otherwise nil and the refusal.
local function own_offer()
  local offer = load(OFFERS, args.offer)
  if not offer then
    return nil, refuse('offer_over', 'the offer does not ring any more')
  elseif offer.staff ~= args.staff then
    return nil, refuse('not_yours', "somebody else's offer")
  end
  return offer
end

-- Whoever talked or was rung no longer does: the relays forget both. What was measured stays until somebody measures anew.
local function let_path_go(call)
  redis.call('HDEL', PATHS, call.id)
end

local function back_to_waiting(call)
  call.state = 'waiting'
  let_path_go(call)
  redis.call('ZADD', WAITING, call.joined_at_ms, call.id)
  save(CALLS, call)
end

-- An offer that came to nothing: the visitor keeps the place, the staff member becomes `presence`.
local function give_back(offer, outcome, presence, reason, fact)
  local call = load(CALLS, offer.call)
  local member = load(STAFF, offer.staff)
  end_offer(offer, call, member, outcome)
  if outcome == 'declined' then
    call.declined[member.id] = now + policy.decline_rest_ms
  end
  back_to_waiting(call)
  set_presence(member, presence, reason)
  append_fact(fact, { calls = { call }, offers = { offer }, staff = { member } })
end

-- Calls ------------------------------------------------------------------------------------------------------------

-- What will remain of a call: ids, codes and milliseconds (bridge/domain/contact.py reads it).
local function record_of(call, reason)
  local served = call.served or {}
  return {
    call = call.id, version = 1, kiosk = call.kiosk, municipality = call.municipality, language = call.language,
    joined_at_ms = call.joined_at_ms, wait_ms = call.wait_ms, offer_ms = call.offer_ms, talk_ms = call.talk_ms,
    wrap_up_ms = 0, end_reason = reason, advisor = served.staff, level = served.level, topics = {}, onward = {},
    offers = call.offers, media = call.media,
  }
end

-- `at` is when somebody was last there: an outage is no conversation.
local function stop_talking(call, at)
  call.talk_ms = call.talk_ms + math.max(0, (at or now) - call.accepted_at_ms)
  call.accepted_at_ms = nil
  call.staff = nil
  call.staff_name = nil
end

-- End a call in whatever state it is: the offer is withdrawn, the advisor wraps up, the record goes into the facts.
-- `at` is when the visitor was last there, where that is earlier than now.
local function end_call(call, reason, at)
  local what = { kiosks = {}, staff = {}, offers = {} }
  local record
  local member
  if call.state == 'connected' then
    member = load(STAFF, call.staff)
    stop_talking(call, at)
    record = record_of(call, reason)
    member.call = nil
    member.wrap_up_call = call.id
    member.wrap_up_until_ms = now + policy.wrap_up_limit_ms
    redis.call('HSET', WRAPPING, member.id, cjson.encode({ began_at_ms = now, record = record }))
    redis.call('ZADD', DEADLINES, member.wrap_up_until_ms, 'wrap:' .. member.id)
    set_presence(member, 'wrap_up')
  else
    call.wait_ms = call.wait_ms + math.max(0, (at or now) - call.waiting_since_ms)
    if call.offer then
      local offer = load(OFFERS, call.offer)
      member = load(STAFF, offer.staff)
      end_offer(offer, call, member, 'withdrawn')
      set_presence(member, 'available')
      what.offers[1] = offer
    end
    record = record_of(call, reason)
  end
  what.staff[1] = member
  redis.call('HDEL', CALLS, call.id)
  let_path_go(call)
  redis.call('ZREM', WAITING, call.id)
  redis.call('ZREM', DEADLINES, 'wait:' .. call.id)
  local kiosk = load(KIOSKS, call.kiosk)
  kiosk.call = nil
  save(KIOSKS, kiosk)
  call.state = 'ended'
  call.end_reason = reason
  what.calls = { call }
  what.kiosks[1] = kiosk
  what.record = record
  append_fact('call.ended', what)
end

-- Why a call ends whose visitor is gone (since `at`) while nobody serves them.
local function reason_of_leaving(call, at)
  if call.served then
    return 'advisor_left'
  end
  return (at or now) - call.joined_at_ms < policy.touch_limit_ms and 'touched' or 'abandoned'
end

-- Wrap-up ----------------------------------------------------------------------------------------------------------

-- Close the wrap-up of a staff member, who becomes `presence`. `said` holds topics, onward and outcome, or is nil.
local function close_wrap_up(member, presence, said)
  local wrapping = cjson.decode(redis.call('HGET', WRAPPING, member.id))
  local record = wrapping.record
  record.version = record.version + 1
  record.wrap_up_ms = now - wrapping.began_at_ms
  if said then
    record.topics, record.onward, record.outcome = said.topics, said.onward, said.outcome
  end
  redis.call('HDEL', WRAPPING, member.id)
  redis.call('ZREM', DEADLINES, 'wrap:' .. member.id)
  member.wrap_up_call = nil
  member.wrap_up_until_ms = nil
  set_presence(member, presence, presence == 'away' and 'break' or nil)
  append_fact('contact.wrapped_up', { staff = { member }, record = record })
end

-- Loss -------------------------------------------------------------------------------------------------------------

-- A staff member whose console has been gone for too long (since `at`). Whoever they were serving is first in line again.
local function lose_staff(member, at)
  if member.presence == 'ringing' then
    give_back(load(OFFERS, member.offer), 'withdrawn', 'offline', nil, 'offer.withdrawn')
    return
  elseif member.presence == 'wrap_up' then
    close_wrap_up(member, 'offline')
    return
  end
  local what = { staff = { member } }
  if member.presence == 'in_call' then
    local call = load(CALLS, member.call)
    stop_talking(call, at)
    call.requeued = true
    call.waiting_since_ms = now
    call.generation = call.generation + 1
    member.call = nil
    redis.call('ZADD', DEADLINES, now + policy.wait_limit_ms, 'wait:' .. call.id)
    back_to_waiting(call)
    what.calls = { call }
  end
  set_presence(member, 'offline')
  append_fact(what.calls and 'call.requeued' or 'staff.lost', what)
end

-- Media ------------------------------------------------------------------------------------------------------------

-- The call in args, where somebody is rung or talks and args.kiosk or args.staff takes part; otherwise nil and the refusal.
local function call_on_the_line()
  local call = load(CALLS, args.call)
  if not call then
    return nil, refuse('call_over', 'the call has ended')
  end
  local offer = load(OFFERS, call.offer)
  local theirs = call.kiosk == args.kiosk
  if args.staff then
    theirs = call.staff == args.staff or (offer and offer.staff == args.staff)
  end
  if not theirs then
    return nil, refuse('not_yours', "somebody else's call")
  elseif call.state == 'waiting' then
    return nil, refuse('wrong_state', 'nobody is rung')
  end
  return call
end

-- Relays that have been heard of lately and have room; where there is none, those that may just be coming back. The same
-- for both sides and every worker: each path has an order of its own, which spreads the load.
local function choose_relays(path_id, at_most)
  local there, silent = {}, {}
  for _, text in ipairs(redis.call('HVALS', RELAYS)) do
    local relay = cjson.decode(text)
    local for_ms = now - relay.seen_at_ms
    if relay.paths < relay.limit and for_ms <= 60000 then
      relay.order = redis.sha1hex(path_id .. relay.name)
      local list = for_ms <= 15000 and there or silent
      list[#list + 1] = relay
    end
  end
  if #there == 0 then
    there = silent
  end
  table.sort(there, function(one, other)
    return one.order < other.order
  end)
  local chosen = {}
  for n = 1, math.min(#there, at_most) do
    chosen[n] = { name = there[n].name, addresses = there[n].addresses, stun_port = there[n].stun_port }
  end
  return chosen
end
