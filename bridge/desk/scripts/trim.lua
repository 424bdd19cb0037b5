-- trim: forget the facts that every consumer group has acknowledged and that are older than keep_ms.
-- args: keep_ms. Answer: trimmed (how many).

local function id_below(a, b)
  local a_ms, a_seq = a:match('^(%d+)-(%d+)$')
  local b_ms, b_seq = b:match('^(%d+)-(%d+)$')
  a_ms, b_ms = tonumber(a_ms), tonumber(b_ms)
  return a_ms < b_ms or (a_ms == b_ms and tonumber(a_seq) < tonumber(b_seq))
end

-- Ids carry the server's own time, which is what their age is measured by.
local oldest = string.format('%d-0', math.max(0, server_time_ms() - args.keep_ms))
for _, row in ipairs(server('XINFO', 'GROUPS', FACTS)) do
  local group = {}
  for n = 1, #row, 2 do
    group[row[n]] = row[n + 1]
  end
  local reached = group['last-delivered-id']
  local pending = server('XPENDING', FACTS, group['name'])
  if pending[1] > 0 then
    reached = pending[2]
  end
  if id_below(reached, oldest) then
    oldest = reached
  end
end
return done({ trimmed = server('XTRIM', FACTS, 'MINID', oldest) })
