-- leave: the visitor leaves the queue or hangs up.
-- args: kiosk, call. Refusals: call_over, not_yours.

local before = answered_before()
if before then
  return before
end
local call = load(CALLS, args.call)
if not call then
  return refuse('call_over', 'the call has ended')
end
if call.kiosk ~= args.kiosk then
  return refuse('not_yours', "another kiosk's call")
end
end_call(call, call.state == 'connected' and 'completed' or reason_of_leaving(call))
return done({ call = call.id })
