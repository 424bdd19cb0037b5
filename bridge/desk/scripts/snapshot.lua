-- snapshot: everything live, and the stream id it is true at.
-- args: none. Answer: at, epoch, and calls, offers, staff, kiosks, closures, notices as lists.

local function everything(key)
  local texts = server('HVALS', key)
  return '[' .. table.concat(texts, ',') .. ']'
end

local at = '0-0'
if server('EXISTS', FACTS) == 1 then
  local info = server('XINFO', 'STREAM', FACTS)
  for n = 1, #info, 2 do
    if info[n] == 'last-generated-id' then
      at = info[n + 1]
    end
  end
end
return string.format(
  '{"ok":true,"at":"%s","epoch":"%s","calls":%s,"offers":%s,"staff":%s,"kiosks":%s,"closures":%s,"notices":%s}',
  at, server('HGET', META, 'epoch'), everything(CALLS), everything(OFFERS), everything(STAFF), everything(KIOSKS),
  everything(LANGUAGES), everything(NOTICES)
)
