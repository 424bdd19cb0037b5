-- serve: an advisor serves somebody at the desk from now on: a visit or a phone call. It becomes a contact of its own.
-- args: staff, serving (a fresh id), work ('visit' or 'phone'), language (may be missing), municipality (where it counts).
-- Answer: call (its id). Refusals: not_yours, wrong_state (rung, in a call, in wrap-up, or serving already).

local before = answered_before()
if before then
  return before
end
local member = load(STAFF, args.staff)
if not member or member.leaving or not server('ZSCORE', LEASES, 'staff:' .. args.staff) then
  return refuse('not_yours', 'no such staff member')
end
if member.presence ~= 'available' and member.presence ~= 'away' and member.presence ~= 'offline' then
  return refuse('wrong_state', 'not while ' .. member.presence)
end
member.serving = {
  id = args.serving, work = args.work, language = args.language, municipality = args.municipality, since_ms = now,
}
due('serving:' .. member.id, now + policy.serving_limit_ms)
settle(member)
append_fact('staff.serves', { staff = { member } })
return done({ call = args.serving })
