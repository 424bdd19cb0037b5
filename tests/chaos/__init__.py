"""`python -m tests.chaos`: processes of a real installation are killed, and nothing acknowledged may be lost.

Everything is real: `gloria serve` with two workers, the embedded server, SQLite and PostgreSQL, pages over Socket.IO.
Whatever is killed gets SIGKILL, and what nobody else starts again (the parent, the database) is started again here.

First a table: four groups of people, each in another phase of a call, live through the loss of each victim at once,
and how long it takes them to recover is measured. Then random days: visitors and advisors do what comes to their mind
while a killer does the same. ``Ledger`` keeps what was acknowledged to the pages; ``Witness`` reads the desk's facts
and holds each against the rules. In the end the contact records must say the same as both.
"""
