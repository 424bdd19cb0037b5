-- match: make the offers there are to make.
-- args: as match's (_match.lua). Answer: made (how many).

return done({ made = match(args) })
