-- ask: the advisor who serves asks for one more person to join the conversation.
-- args: staff, call, ask ('interpreter' or 'colleague'), language (of an interpreter) or colleague (a staff id).
-- Answer: call. Refusals: call_over, not_yours, wrong_state (somebody is asked for already), call_full (four take part),
-- not_on_duty (the colleague; any interpreter for that language).

local before = answered_before()
if before then
  return before
end
local call = load(CALLS, args.call)
if not call then
  return refuse('call_over', 'the call has ended')
elseif call.state ~= 'connected' or call.staff ~= args.staff then
  return refuse('not_yours', "somebody else's call")
elseif call.ask or call.offer then
  return refuse('wrong_state', 'somebody is asked for already')
elseif #call.people + 1 >= policy.people_at_most then
  return refuse('call_full', 'no more than ' .. policy.people_at_most .. ' people fit in a call')
end
if args.ask == 'colleague' then
  local colleague = load(STAFF, args.colleague)
  if not colleague or not colleague.duty then
    return refuse('not_on_duty', 'that colleague is not on duty')
  elseif find(call.people, function(one) return one.staff == args.colleague end) then
    return refuse('wrong_state', 'that colleague is in the call')
  end
  ask(call, { ask = 'colleague', staff = colleague.id })
else
  local duty = PREFIX .. 'duty:interpreter:' .. args.language .. ':'
  if server('EXISTS', duty .. 'native', duty .. 'fluent') == 0 then
    return refuse('not_on_duty', 'no interpreter for that language is on duty')
  end
  ask(call, { ask = 'interpreter', language = args.language })
end
save(CALLS, call)
append_fact('call.asked', { calls = { call } })
return done({ call = call.id })
