-- decline: the advisor passes the offered call on and stays available.
-- args: staff, offer. Refusals: offer_over, not_yours.

local before = answered_before()
if before then
  return before
end
local offer, refusal = own_offer()
if not offer then
  return refusal
end
give_back(offer, 'declined', 'available', nil, 'offer.declined')
return done({ call = offer.call })
