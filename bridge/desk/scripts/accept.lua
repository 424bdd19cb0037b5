-- accept: somebody takes what is offered. The offer is accepted when everybody it rings has.
-- args: staff, offer. Answer: call. Refusals: offer_over (answered, timed out or withdrawn), not_yours.

local before = answered_before()
if before then
  return before
end
local offer, seat = own_offer()
if not offer then
  return seat
end
if not seat.accepted then
  seat.accepted = true
  seat.accepted_at_ms = now
end
if find(offer.seats, function(one) return not one.accepted end) then
  save(OFFERS, offer)
  append_fact('offer.seat_accepted', { offers = { offer } })
  return done({ call = offer.call })
end

local call = load(CALLS, offer.call)
local members = end_offer(offer, call, 'accepted')
if offer.kind == 'serve' then
  local first = offer.seats[1]
  call.state = 'connected'
  call.wait_ms = call.wait_ms + now - call.waiting_since_ms
  call.accepted_at_ms = now
  call.media = nil
  call.tier = offer.tier
  call.passed_on = nil
  call.staff = first.staff
  -- In a language that nobody here speaks, and without an interpreter, it is not known how they understand each other.
  local understood = first.level or #offer.seats > 1
  call.served = { staff = first.staff, language = understood and first.language or nil, level = first.level }
  -- The record is about the last conversation: who interpreted one before it stays among those who took part.
  call.interpreter = nil
  call.none_needed = nil
  name_to_nobody(call)
  not_due('wait:' .. call.id)
  due('talk:' .. call.id, now + policy.call_limit_ms)
end
for n, one in ipairs(offer.seats) do
  local member = members[n]
  call.people[#call.people + 1] = {
    staff = one.staff, name = one.name, role = one.role, language = one.language, level = one.level, since_ms = now,
  }
  if one.role == 'interpreter' then
    call.interpreter = one.staff
    call.none_needed = nil
    if offer.kind == 'serve' then
      call.interpreter_wait_ms = call.interpreter_wait_ms + now - offer.opened_at_ms
    end
  end
  member.calls[#member.calls + 1] = call.id
  member.chatting = call.channel == 'chat' or nil
  member.idle_since_ms = nil
  settle(member)
end
ask_over(call)
save(CALLS, call)
append_fact('offer.accepted', { calls = { call }, offers = { offer }, staff = members })
return done({ call = call.id })
