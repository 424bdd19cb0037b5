-- supervise: the supervisor's hand. Each deed is a fact with what the audit keeps of it.
-- args: by (staff id of the supervisor), deed, and of a call: call; then
--   call_raised · call_given: staff (an advisor on duty) · call_moved: queue (bridge/domain/routing.py) · call_ended
--   staff_set: staff, presence ('available', 'away' or 'offline')
--   language_closed, language_opened: language · notice_given: about (a language's code or 'all'), notice · notice_over: about
-- Refusals: call_over, wrong_state (a conversation is not moved; somebody in a call is not set), not_on_duty, not_yours.

local before = answered_before()
if before then
  return before
end

local function audit(about, detail)
  return { by = args.by, deed = args.deed, about = about, detail = detail or '' }
end

-- A call that waits, in nobody's hands; whoever is rung for it is rung no longer.
local function take_in_hand(call)
  if call.state == 'ringing' then
    withdraw(load(OFFERS, call.offer))
    call = load(CALLS, call.id)
  end
  take_out_of_line(call)
  return call
end

local function tell_of_call(name, call, detail)
  put_in_line(call)
  save(CALLS, call)
  append_fact(name, { calls = { call }, audit = audit(call.id, detail) })
  return done({ call = call.id })
end

local deeds = {}

function deeds.call_raised(call)
  if call.state == 'ringing' then
    call.priority = 2
    save(CALLS, call)
    append_fact('call.raised', { calls = { call }, audit = audit(call.id) })
    return done({ call = call.id })
  end
  call = take_in_hand(call)
  call.priority = 2
  return tell_of_call('call.raised', call)
end

function deeds.call_given(call)
  local member = load(STAFF, args.staff)
  if not member or not member.duty or member.role ~= 'advisor' then
    return refuse('not_on_duty', 'that advisor is not on duty')
  end
  call = take_in_hand(call)
  name_to_nobody(call)
  name_to(call, member)
  call.declined[member.id] = nil
  return tell_of_call('call.given', call, member.id)
end

function deeds.call_moved(call)
  call = take_in_hand(call)
  name_to_nobody(call)
  belong_no_more(call)
  call.language, call.also = args.queue.language, args.queue.also
  belong_to(call, args.queue)
  return tell_of_call('call.moved', call, args.queue.language)
end

function deeds.call_ended(call)
  end_call(call, call.state == 'connected' and 'failed' or 'no_advisor', nil, audit(call.id, call.state))
  return done({ call = call.id })
end

function deeds.staff_set()
  local member = load(STAFF, args.staff)
  if not member then
    return refuse('not_yours', 'no such staff member')
  elseif #member.calls > 0 then
    return refuse('wrong_state', 'not while in a call')
  elseif args.presence == 'available' and not is_there('staff', member) then
    return refuse('not_on_duty', 'their console is not connected')
  end
  local reason = args.presence == 'away' and 'supervisor' or nil
  if member.offer then
    withdraw(load(OFFERS, member.offer), member.id, args.presence, reason)
    member = load(STAFF, member.id)
  end
  if member.serving then
    end_serving(member)
  end
  close_wrap_ups(member, args.presence, reason)
  if args.presence ~= 'offline' and member.shift_over then
    member.shift_over, member.last_call, member.shift_ends_at_ms = nil, nil, nil
  end
  settle(member, args.presence, reason)
  append_fact('staff.set', { staff = { member }, audit = audit(member.id, args.presence) })
  return done()
end

function deeds.language_closed()
  local closed = { id = args.language, until_ms = now + policy.closure_limit_ms }
  save(LANGUAGES, closed)
  due('language:' .. closed.id, closed.until_ms)
  append_fact('language.closed', { closures = { closed }, audit = audit(closed.id) })
  return done()
end

function deeds.language_opened()
  local closed = load(LANGUAGES, args.language)
  if closed then
    server('HDEL', LANGUAGES, closed.id)
    not_due('language:' .. closed.id)
    closed.removed = true
    append_fact('language.opened', { closures = { closed }, audit = audit(closed.id) })
  end
  return done()
end

function deeds.notice_given()
  local notice = { id = args.about, notice = args.notice, until_ms = now + policy.notice_limit_ms }
  save(NOTICES, notice)
  due('notice:' .. notice.id, notice.until_ms)
  append_fact('notice.given', { notices = { notice }, audit = audit(notice.id, notice.notice) })
  return done()
end

function deeds.notice_over()
  local notice = load(NOTICES, args.about)
  if notice then
    server('HDEL', NOTICES, notice.id)
    not_due('notice:' .. notice.id)
    notice.removed = true
    append_fact('notice.over', { notices = { notice }, audit = audit(notice.id) })
  end
  return done()
end

local call
if args.call then
  call = load(CALLS, args.call)
  if not call then
    return refuse('call_over', 'the call has ended')
  elseif call.state == 'connected' and args.deed ~= 'call_ended' then
    return refuse('wrong_state', 'it is being served')
  end
end
return deeds[args.deed](call)
