-- match: make the offers there are to make. In every script, for whoever asks for it behind a transition.
--
-- First whoever is waited for by name, then conversations that ask for one more person, then the queues: the call that is
-- first in line of all queues that somebody free could serve; for it the first open tier whose seats can all be filled,
-- longest idle first. Within a queue an older call can be served by whoever could serve a younger one: when the first
-- cannot be, the others need no look, but for what is its own alone (its kiosk is not there, somebody declined it, it was
-- raised). Who declined a call is passed over until their rest is over; staff and kiosks that are not there, until they
-- are. Waiting calls are never all looked at.

-- How many offers were made. `args`: offers (how many at most), offer (a fresh id: that of the offers with their number).
local function match(args)
  local CHUNK = 16

  local made = 0
  local known = {}

  local function staff(id)
    local member = known[id]
    if member == nil then
      member = load(STAFF, id) or false
      if member then
        member.is_there = is_there('staff', member)
      end
      known[id] = member
    end
    return member
  end

  -- The text is enough: within a name there is a backslash before each quote.
  local function kiosk_is_there(id)
    local text = server('HGET', KIOSKS, id)
    local connected = text and text:find('"connected":true', 1, true)
    return connected and tonumber(server('ZSCORE', LEASES, 'kiosk:' .. id) or 0) > now
  end

  -- Mostly nobody is waited for by name, no conversation asks for anybody and nobody has chats and room for another: one
  -- look tells. During one match none of that comes to be.
  local SPARE = PREFIX .. 'spare'
  local only_queues = server('EXISTS', NAMED, ASKS, SPARE) == 0
  local spare = only_queues and 0 or server('ZCARD', SPARE)

  -- Making an offer ----------------------------------------------------------------------------------------------------

  local now_text = string.format('%d', now)
  local expires_text = string.format('%d', now + policy.ring_timeout_ms)

  local function make_offer(kind, call, seats, tier, opened_at_ms, behind)
    made = made + 1
    local id = args.offer .. '-' .. made
    local named = call.named ~= nil or (kind == 'join' and call.ask.ask == 'colleague')
    local taken, members = {}, {}
    for n, seat in ipairs(seats) do
      local member = seat.member
      taken[n] = {
        staff = member.id, name = member.name, role = member.role, language = seat.language,
        level = member.languages[seat.language], accepted = false,
      }
      link(call, member.id, 'visitor')
      for _, person in ipairs(rawget(call, 'people') or {}) do
        link(call, person.staff, member.id)
      end
      for before = 1, n - 1 do
        link(call, taken[before].staff, member.id)
      end
      member.offer = id
      member.is_there = nil
      known[member.id] = nil
      members[n] = settle(member)
    end
    call.offer = id
    if kind == 'serve' then
      take_out_of_line(call, behind)
      call.state = 'ringing'
    end
    due('offer:' .. id, expires_text)
    -- Each is encoded once, and what is new here without cjson, which spends most of its time on such numbers.
    local offer = '{"id":"' .. id .. '","state":"ringing","kind":"' .. kind .. '","call":"' .. call.id
      .. (tier and '","tier":"' .. tier or '') .. '","named":' .. tostring(named) .. ',"made_at_ms":' .. now_text
      .. ',"opened_at_ms":' .. (opened_at_ms and string.format('%d', opened_at_ms) or now_text)
      .. ',"expires_at_ms":' .. expires_text .. ',"seats":' .. cjson.encode(taken) .. '}'
    server('HSET', OFFERS, id, offer)
    server('XADD', FACTS, '*', 'fact', '{"name":"offer.made","at_ms":' .. now_text .. ',"calls":['
      .. save(CALLS, call) .. '],"offers":[' .. offer .. '],"staff":[' .. table.concat(members, ',') .. ']}')
  end

  -- Who may take a seat --------------------------------------------------------------------------------------------------

  local function declined(call, id)
    return (rawget(call, 'declined') and call.declined[id] or 0) > now
  end

  -- The first in the index `key` that will do, whether somebody was passed over only because they declined this call, and
  -- whether nobody is in the index at all.
  local function first_of(key, call, gender, fits)
    local passed_over = false
    local from, chunk = 0, 1
    while true do
      local ids = server('ZRANGE', key, from, from + chunk - 1)
      for _, id in ipairs(ids) do
        local member = staff(id)
        local room = member and (member.place ~= 'spare' or #member.calls < policy.chats_at_once)
        if room and member.is_there and not member.offer and (not gender or member.gender == gender) and (not fits or fits(member)) then
          if not declined(call, id) then
            return member, passed_over
          end
          passed_over = true
        end
      end
      if #ids < chunk then
        return nil, passed_over, from + #ids == 0
      end
      from, chunk = from + chunk, CHUNK
    end
  end

  -- Indexes in which nobody is: during one match nobody becomes free.
  local empty = {}

  -- Whether a queue with these tiers needs a look: not when everybody it might be offered to is known to be busy.
  local function may_be_served(tiers)
    if not next(empty) then
      return true
    end
    for index in tiers:gmatch('%a+:[^%s,;]+') do
      if not empty[index] then
        return true
      end
    end
    return false
  end

  -- Of those in several indexes the one who has been idle longest (with chats: who has fewest).
  local function longest_idle(place, indexes, call, gender, fits)
    local best, best_in
    local passed_over = false
    for index in indexes:gmatch('[^,]+') do
      local member, over, nobody
      if not empty[index] then
        member, over, nobody = first_of(PREFIX .. place .. ':' .. index, call, gender, fits)
        empty[index] = nobody and spare == 0
      end
      passed_over = passed_over or over
      if member then
        local better = not best
        if best and place == 'free' then
          better = (member.idle_since_ms or 0) < (best.idle_since_ms or 0)
        elseif best then
          better = #member.calls < #best.calls
        end
        if better then
          best, best_in = member, index
        end
      end
    end
    return best, passed_over, best_in and best_in:match(':(.+):')
  end

  -- An advisor and an interpreter who share another language than the visitor's: both or neither.
  local function pair(interpreters, call, gender)
    local passed_over = false
    for index in interpreters:gmatch('[^,]+') do
      local advisor
      local interpreter, over, nobody = first_of(PREFIX .. 'free:' .. index, call, gender, function(candidate)
        local found, also_over = first_of(AVAILABLE, call, gender, function(other)
          if other.role ~= 'advisor' then
            return false
          end
          for language in pairs(other.languages) do
            if language ~= call.language and candidate.languages[language] then
              return true
            end
          end
          return false
        end)
        passed_over = passed_over or also_over
        advisor = found or advisor
        return found ~= nil
      end)
      empty[index] = nobody
      passed_over = passed_over or over
      if interpreter then
        return { { member = advisor, language = call.language }, { member = interpreter, language = call.language } }
      end
    end
    return nil, passed_over
  end

  local function fill(advisors, interpreters, call, gender)
    if interpreters then
      return pair(interpreters, call, gender)
    end
    local member, passed_over, language = longest_idle('free', advisors, call, gender)
    if not member and call.channel == 'chat' and spare > 0 then
      local over
      member, over, language = longest_idle('spare', advisors, call, gender)
      passed_over = passed_over or over
    end
    if member then
      return { { member = member, language = language } }
    end
    return nil, passed_over
  end

  -- Which tiers are open (bridge/domain/routing.py holds the same rule) -----------------------------------------------------

  local duty_cache = {}

  local function on_duty(key)
    if duty_cache[key] == nil then
      duty_cache[key] = server('EXISTS', PREFIX .. 'duty:' .. key) == 1
    end
    return duty_cache[key]
  end

  -- The tiers of a queue, read as far as they are asked for: name, when it opens, who may advise, and beside
  -- them who may interpret.
  local function tiers_of(queue)
    return queue:gmatch('(%S+) (%d+) ([^%s+;]+)%+?([^%s;]*);')
  end

  local function is_staffed(advisors, interpreters, gender)
    if interpreters ~= '' and not on_duty(gender and 'advisor::' .. gender or 'advisor') then
      return false
    end
    for index in (interpreters ~= '' and interpreters or advisors):gmatch('[^,]+') do
      if on_duty(gender and index .. ':' .. gender or index) then
        return true
      end
    end
    return false
  end

  -- A wish is waited for while its time lasts and somebody on duty would fit.
  local function wish_of(call, queue)
    if not call.wish or now - call.joined_at_ms >= policy.wish_ms then
      return nil
    end
    for _, _, advisors, interpreters in tiers_of(queue) do
      if is_staffed(advisors, interpreters, call.wish) then
        return call.wish
      end
    end
    return nil
  end

  -- Whether no tier has to be waited for: raised by a supervisor, or served before and not passed on to another language.
  local function tries_at_once(call)
    return call.priority > 1 or (call.priority == 1 and call.passed_on ~= 'language')
  end

  -- The seats for a call with their tier and since when that one is open; otherwise whether it was passed over for what is
  -- its own alone.
  local function seats_for(call, queue)
    local gender = wish_of(call, queue)
    local at_once = tries_at_once(call)
    local anybody, speaker = false, false
    local passed_over = call.priority > 0
    for name, after_ms, advisors, interpreters in tiers_of(queue) do
      local opens = call.waiting_since_ms
      if anybody and not at_once and not (name == 'interpreted' and not speaker) then
        opens = opens + after_ms
      end
      if opens <= now then
        local seats, over = fill(advisors, interpreters ~= '' and interpreters, call, gender)
        if seats then
          return seats, name, opens
        end
        passed_over = passed_over or over
      end
      local staffed = is_staffed(advisors, interpreters)
      anybody = anybody or staffed
      if name == 'native' or name == 'fluent' then
        speaker = speaker or staffed
      end
    end
    return nil, passed_over
  end

  -- Those waited for by name -----------------------------------------------------------------------------------------------

  local function serve_named()
    for _, id in ipairs(server('ZRANGE', NAMED, 0, -1)) do
      if made == args.offers then
        return
      end
      local call = load(CALLS, id)
      local member = staff(call.named.staff)
      -- Whoever was an advisor when they were named may have become something else.
      local chat = member and member.place == 'spare' and call.channel == 'chat' and #member.calls < policy.chats_at_once
      local room = member and member.role == 'advisor' and (member.place == 'free' or chat)
      if room and member.is_there and not member.offer and is_there('kiosk', load(KIOSKS, call.kiosk)) then
        local language = member.languages[call.language] and call.language or nil
        for _, other in ipairs(call.also) do
          language = language or (member.languages[other] and other)
        end
        make_offer('serve', call, { { member = member, language = language or call.language } })
      end
    end
  end

  -- Conversations that ask for one more ------------------------------------------------------------------------------------

  -- The first call in line that waits for an interpreter like this with an advisor, where its pair may be served by now.
  local function waiting_for_a_pair(interpreter, since_ms)
    local first
    for language in pairs(interpreter.languages) do
      for _, id in ipairs(server('ZRANGE', PREFIX .. 'for:interpreter:' .. language, 0, -1)) do
        local speaker, pair_after_ms, pair_staffed = false, 0, false
        for name, after_ms, advisors, interpreters in tiers_of(server('HGET', QUEUES, id)) do
          pair_after_ms, pair_staffed = after_ms, is_staffed(advisors, interpreters)
          speaker = speaker or ((name == 'native' or name == 'fluent') and pair_staffed)
        end
        -- Those in front may have come back a moment ago.
        for _, waiting in ipairs(server('ZRANGE', PREFIX .. 'queue:' .. id, 0, 3)) do
          local call = load(CALLS, waiting)
          local open = pair_staffed and (tries_at_once(call) or not speaker or call.waiting_since_ms + pair_after_ms <= now)
          -- Of two who came in the same millisecond always the same one: it is theirs that is counted as passed over.
          local before = not first or call.order < first.order or (call.order == first.order and call.id < first.id)
          if open and call.waiting_since_ms < since_ms and before then
            first = call
          end
        end
      end
    end
    return first
  end

  -- Whether an advisor is on duty besides those who ask: otherwise both would wait for each other.
  local function others_on_duty()
    local asking = {}
    for _, id in ipairs(server('ZRANGE', ASKS, 0, -1)) do
      asking[load(CALLS, id).staff] = true
    end
    return find(server('SMEMBERS', PREFIX .. 'duty:advisor'), function(id) return not asking[id] end) ~= nil
  end

  local function serve_asks()
    for _, id in ipairs(server('ZRANGE', ASKS, 0, -1)) do
      if made == args.offers then
        return
      end
      local call = load(CALLS, id)
      local wanted = call.ask
      local member
      if call.offer then
        member = nil
      elseif wanted.ask == 'colleague' then
        member = staff(wanted.staff)
        member = member and member.place == 'free' and member.is_there and not member.offer and member
      else
        local index = 'interpreter:' .. wanted.language
        local overtaken = {}
        member = longest_idle('free', index .. ':native,' .. index .. ':fluent', call, nil, function(one)
          local older = waiting_for_a_pair(one, wanted.since_ms)
          overtaken[one.id] = older
          return not older or older.passes < policy.interpreter_passes or not others_on_duty()
        end)
        local older = member and overtaken[member.id]
        if older then
          older.passes = older.passes + 1
          save(CALLS, older)
          append_fact('call.passed', { calls = { older } })
        end
      end
      if member then
        make_offer('join', call, { { member = member, language = wanted.language or call.language } })
      end
    end
  end

  -- The queues -------------------------------------------------------------------------------------------------------------

  local FEW = 8

  -- Queues that need no further look by their first call: nobody can serve it, or it was passed over.
  local over = {}

  -- A source is where calls are found: a list of queues by their first call, or (`queue`) the line of one queue behind calls
  -- passed over. `at`: how many of its front need no look any more; `first`, `order`: what comes then, and its place, where
  -- that is `known`.
  local function look(source)
    repeat
      local found = server('ZRANGE', source.key, source.at, source.at, 'WITHSCORES')
      source.first, source.order = found[1], tonumber(found[2])
      local again = not source.queue and over[source.first]
      if again then
        source.at = source.at + 1
      end
    until not again
    source.known = true
  end

  local function source_of(key, at, queue)
    return { key = key, at = at, queue = queue, known = false }
  end

  -- Where somebody free could serve, and how many are free or have room: found from the staff where few are, and from all
  -- queues otherwise.
  local function sources_in_reach()
    local left = server('ZCARD', AVAILABLE) + (spare > 0 and server('ZCARD', SPARE) or 0)
    if left > FEW then
      return { source_of(LIVE, 0) }, left
    elseif left == 0 or server('EXISTS', LIVE) == 0 then
      return {}, left
    end
    local sources, seen = {}, {}
    for _, key in ipairs({ AVAILABLE, SPARE }) do
      for _, id in ipairs(server('ZRANGE', key, 0, -1)) do
        local member = staff(id)
        for language in pairs(member and member.is_there and member.languages or {}) do
          local list = PREFIX .. 'for:' .. member.role .. ':' .. language
          if not seen[list] then
            seen[list] = true
            sources[#sources + 1] = source_of(list, 0)
          end
        end
      end
    end
    return sources, left
  end

  local function first_in_line(sources)
    local first
    for _, source in ipairs(sources) do
      if not source.known then
        look(source)
      end
      if source.order and (not first or source.order < first.order) then
        first = source
      end
    end
    return first
  end

  local function serve_queues()
    local sources, left = sources_in_reach()
    local tiers = {}
    while made < args.offers and left > 0 do
      local first = first_in_line(sources)
      if not first then
        return
      end
      local id = first.queue or first.first
      tiers[id] = tiers[id] or server('HGET', QUEUES, id) or ''
      local call, behind, seats, why, opens
      if may_be_served(tiers[id]) then
        local line = first.queue and { first.first } or server('ZRANGE', PREFIX .. 'queue:' .. id, 0, 1, 'WITHSCORES')
        behind = not first.queue and { line[3], line[4] } or nil
        call = load(CALLS, line[1])
        if call then
          seats, why, opens = seats_for(call, tiers[id])
        else
          -- Never seen. If it happens, others must not wait for it.
          redis.log(redis.LOG_WARNING, 'match: a call stands in line and is not there: ' .. tostring(line[1]))
          why = true
        end
      end
      if seats and not kiosk_is_there(call.kiosk) then
        seats, why = nil, true
      end
      if seats then
        make_offer('serve', call, seats, why, opens, behind)
        left = left - #seats
      elseif first.queue then
        -- Without a reason of its own nobody behind it can be served either.
        first.at = why and first.at + 1 or 1e9
      else
        over[id] = true
        if why then
          sources[#sources + 1] = source_of(PREFIX .. 'queue:' .. id, 1, id)
        end
      end
      for _, source in ipairs(sources) do
        source.known = source.known and source ~= first and source.first ~= id
      end
    end
  end

  if not only_queues then
    serve_named()
    serve_asks()
  end
  serve_queues()
  return made
end
