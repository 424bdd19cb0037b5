-- transfer: the advisor who serves passes the visitor on, in front of those who have not talked yet.
-- args: staff, call, and either queue (bridge/domain/routing.py: of another language) or colleague (a staff id, who is
-- waited for by name before others are tried).
-- Answer: call. Refusals: call_over, not_yours, wrong_state (to oneself), not_on_duty (the colleague).

local before = answered_before()
if before then
  return before
end
local call = load(CALLS, args.call)
if not call then
  return refuse('call_over', 'the call has ended')
elseif call.state ~= 'connected' or call.staff ~= args.staff then
  return refuse('not_yours', "somebody else's call")
elseif args.colleague == args.staff then
  return refuse('wrong_state', 'that is who serves now')
end
local colleague = args.colleague and load(STAFF, args.colleague)
if args.colleague and not (colleague and colleague.duty and colleague.role == 'advisor') then
  return refuse('not_on_duty', 'that advisor is not on duty')
end
local what = { offers = {}, staff = {} }
local rung = {}
if call.offer then
  local offer = load(OFFERS, call.offer)
  rung = end_offer(offer, call, 'withdrawn')
  what.offers[1] = offer
end
local members = wait_again(call, colleague and 'colleague' or 'language')
for _, member in ipairs(rung) do
  members[#members + 1] = member
end
call.transfers = call.transfers + 1
call.declined = {}
if colleague then
  name_to(call, colleague)
else
  belong_no_more(call)
  call.language, call.also = args.queue.language, args.queue.also
  belong_to(call, args.queue)
  -- Whoever passed the visitor on does not get them back, whatever else they speak.
  call.declined[args.staff] = now + policy.wait_limit_ms
end
back_to_waiting(call)
for _, member in ipairs(members) do
  settle(member)
end
what.calls = { call }
what.staff = members
append_fact('call.transferred', what)
return done({ call = call.id })
