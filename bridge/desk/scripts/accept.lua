-- accept: the advisor takes the offered call.
-- args: staff, offer. Answer: call. Refusals: offer_over (answered, timed out or withdrawn), not_yours.

local before = answered_before()
if before then
  return before
end
local offer, refusal = own_offer()
if not offer then
  return refusal
end
local call = load(CALLS, offer.call)
local member = load(STAFF, offer.staff)
end_offer(offer, call, member, 'accepted')
call.state = 'connected'
call.wait_ms = call.wait_ms + now - call.waiting_since_ms
call.accepted_at_ms = now
call.media = nil
call.staff = member.id
call.staff_name = member.name
call.served = { staff = member.id, level = member.languages[call.language] }
call.requeued = false
redis.call('ZREM', DEADLINES, 'wait:' .. call.id)
save(CALLS, call)
member.call = call.id
set_presence(member, 'in_call')
append_fact('offer.accepted', { calls = { call }, offers = { offer }, staff = { member } })
return done({ call = call.id })
