-- relay_left: a relay stops; no path is given to it any more.
-- args: name.

server('HDEL', RELAYS, args.name)
return done()
