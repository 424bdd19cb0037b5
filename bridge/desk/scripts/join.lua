-- join: a visitor at a kiosk wants to talk.
-- args: kiosk, call (a fresh id), language, tiers (bridge/domain/routing.py).
-- Answer: call. Refusals: call_exists (the kiosk has a call), not_yours (no such kiosk).

local before = answered_before()
if before then
  return before
end
local kiosk = load(KIOSKS, args.kiosk)
if not kiosk then
  return refuse('not_yours', 'no such kiosk is connected')
end
if kiosk.leaving then
  return refuse('not_yours', 'the kiosk is closed')
end
if kiosk.call then
  return refuse('call_exists', 'the kiosk has a call already')
end
local call = {
  id = args.call, state = 'waiting', language = args.language, kiosk = kiosk.id, kiosk_name = kiosk.name,
  municipality = kiosk.municipality, tiers = args.tiers, generation = 0, requeued = false, offers = {}, declined = {},
  joined_at_ms = now, waiting_since_ms = now, wait_ms = 0, offer_ms = 0, talk_ms = 0,
}
kiosk.call = call.id
save(KIOSKS, kiosk)
save(CALLS, call)
redis.call('ZADD', WAITING, now, call.id)
redis.call('ZADD', DEADLINES, now + policy.wait_limit_ms, 'wait:' .. call.id)
append_fact('call.joined', { calls = { call }, kiosks = { kiosk } })
return done({ call = call.id })
