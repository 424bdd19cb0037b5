-- sweep: carry out what is due. Any worker may run it at any time.
-- args: limit (how many at most). Answer: swept (how many), held (whether the desk is in its grace after a pause).
-- When nobody has swept for longer than pause_ms the desk itself was away: nothing is swept until everybody has had
-- restart_grace_ms to come back.

local swept_at = tonumber(server('HGET', META, 'swept_at_ms') or 0)
local hold_until = tonumber(server('HGET', META, 'hold_until_ms') or 0)
server('HSET', META, 'swept_at_ms', string.format('%d', now))
if now - swept_at > policy.pause_ms then
  hold_until = now + policy.restart_grace_ms
  server('HSET', META, 'hold_until_ms', string.format('%d', hold_until))
end
if now < hold_until then
  return done({ swept = 0, held = true })
end

-- What is due, by the first word of its deadline; each knows that it may have been overtaken.
local carry_out = {}

function carry_out.offer(id)
  local offer = load(OFFERS, id)
  if not offer then
    return
  end
  local of_seat, becomes = {}, {}
  for _, seat in ipairs(offer.seats) do
    -- Whoever had accepted did not let it ring.
    of_seat[seat.staff] = seat.accepted and 'withdrawn' or 'timed_out'
    if not seat.accepted then
      becomes[seat.staff] = { 'away', 'missed_offer' }
    end
  end
  give_back(offer, 'timed_out', of_seat, becomes, 'offer.timed_out')
end

function carry_out.wait(id, item)
  local call = load(CALLS, id)
  if call and call.state == 'waiting' then
    end_call(call, call.passed_on and call.passed_on ~= 'lost' and 'transferred' or 'no_advisor')
  elseif call and call.state == 'ringing' then
    due(item, now + policy.ring_timeout_ms)
  end
end

function carry_out.named(id)
  local call = load(CALLS, id)
  if call and call.named and call.state == 'waiting' then
    take_out_of_line(call)
    name_to_nobody(call)
    put_in_line(call)
    save(CALLS, call)
    append_fact('call.not_named', { calls = { call } })
  end
end

function carry_out.ask(id, item)
  local call = load(CALLS, id)
  if call and call.ask and call.offer then
    due(item, now + policy.ring_timeout_ms)
  elseif call and call.ask then
    ask_over(call)
    save(CALLS, call)
    append_fact('call.ask_over', { calls = { call } })
  end
end

function carry_out.talk(id)
  local call = load(CALLS, id)
  if call and call.state == 'connected' then
    end_call(call, 'failed')
  end
end

function carry_out.wrap(id)
  local text = server('HGET', WRAPPING, id)
  local member = text and load(STAFF, cjson.decode(text).staff)
  if member then
    local record = close_wrap_up(member, id)
    settle(member)
    append_fact('contact.wrapped_up', { staff = { member }, record = record })
  end
end

function carry_out.serving(id)
  local member = load(STAFF, id)
  if member and member.serving then
    end_serving(member)
  end
end

function carry_out.away(id)
  local member = load(STAFF, id)
  if member and member.presence == 'away' then
    settle(member, 'offline')
    append_fact('staff.presence', { staff = { member } })
  end
end

function carry_out.last(id)
  local member = load(STAFF, id)
  if member and member.shift_ends_at_ms then
    member.last_call = true
    index(member)
    save(STAFF, member)
    append_fact('staff.last_call', { staff = { member } })
  end
end

function carry_out.shift(id)
  local member = load(STAFF, id)
  if member and member.shift_ends_at_ms then
    member.last_call = true
    member.shift_over = true
    if member.presence == 'available' or member.presence == 'away' then
      settle(member, 'offline')
    else
      index(member)
      save(STAFF, member)
    end
    append_fact('staff.shift', { staff = { member } })
  end
end

function carry_out.language(id)
  server('HDEL', LANGUAGES, id)
  append_fact('language.opened', { closures = { { id = id, removed = true } } })
end

function carry_out.notice(id)
  server('HDEL', NOTICES, id)
  append_fact('notice.over', { notices = { { id = id, removed = true } } })
end

function carry_out.path(id)
  server('HDEL', PATHS, id)
  append_fact('media.path', { paths = { id } })
end

local swept = 0
-- Whoever is gone first: from then on there was no conversation whose time could be over.
local lost = server('ZRANGE', LEASES, '-inf', now, 'BYSCORE', 'LIMIT', 0, args.limit, 'WITHSCORES')
for n = 1, #lost, 2 do
  local item = lost[n]
  local kind, id = item:match('^(%a+):(.+)$')
  -- A lease runs out a grace period after its owner was last heard of.
  local last_there = tonumber(lost[n + 1]) - policy[kind .. '_grace_ms']
  server('ZREM', LEASES, item)
  swept = swept + 1
  local entity = load(kind == 'kiosk' and KIOSKS or STAFF, id)
  entity.connected = false
  if kind == 'staff' then
    save(STAFF, entity)
    lose_staff(entity, last_there)
  else
    save(KIOSKS, entity)
    local call = load(CALLS, entity.call)
    if call then
      local reason = call.state == 'connected' and 'visitor_left' or reason_of_leaving(call, last_there)
      end_call(call, reason, last_there)
    else
      append_fact('kiosk.disconnected', { kiosks = { entity } })
    end
  end
end

local due_now = server('ZRANGE', DEADLINES, '-inf', now, 'BYSCORE', 'LIMIT', 0, args.limit)
for _, item in ipairs(due_now) do
  -- What came before it in this round may have put it off.
  local at_ms = tonumber(server('ZSCORE', DEADLINES, item) or nil)
  if at_ms and at_ms <= now then
    local kind, id = item:match('^(%a+):(.+)$')
    not_due(item)
    swept = swept + 1
    carry_out[kind](id, item)
  end
end
return done({ swept = swept, held = false })
