-- presence: a staff member comes, pauses or goes.
-- args: staff, presence ('available', 'away' or 'offline'), reason (of being away; a break when not said).
-- While an offer rings, going declines it; what is served at the desk and open wrap-ups are closed. Somebody in chats gets
-- no new ones from then on and goes when the last one is over; being available again takes that back.
-- Refusals: not_yours (not connected), wrong_state (in a call with sound; available while ringing).

local before = answered_before()
if before then
  return before
end
local member = load(STAFF, args.staff)
local connected = server('ZSCORE', LEASES, 'staff:' .. args.staff)
if not member or (not connected and args.presence ~= 'offline') then
  return refuse('not_yours', 'no such staff member is connected')
end
local reason = args.presence == 'away' and (args.reason or 'break') or nil
if member.presence == args.presence and member.away_reason == reason then
  return done()
end
if member.chatting and (args.presence ~= 'available' or member.afterwards) then
  member.afterwards = args.presence ~= 'available' and { args.presence, reason } or nil
  index(member)
  save(STAFF, member)
  append_fact('staff.presence', { staff = { member } })
  if member.offer and member.afterwards then
    decline(load(OFFERS, member.offer), member.id)
  end
  return done()
end
if #member.calls > 0 or (member.presence == 'ringing' and args.presence == 'available') then
  return refuse('wrong_state', 'not while ' .. member.presence)
end
if args.presence ~= 'offline' and member.shift_over then
  -- Whoever comes back after the end of a shift begins another one, without an end that is known.
  member.shift_over, member.last_call, member.shift_ends_at_ms = nil, nil, nil
end
if member.offer then
  save(STAFF, member)
  decline(load(OFFERS, member.offer), member.id, args.presence, reason)
  member = load(STAFF, member.id)
  close_wrap_ups(member, args.presence, reason)
elseif member.serving or #member.wrap_ups > 0 then
  if member.serving then
    end_serving(member)
  end
  close_wrap_ups(member, args.presence, reason)
else
  settle(member, args.presence, reason)
  append_fact('staff.presence', { staff = { member } })
end
return done()
