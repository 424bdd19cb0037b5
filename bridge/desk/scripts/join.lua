-- join: a visitor at a kiosk wants to talk.
-- args: kiosk, call (a fresh id), queue (id, language, also, and its tiers as match reads them), channel ('video' or
-- 'chat'), wish ('woman' or 'man').
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
if server('HEXISTS', LANGUAGES, queue.language) == 1 then
  return refuse('language_closed', 'nobody new is taken in for ' .. queue.language)
end
local others = #queue.also > 0 and queue.also or nil
local call = setmetatable({
  id = args.call, state = 'waiting', channel = args.channel, language = queue.language, asked_language = queue.language,
  also = others, knows = others, wish = args.wish, kiosk = kiosk.id, kiosk_name = kiosk.name, municipality = kiosk.municipality,
  joined_at_ms = now, waiting_since_ms = now,
}, CALL)
belong_to(call, queue)
put_in_line(call)
save(CALLS, call)
kiosk.call = call.id
save(KIOSKS, kiosk)
due('wait:' .. call.id, now + policy.wait_limit_ms)
append_fact('call.joined', { calls = { call }, kiosks = { kiosk } })
return done({ call = call.id })
