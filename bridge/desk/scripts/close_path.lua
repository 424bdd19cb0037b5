-- close_path: a line check is over; the relays forget it.
-- args: path (id).

server('HDEL', PATHS, args.path)
server('ZREM', DEADLINES, 'path:' .. args.path)
append_fact('media.path', { paths = { args.path } })
return done()
