-- register: who exists, connected or not, and which of their sign-ins are void. Repeating it changes nothing.
-- args: seats, a list of {id, place ('kiosk', 'staff' or 'none'), profile, revision, sign_in_epoch, active}.
-- revision: number of the account's last change; an older one than is known is left alone. sign_in_epoch: sign-ins given
-- under a lower one are void. A seat that is not active, or has no place at the desk any more, is removed once it is free:
-- whoever is in a call finishes it, and the next registration tries again.
-- While it is held it begins nothing: it does not join, is not rung and becomes offline.
-- Answer: held (how many could not be removed yet), behind (seats of which the desk knows something newer: the accounts
-- were brought back from a backup; each with the revision and epoch known here).

local places = { kiosk = KIOSKS, staff = STAFF }
local lists = { kiosk = 'kiosks', staff = 'staff' }

local function tell(place, name, entity)
  local what = {}
  what[lists[place]] = { entity }
  append_fact(place .. name, what)
end

local function is_free(place, entity)
  if place == 'kiosk' then
    return not entity.call
  end
  return not (entity.offer or entity.serving) and #entity.calls == 0 and #entity.wrap_ups == 0
end

-- Whoever is rung is rung no longer, whoever waits is told that the service is closed; a conversation is finished.
local function let_go(place, entity)
  if place == 'staff' and entity.offer then
    withdraw(load(OFFERS, entity.offer), entity.id, 'offline')
  elseif place == 'kiosk' and entity.call then
    local call = load(CALLS, entity.call)
    if call.state ~= 'connected' then
      end_call(call, 'closed')
    end
  end
  return load(places[place], entity.id)
end

local function remove(place, entity)
  entity = let_go(place, entity)
  if not is_free(place, entity) then
    if not entity.leaving then
      entity.leaving = true
      if place == 'staff' then
        index(entity)
      end
      save(places[place], entity)
      tell(place, '.registered', entity)
    end
    return false
  end
  if place == 'staff' then
    index(entity, true)
    not_due('away:' .. entity.id, 'last:' .. entity.id, 'shift:' .. entity.id)
  end
  server('HDEL', places[place], entity.id)
  server('ZREM', LEASES, place .. ':' .. entity.id)
  entity.removed = true
  entity.connected = false
  if place == 'staff' then
    entity.presence = 'offline'
  end
  tell(place, '.removed', entity)
  return true
end

-- Whether the desk knows something newer.
local function put(seat)
  local key = places[seat.place]
  local entity = load(key, seat.id)
  -- A member written by a desk of an older schema has no calls; it is written anew.
  local whole = entity and (seat.place == 'kiosk' or entity.calls)
  if whole and (entity.revision or 0) >= seat.revision then
    return entity.revision > seat.revision and entity.revision or nil
  end
  if whole and seat.place == 'staff' then
    index(entity, true)
  end
  entity = whole and entity or { id = seat.id, connected = false, since_ms = now }
  if seat.place == 'staff' then
    entity.presence = entity.presence or 'offline'
    entity.calls = entity.calls or {}
    entity.wrap_ups = entity.wrap_ups or {}
    entity.gender = nil
  end
  for name, value in pairs(seat.profile) do
    entity[name] = value
  end
  entity.revision = seat.revision
  entity.leaving = nil
  if seat.place == 'staff' then
    index(entity)
  end
  save(key, entity)
  tell(seat.place, '.registered', entity)
end

local held = 0
local ended = {}
local behind = {}
for _, seat in ipairs(args.seats) do
  local known = server('HGET', SIGNS, seat.id)
  if not known or tonumber(known) < seat.sign_in_epoch then
    server('HSET', SIGNS, seat.id, string.format('%d', seat.sign_in_epoch))
    if known then
      ended[#ended + 1] = seat.id
    end
  end
  for place, key in pairs(places) do
    local entity = load(key, seat.id)
    local stays = seat.active and seat.place == place
    if entity and not stays and not remove(place, entity) then
      held = held + 1
    end
  end
  local newer
  if seat.active and places[seat.place] then
    newer = put(seat)
  end
  local epoch = tonumber(server('HGET', SIGNS, seat.id))
  if newer or epoch > seat.sign_in_epoch then
    behind[#behind + 1] = { id = seat.id, revision = newer or seat.revision, sign_in_epoch = epoch }
  end
end
if #ended > 0 then
  append_fact('sign_ins.ended', { seats = ended })
end
return done({ held = held, behind = behind })
