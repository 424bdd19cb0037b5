-- relays_for: the relays that a path has, or would be given now.
-- args: path (id), relays_at_most. Answer: relays (list of {name, addresses}).

local path = load(PATHS, args.path)
local relays = path and path.relays or {}
if #relays == 0 then
  relays = choose_relays(args.path, args.relays_at_most)
end
return done({ relays = relays })
