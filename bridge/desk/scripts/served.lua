-- served: the visit or phone call at the desk is over; its wrap-up begins.
-- args: staff. Answer: call (its id). Refusals: wrong_state (serves nobody).

local before = answered_before()
if before then
  return before
end
local member = load(STAFF, args.staff)
if not member or not member.serving then
  return refuse('wrong_state', 'serves nobody at the desk')
end
local id = member.serving.id
end_serving(member)
return done({ call = id })
