-- What every script of the desk begins with. bridge/desk/runner.py puts it in front of each of them, without the functions
-- that the script does not name: each begins in the first column and ends with an `end` there.
--
-- KEYS  1 meta · 2 done (the answer to a repeated command; missing where it has no key)
--       The desk's other keys (bridge/desk/keys.py) are named from the first of these; all share one hash tag.
-- ARGV  1 now_ms (empty: the server's own time, one clock for every worker) · 2 arguments (JSON) · 3 policy (JSON): durations in milliseconds
-- Each script returns its answer as JSON: {ok = true, …} or {ok = false, code = …, detail = …}.

-- The server collects Lua's garbage in steps, a large one behind every fiftieth script. With a multiplier of half the
-- usual they keep up all the same, and no command waits a millisecond for one.
collectgarbage('setstepmul', 100)

-- A command to the server. (By its own name a thirtieth of each would go into finding it.)
local server = redis.call

local META, DONE = KEYS[1], KEYS[2]
local PREFIX = META:sub(1, -5)
local CALLS, OFFERS, STAFF, KIOSKS = PREFIX .. 'calls', PREFIX .. 'offers', PREFIX .. 'staff', PREFIX .. 'kiosks'
local WRAPPING, WAITING, AVAILABLE = PREFIX .. 'wrapping', PREFIX .. 'waiting', PREFIX .. 'available'
local DEADLINES, LEASES, FACTS, SIGNS = PREFIX .. 'deadlines', PREFIX .. 'leases', PREFIX .. 'facts', PREFIX .. 'signs'
local PATHS, RELAYS, QUEUES, LIVE = PREFIX .. 'paths', PREFIX .. 'relays', PREFIX .. 'queues', PREFIX .. 'live'
local NAMED, ASKS, LANGUAGES, NOTICES = PREFIX .. 'named', PREFIX .. 'asks', PREFIX .. 'languages', PREFIX .. 'notices'

local args = cjson.decode(ARGV[2])
-- Durations and bounds, each read when it is first asked for: a script needs two or three of thirty.
local policy = setmetatable({}, {
  __index = function(known, name)
    known[name] = tonumber(ARGV[3]:match('"' .. name .. '": (%d+)'))
    return known[name]
  end,
})

local function server_time_ms()
  local time = server('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Time in the desk never runs backwards, even where the clock does.
local now = math.max(tonumber(ARGV[1]) or server_time_ms(), tonumber(server('HGET', META, 'now_ms') or 0))
server('HSET', META, 'now_ms', string.format('%d', now))

-- Entities ---------------------------------------------------------------------------------------------------------

-- What most calls have none of is not written down: to read and write it would cost as much as all that there is.
local NONE = {
  priority = 0, transfers = 0, passes = 0, linked = 0, wait_ms = 0, offer_ms = 0, talk_ms = 0, interpreter_wait_ms = 0,
}
local LISTS = { also = true, knows = true, links = true, people = true, took_part = true, offers = true, declined = true }
local CALL = {
  __index = function(call, name)
    if LISTS[name] then
      call[name] = {}
      return rawget(call, name)
    end
    return NONE[name]
  end,
}

local function load(key, id)
  local text = id and server('HGET', key, id)
  local entity = text and cjson.decode(text) or nil
  return entity and key == CALLS and setmetatable(entity, CALL) or entity
end

-- Returns the text, for whoever writes the fact.
local function save(key, entity)
  local text = cjson.encode(entity)
  server('HSET', key, entity.id, text)
  return text
end

-- Paths that the next fact tells the relays to forget.
local closed_paths = {}

-- What happened, with the entities it left as they are now. `what` maps calls, offers, staff, kiosks … to lists.
local function append_fact(name, what)
  if #closed_paths > 0 then
    what.paths = closed_paths
    closed_paths = {}
  end
  what.name = name
  what.at_ms = now
  return server('XADD', FACTS, '*', 'fact', cjson.encode(what))
end

local function due(item, at_ms)
  server('ZADD', DEADLINES, at_ms, item)
end

local function not_due(...)
  server('ZREM', DEADLINES, ...)
end

-- The place of the first that fits, or nil.
local function find(list, fits)
  for n, one in ipairs(list) do
    if fits(one) then
      return n, one
    end
  end
end

-- Answers ----------------------------------------------------------------------------------------------------------

local function refuse(code, detail)
  return cjson.encode({ ok = false, code = code, detail = detail })
end

local function answered_before()
  return DONE and server('GET', DONE) or nil
end

local function done(answer)
  answer = answer or {}
  answer.ok = true
  local text = cjson.encode(answer)
  if DONE then
    server('SET', DONE, text, 'PX', policy.command_memory_ms)
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
  return tonumber(server('ZSCORE', LEASES, kind .. ':' .. entity.id) or 0) > now
end

-- Staff ------------------------------------------------------------------------------------------------------------

local ON_DUTY = { available = true, ringing = true, in_call = true, serving = true, wrap_up = true }

-- Where a staff member stands in the indexes of those who can be rung: free for anything, or with room for a further
-- chat beside the chats they have.
local function place_of(member)
  if member.last_call or member.leaving then
    return nil
  elseif member.presence == 'available' then
    return 'free'
  elseif member.presence == 'in_call' and member.chatting and #member.calls < policy.chats_at_once and not member.afterwards then
    return 'spare'
  end
end

-- Put a staff member where they belong in every index, from where they stood.
local function index(member, gone)
  local place = not gone and place_of(member) or nil
  local was = member.place
  if was and was ~= place then
    server('ZREM', was == 'free' and AVAILABLE or PREFIX .. 'spare', member.id)
    local prefix = PREFIX .. was .. ':' .. member.role .. ':'
    for language, level in pairs(member.languages) do
      server('ZREM', prefix .. language .. ':' .. level, member.id)
    end
  end
  -- With room for chats the score is how many there are, which changes while the place does not.
  if place and (was ~= place or place == 'spare') then
    local score = place == 'free' and member.idle_since_ms or #member.calls
    server('ZADD', place == 'free' and AVAILABLE or PREFIX .. 'spare', score, member.id)
    for language, level in pairs(member.languages) do
      server('ZADD', PREFIX .. place .. ':' .. member.role .. ':' .. language .. ':' .. level, score, member.id)
    end
  end
  member.place = place
  local duty = not gone and ON_DUTY[member.presence] and not member.last_call and not member.leaving or false
  if duty ~= (member.duty or false) then
    local change = duty and 'SADD' or 'SREM'
    local key = PREFIX .. 'duty:' .. member.role
    server(change, key, member.id)
    for language, level in pairs(member.languages) do
      server(change, key .. ':' .. language .. ':' .. level, member.id)
      if member.gender then
        server(change, key .. ':' .. language .. ':' .. level .. ':' .. member.gender, member.id)
      end
    end
    if member.gender then
      server(change, key .. '::' .. member.gender, member.id)
    end
    member.duty = duty
  end
end

-- What a staff member is doing follows from what they have (bridge/domain/staff.py); with nothing, they are `otherwise`,
-- or what they said while they were in chats (`afterwards`: presence and reason): they get no new ones until then.
-- Coming back from a ring without having served keeps the place in the line of the idle. Somebody whose account is shut
-- or whose shift is over finishes what they are in and is offline.
local function settle(member, otherwise, reason)
  local presence = otherwise or 'available'
  if member.offer then
    presence = 'ringing'
  elseif #member.calls > 0 then
    presence = 'in_call'
  elseif member.serving then
    presence = 'serving'
  elseif #member.wrap_ups > 0 then
    presence = 'wrap_up'
  elseif (member.leaving or member.shift_over) and presence ~= 'offline' then
    presence = 'offline'
  elseif presence == 'available' and member.afterwards then
    presence, reason = member.afterwards[1], member.afterwards[2]
  end
  if presence ~= 'away' then
    reason = nil
  end
  if presence ~= 'ringing' and presence ~= 'in_call' and presence ~= 'wrap_up' then
    member.afterwards = nil
  end
  if presence == 'available' then
    member.idle_since_ms = member.idle_since_ms or now
  elseif presence ~= 'ringing' then
    member.idle_since_ms = nil
  end
  if presence ~= member.presence then
    if member.presence == 'away' then
      not_due('away:' .. member.id)
    end
    if presence == 'away' then
      due('away:' .. member.id, now + policy.away_limit_ms)
    end
    member.since_ms = now
  end
  member.presence = presence
  member.away_reason = reason
  index(member)
  return save(STAFF, member)
end

-- Queues -----------------------------------------------------------------------------------------------------------

-- A queue stands by its first call in the list of live ones, and in the lists of those who might serve it: advisors by
-- each language that will do, interpreters by the visitor's own.
local function look_at_head(call, head)
  local lists = { LIVE, PREFIX .. 'for:advisor:' .. call.language, PREFIX .. 'for:interpreter:' .. call.language }
  for n, language in ipairs(rawget(call, 'also') or {}) do
    lists[3 + n] = PREFIX .. 'for:advisor:' .. language
  end
  for _, list in ipairs(lists) do
    if head[2] then
      server('ZADD', list, head[2], call.queue)
    else
      server('ZREM', list, call.queue)
    end
  end
end

-- A queue is described for as long as a call belongs to it.
local function belong_to(call, queue)
  call.queue = queue.id
  server('HSETNX', QUEUES, queue.id, queue.tiers)
  server('HINCRBY', QUEUES, 'calls:' .. queue.id, 1)
end

local function belong_no_more(call)
  if server('HINCRBY', QUEUES, 'calls:' .. call.queue, -1) < 1 then
    server('HDEL', QUEUES, call.queue, 'calls:' .. call.queue)
  end
end

local FRONT_MS = 1e13

-- The place of a call: those whom a supervisor raised, those who are served again, all others; in each the oldest first.
local function put_in_line(call)
  call.order = call.joined_at_ms - call.priority * FRONT_MS
  server('ZADD', WAITING, call.order, call.id)
  if call.named then
    server('ZADD', NAMED, call.order, call.id)
  else
    local key = PREFIX .. 'queue:' .. call.queue
    server('ZADD', key, call.order, call.id)
    local head = server('ZRANGE', key, 0, 0, 'WITHSCORES')
    if head[1] == call.id then
      look_at_head(call, head)
    end
  end
end

-- `behind`: the call behind it in its queue and its place, where they are known.
local function take_out_of_line(call, behind)
  if server('ZREM', WAITING, call.id) == 0 then
    return
  end
  if call.named then
    server('ZREM', NAMED, call.id)
  else
    local key = PREFIX .. 'queue:' .. call.queue
    server('ZREM', key, call.id)
    local head = behind or server('ZRANGE', key, 0, 0, 'WITHSCORES')
    if not head[2] or tonumber(head[2]) >= call.order then
      look_at_head(call, head)
    end
  end
end

-- A call that is named to somebody waits for them until then.
local function name_to(call, member)
  call.named = { staff = member.id, name = member.name, until_ms = now + policy.named_wait_ms }
  due('named:' .. call.id, call.named.until_ms)
end

local function name_to_nobody(call)
  if call.named then
    not_due('named:' .. call.id)
    call.named = nil
  end
end

-- Links ------------------------------------------------------------------------------------------------------------

-- A connection between two people of a call. `a` makes the first description; 'visitor' never does.
local function link(call, a, b)
  call.linked = call.linked + 1
  call.links[#call.links + 1] = { n = call.linked, a = a, b = b, generation = 1 }
end

-- Whoever talked or was rung no longer does: the relays forget it. What was measured stays until somebody measures anew.
local function unlink(call, who)
  local kept = {}
  for _, one in ipairs(call.links) do
    if not who or one.a == who or one.b == who then
      local path = call.id .. '.' .. one.n
      if server('HDEL', PATHS, path) == 1 then
        closed_paths[#closed_paths + 1] = path
      end
    else
      kept[#kept + 1] = one
    end
  end
  call.links = kept
end

-- Offers -----------------------------------------------------------------------------------------------------------

-- The one outcome of an offer; call and staff are let go of, what they become is the caller's to say. `of_seat` maps
-- staff to outcomes where they differ. Returns the staff members.
local function end_offer(offer, call, outcome, of_seat)
  offer.state = outcome
  server('HDEL', OFFERS, offer.id)
  not_due('offer:' .. offer.id)
  local members = {}
  for _, seat in ipairs(offer.seats) do
    call.offers[#call.offers + 1] = {
      staff = seat.staff, outcome = of_seat and of_seat[seat.staff] or outcome,
      rang_ms = (seat.accepted_at_ms or now) - offer.made_at_ms,
    }
    local member = load(STAFF, seat.staff)
    member.offer = nil
    members[#members + 1] = member
  end
  if offer.kind == 'serve' then
    call.offer_ms = call.offer_ms + now - offer.made_at_ms
  end
  call.offer = nil
  return members
end

local function seat_of(offer, staff)
  local _, seat = find(offer.seats, function(one) return one.staff == staff end)
  return seat
end

-- The offer in args and the seat of args.staff in it; otherwise nil and the refusal.
local function own_offer()
  local offer = load(OFFERS, args.offer)
  if not offer then
    return nil, refuse('offer_over', 'the offer does not ring any more')
  end
  local seat = seat_of(offer, args.staff)
  if not seat then
    return nil, refuse('not_yours', "somebody else's offer")
  end
  return offer, seat
end

-- Asks: a conversation wants one more person -------------------------------------------------------------------------

local function ask(call, wanted)
  wanted.since_ms = now
  call.ask = wanted
  server('ZADD', ASKS, now, call.id)
  due('ask:' .. call.id, now + policy.ask_limit_ms)
end

local function ask_no_more(call)
  if not call.ask then
    return
  end
  if call.ask.ask == 'interpreter' then
    call.interpreter_wait_ms = call.interpreter_wait_ms + now - call.ask.since_ms
  end
  call.ask = nil
  server('ZREM', ASKS, call.id)
  not_due('ask:' .. call.id)
end

-- An interpreted conversation that has lost its interpreter asks for another by itself; not when the interpreter stepped
-- out, or the advisor said that none is needed.
local function ask_for_the_interpreter(call)
  local interpreted = find(call.people, function(one) return one.role == 'interpreter' end)
  if call.tier == 'interpreted' and not interpreted and not call.ask and not call.none_needed then
    ask(call, { ask = 'interpreter', language = call.language })
  end
end

-- A colleague was asked for and has come, or will not.
local function ask_over(call)
  local was = call.ask and call.ask.ask
  ask_no_more(call)
  if was == 'colleague' then
    ask_for_the_interpreter(call)
  end
end

local function back_to_waiting(call)
  call.state = 'waiting'
  call.tier = nil
  unlink(call)
  put_in_line(call)
  save(CALLS, call)
end

-- An offer that came to nothing. A visitor who waits keeps the place; a conversation goes on, and its ask stays.
-- `becomes` maps staff to {presence, reason}; whoever is not in it is available again.
local function give_back(offer, outcome, of_seat, becomes, fact)
  local call = load(CALLS, offer.call)
  local members = end_offer(offer, call, outcome, of_seat)
  for staff, how in pairs(of_seat or {}) do
    if how == 'declined' then
      call.declined[staff] = now + policy.decline_rest_ms
    end
  end
  if offer.kind == 'serve' then
    -- Who was meant by name and did not take it is not waited for.
    name_to_nobody(call)
    back_to_waiting(call)
  else
    for _, seat in ipairs(offer.seats) do
      unlink(call, seat.staff)
    end
    if call.ask and call.ask.ask == 'colleague' then
      ask_over(call)
    end
    save(CALLS, call)
  end
  for _, member in ipairs(members) do
    local now_is = becomes and becomes[member.id] or {}
    if now_is[2] == 'missed_offer' and #member.calls > 0 then
      member.afterwards = { 'away', 'missed_offer' }
    end
    settle(member, now_is[1], now_is[2])
  end
  append_fact(fact, { calls = { call }, offers = { offer }, staff = members })
end

local function decline(offer, staff, presence, reason)
  local of_seat = {}
  for _, seat in ipairs(offer.seats) do
    of_seat[seat.staff] = seat.staff == staff and 'declined' or 'withdrawn'
  end
  give_back(offer, 'declined', of_seat, { [staff] = { presence, reason } }, 'offer.declined')
end

-- Somebody who is rung cannot be any more: everybody else of the offer is free again.
local function withdraw(offer, staff, presence, reason)
  local becomes = staff and { [staff] = { presence, reason } } or nil
  give_back(offer, 'withdrawn', nil, becomes, 'offer.withdrawn')
end

-- Calls ------------------------------------------------------------------------------------------------------------

-- What will remain of a call: ids, codes and milliseconds (bridge/domain/contact.py reads it).
local function record_of(call, reason)
  local served = call.served or {}
  return {
    call = call.id, version = 1, channel = call.channel, kiosk = call.kiosk, municipality = call.municipality,
    language = call.asked_language, language_served = served.language, level = served.level,
    joined_at_ms = call.joined_at_ms, wait_ms = call.wait_ms, offer_ms = call.offer_ms, talk_ms = call.talk_ms,
    wrap_up_ms = 0, end_reason = reason, advisor = served.staff, interpreter = call.interpreter,
    interpreter_wait_ms = call.interpreter_wait_ms, transfers = call.transfers, people = call.took_part,
    topics = {}, onward = {}, offers = call.offers, media = call.media,
  }
end

-- Somebody of the staff leaves a conversation; it and they are settled by the caller.
local function take_out(call, staff, at)
  local n, person = find(call.people, function(one) return one.staff == staff end)
  table.remove(call.people, n)
  local talk_ms = math.max(0, (at or now) - person.since_ms)
  local _, before = find(call.took_part, function(one) return one.staff == staff and one.role == person.role end)
  if before then
    before.talk_ms = before.talk_ms + talk_ms
  else
    call.took_part[#call.took_part + 1] = { staff = staff, role = person.role, talk_ms = talk_ms }
  end
  unlink(call, staff)
  local member = load(STAFF, staff)
  table.remove(member.calls, (find(member.calls, function(id) return id == call.id end)))
  if #member.calls == 0 then
    member.chatting = nil
  end
  return member
end

-- The conversation stops, for whatever reason: everybody leaves it. `at` is when somebody was last there: an outage is
-- no conversation. Returns the staff members, who served first.
local function stop_talking(call, at)
  call.talk_ms = call.talk_ms + math.max(0, (at or now) - call.accepted_at_ms)
  call.accepted_at_ms = nil
  local members = {}
  while #call.people > 0 do
    members[#members + 1] = take_out(call, call.people[1].staff, at)
  end
  not_due('talk:' .. call.id)
  ask_no_more(call)
  return members
end

local function open_wrap_up(member, record, limit_ms, work)
  local wrap_up = { call = record.call, until_ms = now + limit_ms, extensions = 3, work = work }
  member.wrap_ups[#member.wrap_ups + 1] = wrap_up
  server('HSET', WRAPPING, record.call, cjson.encode({ staff = member.id, began_at_ms = now, record = record }))
  due('wrap:' .. record.call, wrap_up.until_ms)
end

-- End a call in whatever state it is: offers are withdrawn, who served wraps up, the record goes into the facts.
-- `at` is when the visitor was last there, where that is earlier than now. `audit`: who ended it, where a supervisor did.
local function end_call(call, reason, at, audit)
  local what = { kiosks = {}, staff = {}, offers = {}, audit = audit }
  local rung = {}
  if call.offer then
    local offer = load(OFFERS, call.offer)
    rung = end_offer(offer, call, 'withdrawn')
    what.offers[1] = offer
  end
  local record
  if call.state == 'connected' then
    local members = stop_talking(call, at)
    record = record_of(call, reason)
    open_wrap_up(members[1], record, policy.wrap_up_limit_ms)
    for _, member in ipairs(members) do
      rung[#rung + 1] = member
    end
  else
    call.wait_ms = call.wait_ms + math.max(0, (at or now) - call.waiting_since_ms)
    -- What rang on while the visitor, or the desk itself, was away is not counted either.
    call.offer_ms = math.min(call.offer_ms, call.wait_ms)
    record = record_of(call, reason)
  end
  for _, member in ipairs(rung) do
    settle(member)
    what.staff[#what.staff + 1] = member
  end
  unlink(call)
  take_out_of_line(call)
  name_to_nobody(call)
  belong_no_more(call)
  server('HDEL', CALLS, call.id)
  not_due('wait:' .. call.id)
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
  if call.passed_on == 'lost' then
    return 'advisor_left'
  elseif call.passed_on then
    return 'transferred'
  end
  return (at or now) - call.joined_at_ms < policy.touch_limit_ms and 'touched' or 'abandoned'
end

-- A visitor who has talked waits again, in front of those who have not. Whoever was in the conversation is returned.
local function wait_again(call, passed_on, at)
  local members = stop_talking(call, at)
  call.passed_on = passed_on
  call.priority = math.max(call.priority, 1)
  call.waiting_since_ms = now
  call.staff = nil
  due('wait:' .. call.id, now + policy.wait_limit_ms)
  return members
end

-- Who serves a conversation: the first advisor in it. False when there is none left.
local function serve_by_whoever_is_left(call)
  local n, person = find(call.people, function(one) return one.role == 'advisor' end)
  if not n then
    return false
  end
  table.remove(call.people, n)
  table.insert(call.people, 1, person)
  call.staff = person.staff
  if call.served.staff ~= person.staff then
    local language = (person.level or call.interpreter) and person.language or nil
    call.served = { staff = person.staff, language = language, level = person.level }
  end
  return true
end

-- Wrap-up ----------------------------------------------------------------------------------------------------------

-- Close a wrap-up of a staff member, who is settled by the caller. `said` holds topics, onward and outcome, or is nil.
-- Returns the record.
local function close_wrap_up(member, call_id, said)
  local wrapping = cjson.decode(server('HGET', WRAPPING, call_id))
  local record = wrapping.record
  record.version = record.version + 1
  record.wrap_up_ms = now - wrapping.began_at_ms
  if said then
    record.topics, record.onward, record.outcome = said.topics, said.onward, said.outcome
  end
  server('HDEL', WRAPPING, call_id)
  not_due('wrap:' .. call_id)
  table.remove(member.wrap_ups, (find(member.wrap_ups, function(one) return one.call == call_id end)))
  return record
end

local function close_wrap_ups(member, otherwise, reason)
  while #member.wrap_ups > 0 do
    local record = close_wrap_up(member, member.wrap_ups[1].call)
    settle(member, otherwise, reason)
    append_fact('contact.wrapped_up', { staff = { member }, record = record })
  end
end

-- Work at the desk ---------------------------------------------------------------------------------------------------

-- A visit or phone call is over; `at` is when its advisor was last there.
local function end_serving(member, at)
  local serving = member.serving
  local native = member.languages[serving.language or '']
  local talk_ms = math.max(0, (at or now) - serving.since_ms)
  local record = {
    call = serving.id, version = 1, channel = serving.work, kiosk = '', municipality = serving.municipality,
    language = serving.language or '', language_served = serving.language, level = native, joined_at_ms = serving.since_ms,
    wait_ms = 0, offer_ms = 0, talk_ms = talk_ms, wrap_up_ms = 0, end_reason = 'completed', advisor = member.id,
    interpreter_wait_ms = 0, transfers = 0, people = { { staff = member.id, role = member.role, talk_ms = talk_ms } },
    topics = {}, onward = {}, offers = {},
  }
  member.serving = nil
  not_due('serving:' .. member.id)
  open_wrap_up(member, record, policy.wrap_up_limit_ms, serving.work)
  settle(member)
  append_fact('staff.served', { staff = { member }, record = record })
end

-- Loss -------------------------------------------------------------------------------------------------------------

-- Somebody of the staff is out of a conversation for good. It goes on with an advisor who is left; without one the
-- visitor is first in line again and everybody else is released.
local function go_on_without(call, member, at, fact)
  local leaves = take_out(call, member.id, at)
  member.calls, member.chatting = leaves.calls, leaves.chatting
  local members = { member }
  local what = { calls = { call }, staff = members }
  local name = fact
  if serve_by_whoever_is_left(call) then
    ask_for_the_interpreter(call)
    save(CALLS, call)
  else
    if call.offer then
      -- Somebody is rung to join a conversation that is over.
      local offer = load(OFFERS, call.offer)
      what.offers = { offer }
      for _, rung in ipairs(end_offer(offer, call, 'withdrawn')) do
        settle(rung)
        members[#members + 1] = rung
      end
    end
    for _, other in ipairs(wait_again(call, 'lost', at)) do
      settle(other)
      members[#members + 1] = other
    end
    back_to_waiting(call)
    name = 'call.requeued'
  end
  save(STAFF, member)
  append_fact(name, what)
end

-- A staff member goes off duty whatever they have: their console has been gone for too long (since `at`).
local function lose_staff(member, at)
  if member.offer then
    withdraw(load(OFFERS, member.offer), member.id, 'offline')
    member = load(STAFF, member.id)
  end
  while #member.calls > 0 do
    go_on_without(load(CALLS, member.calls[1]), member, at, 'call.left')
  end
  if member.serving then
    end_serving(member, at)
  end
  if #member.wrap_ups > 0 then
    close_wrap_ups(member, 'offline')
  else
    settle(member, 'offline')
    append_fact('staff.lost', { staff = { member } })
  end
end

-- Media ------------------------------------------------------------------------------------------------------------

-- The call and link in args, where args.kiosk or args.staff is one of its two ends; otherwise nil and the refusal.
local function call_on_the_line()
  local call = load(CALLS, args.call)
  if not call then
    return nil, refuse('call_over', 'the call has ended')
  end
  local me = args.staff or (call.kiosk == args.kiosk and 'visitor')
  local mine = find(call.links, function(one) return one.a == me or one.b == me end)
  if not mine then
    if me == 'visitor' then
      return nil, refuse('wrong_state', 'nobody is rung')
    end
    return nil, refuse('not_yours', "somebody else's call")
  end
  local _, found = find(call.links, function(one) return one.n == args.link and (one.a == me or one.b == me) end)
  if not found then
    return nil, refuse('not_yours', "no connection of one's own by that number")
  end
  return call, found, me
end

-- Relays that have been heard of lately and have room; where there is none, those that may just be coming back. The same
-- for both sides and every worker: each path has an order of its own, which spreads the load.
local function choose_relays(path_id, at_most)
  local there, silent = {}, {}
  for _, text in ipairs(server('HVALS', RELAYS)) do
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
