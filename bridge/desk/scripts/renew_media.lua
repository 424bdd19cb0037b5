-- renew_media: a side that has no connection of the generation it sees asks for a new one.
-- args: kiosk or staff (who asks), call, generation (as seen).
-- A newer generation is left as it is: both sides may ask at once. Refusals: call_over, not_yours.

local before = answered_before()
if before then
  return before
end
local call = load(CALLS, args.call)
if not call then
  return refuse('call_over', 'the call has ended')
end
local offer = load(OFFERS, call.offer)
local theirs = call.kiosk == args.kiosk
if args.staff then
  theirs = call.staff == args.staff or (offer and offer.staff == args.staff)
end
if not theirs then
  return refuse('not_yours', "somebody else's call")
end
if call.state == 'waiting' then
  return refuse('wrong_state', 'nobody is rung')
end
if call.generation == args.generation then
  call.generation = call.generation + 1
  save(CALLS, call)
  append_fact('media.renewed', { calls = { call } })
end
return done({ call = call.id })
