-- relay_left: a relay stops; no path is given to it any more.
-- args: name.

redis.call('HDEL', RELAYS, args.name)
return done()
