-- presence: a staff member comes, pauses or goes.
-- args: staff, presence ('available', 'away' or 'offline').
-- While an offer rings, going declines it. Refusals: not_yours (not connected), wrong_state (in a call; available while ringing).

local before = answered_before()
if before then
  return before
end
local member = load(STAFF, args.staff)
if not member then
  return refuse('not_yours', 'no such staff member is connected')
end
if member.presence == args.presence then
  return done()
end
local reason = args.presence == 'away' and 'break' or nil
if member.presence == 'in_call' or (member.presence == 'ringing' and args.presence == 'available') then
  return refuse('wrong_state', 'not while ' .. member.presence)
elseif member.presence == 'ringing' then
  give_back(load(OFFERS, member.offer), 'declined', args.presence, reason, 'offer.declined')
elseif member.presence == 'wrap_up' then
  close_wrap_up(member, args.presence)
else
  set_presence(member, args.presence, reason)
  append_fact('staff.presence', { staff = { member } })
end
return done()
