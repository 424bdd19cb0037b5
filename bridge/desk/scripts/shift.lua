-- shift: a staff member says when their shift ends.
-- args: staff, ends_at_ms (missing: no end is known). Shortly before it nothing new is offered; at its end they are off duty
-- as soon as they are free. Refusals: not_yours (no such staff member), wrong_state (over, or not within two days).

local before = answered_before()
if before then
  return before
end
local member = load(STAFF, args.staff)
if not member then
  return refuse('not_yours', 'no such staff member')
end
local ends = args.ends_at_ms
if ends and (ends <= now or ends > now + 2 * 86400000) then
  return refuse('wrong_state', 'a shift ends within the next two days')
end
member.shift_ends_at_ms = ends
member.shift_over = nil
member.last_call = ends and now >= ends - policy.last_call_ms or nil
not_due('last:' .. member.id, 'shift:' .. member.id)
if ends then
  due('shift:' .. member.id, ends)
  if not member.last_call then
    due('last:' .. member.id, ends - policy.last_call_ms)
  end
end
index(member)
save(STAFF, member)
append_fact('staff.shift', { staff = { member } })
return done()
