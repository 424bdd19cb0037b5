-- close_path: a line check is over; the relays forget it.
-- args: path (id).

redis.call('HDEL', PATHS, args.path)
redis.call('ZREM', DEADLINES, 'path:' .. args.path)
append_fact('media.path', { paths = { args.path } })
return done()
