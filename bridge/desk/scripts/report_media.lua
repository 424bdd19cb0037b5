-- report_media: what the browser of the advisor who serves measured of the connection to the visitor; it goes into the call's record.
-- args: staff, call, media (the report, as it is). Refusals: call_over, not_yours.

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
call.media = args.media
save(CALLS, call)
append_fact('media.reported', { calls = { call } })
return done({ call = call.id })
