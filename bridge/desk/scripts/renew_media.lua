-- renew_media: a side that has no connection of the generation it sees asks for a new one.
-- args: kiosk or staff (who asks), call, link (number), generation (as seen).
-- A newer generation is left as it is: both sides may ask at once. Refusals: call_over, not_yours, wrong_state.

local before = answered_before()
if before then
  return before
end
local call, mine = call_on_the_line()
if not call then
  return mine
end
if mine.generation == args.generation then
  mine.generation = mine.generation + 1
  save(CALLS, call)
  append_fact('media.renewed', { calls = { call } })
end
return done({ call = call.id })
