-- end: the advisor who serves ends the conversation.
-- args: staff, call. Refusals: call_over, not_yours.

local before = answered_before()
if before then
  return before
end
local call = load(CALLS, args.call)
if not call then
  return refuse('call_over', 'the call has ended')
end
if call.state ~= 'connected' or call.staff ~= args.staff then
  return refuse('not_yours', "somebody else's call")
end
end_call(call, 'completed')
return done({ call = call.id })
