-- end_sign_in: one sign-in is good no longer.
-- args: sign_in (its key), seat (whose it was).
-- The workers hear of it with the facts and close its sockets.

server('DEL', args.sign_in)
append_fact('sign_ins.ended', { seats = { args.seat } })
return done()
