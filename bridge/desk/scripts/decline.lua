-- decline: the advisor passes the offered call on and stays available.
-- args: staff, offer. Refusals: offer_over, not_yours.

local before = answered_before()
if before then
  return before
end
local offer = load(OFFERS, args.offer)
if not offer then
  return refuse('offer_over', 'the offer does not ring any more')
end
if offer.staff ~= args.staff then
  return refuse('not_yours', "somebody else's offer")
end
give_back(offer, 'declined', 'available', nil, 'offer.declined')
return done({ call = offer.call })
