-- join: a visitor at a kiosk wants to talk.
-- args: kiosk, call (a fresh id), queue (bridge/domain/routing.py; times in milliseconds), channel ('video' or 'chat').
-- Answer: call. Refusals: call_exists (the kiosk has a call), language_closed, not_yours (no such kiosk).

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
local queue = args.queue
if redis.call('HEXISTS', LANGUAGES, queue.language) == 1 then
  return refuse('language_closed', 'nobody new is taken in for ' .. queue.language)
end
local call = {
  id = args.call, state = 'waiting', channel = args.channel, language = queue.language, asked_language = queue.language,
  also = queue.also, knows = queue.also, wish = queue.gender, kiosk = kiosk.id, kiosk_name = kiosk.name, municipality = kiosk.municipality,
  joined_at_ms = now, waiting_since_ms = now, wait_ms = 0, offer_ms = 0, talk_ms = 0, interpreter_wait_ms = 0,
  priority = 0, transfers = 0, passes = 0, linked = 0,
  links = {}, people = {}, took_part = {}, offers = {}, declined = {},
}
belong_to(call, queue)
put_in_line(call)
save(CALLS, call)
kiosk.call = call.id
save(KIOSKS, kiosk)
due('wait:' .. call.id, now + policy.wait_limit_ms)
append_fact('call.joined', { calls = { call }, kiosks = { kiosk } })
return done({ call = call.id })
