-- paths: for the relays, which connections there are.
-- args: ids (only these; all when it is absent). Answer: at (a stream id that holds all of this), paths (list).

local texts = {}
if args.ids then
  for _, id in ipairs(args.ids) do
    texts[#texts + 1] = server('HGET', PATHS, id) or nil
  end
else
  texts = server('HVALS', PATHS)
end
local last = server('XREVRANGE', FACTS, '+', '-', 'COUNT', 1)
return string.format('{"ok":true,"at":"%s","paths":[%s]}', last[1] and last[1][1] or '0-0', table.concat(texts, ','))
