-- wrap_up: the advisor says what the conversation was about.
-- args: staff, call, topics, onward, outcome (may be missing), next ('available' or 'away').
-- Refusals: not_yours (no open wrap-up of that call).

local before = answered_before()
if before then
  return before
end
local member = load(STAFF, args.staff)
if not member or not find(member.wrap_ups, function(one) return one.call == args.call end) then
  return refuse('not_yours', 'no wrap-up of that call')
end
local record = close_wrap_up(member, args.call, args)
if #member.calls == 0 and args.next == 'available' then
  -- Said now, and not before.
  member.afterwards = nil
end
settle(member, args.next, args.next == 'away' and 'break' or nil)
append_fact('contact.wrapped_up', { staff = { member }, record = record })
return done({ call = args.call })
