-- step_out: somebody leaves a conversation that goes on without them: an interpreter, or an advisor beside another one.
-- args: staff, call. Refusals: call_over, not_yours (not in it), wrong_state (the only advisor).

local before = answered_before()
if before then
  return before
end
local call = load(CALLS, args.call)
if not call then
  return refuse('call_over', 'the call has ended')
end
local _, person = find(call.people, function(one) return one.staff == args.staff end)
if not person then
  return refuse('not_yours', "somebody else's call")
end
local other = find(call.people, function(one) return one.staff ~= args.staff and one.role == 'advisor' end)
if not other then
  return refuse('wrong_state', 'nobody would be left to serve the visitor')
end
local member = take_out(call, args.staff)
if person.role == 'interpreter' then
  call.none_needed = true
end
serve_by_whoever_is_left(call)
save(CALLS, call)
settle(member)
append_fact('call.left', { calls = { call }, staff = { member } })
return done({ call = call.id })
