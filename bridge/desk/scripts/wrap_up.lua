-- wrap_up: the advisor says what the conversation was about.
-- args: staff, call, topics, onward, outcome (may be missing), next ('available' or 'away').
-- Refusals: not_yours (not in wrap-up of that call).

local before = answered_before()
if before then
  return before
end
local member = load(STAFF, args.staff)
if not member or member.wrap_up_call ~= args.call then
  return refuse('not_yours', 'not in wrap-up of that call')
end
close_wrap_up(member, args.next, args)
return done({ call = args.call })
