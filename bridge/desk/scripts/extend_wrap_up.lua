-- extend_wrap_up: the advisor needs longer for a wrap-up.
-- args: staff, call. Refusals: not_yours (no open wrap-up of that call), wrong_state (extended as often as may be).

local before = answered_before()
if before then
  return before
end
local member = load(STAFF, args.staff)
local _, wrap_up = find(member and member.wrap_ups or {}, function(one) return one.call == args.call end)
if not wrap_up then
  return refuse('not_yours', 'no wrap-up of that call')
elseif wrap_up.extensions == 0 then
  return refuse('wrong_state', 'it was extended as often as may be')
end
wrap_up.extensions = wrap_up.extensions - 1
wrap_up.until_ms = wrap_up.until_ms + policy.wrap_up_extend_ms
due('wrap:' .. args.call, wrap_up.until_ms)
save(STAFF, member)
append_fact('contact.extended', { staff = { member } })
return done({ call = args.call })
