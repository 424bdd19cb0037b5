-- decline: somebody passes what is offered on and stays available. Whoever else was rung with them is free again.
-- args: staff, offer. Refusals: offer_over, not_yours.

local before = answered_before()
if before then
  return before
end
local offer, refusal = own_offer()
if not offer then
  return refusal
end
decline(offer, args.staff, 'available')
return done({ call = offer.call })
