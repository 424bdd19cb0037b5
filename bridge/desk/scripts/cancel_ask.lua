-- cancel_ask: nobody else is needed after all; who is rung for it is rung no longer.
-- args: staff, call. Refusals: call_over, not_yours, wrong_state (nobody is asked for).

local before = answered_before()
if before then
  return before
end
local call = load(CALLS, args.call)
if not call then
  return refuse('call_over', 'the call has ended')
elseif call.state ~= 'connected' or call.staff ~= args.staff then
  return refuse('not_yours', "somebody else's call")
elseif not call.ask then
  return refuse('wrong_state', 'nobody is asked for')
end
local was = call.ask.ask
call.none_needed = was == 'interpreter' or call.none_needed
if call.offer then
  save(CALLS, call)
  -- With the offer to a colleague their ask is over, and the interpreter's may have begun.
  withdraw(load(OFFERS, call.offer))
  call = load(CALLS, call.id)
end
if call.ask and call.ask.ask == was then
  ask_over(call)
end
save(CALLS, call)
append_fact('call.ask_over', { calls = { call } })
return done({ call = call.id })
