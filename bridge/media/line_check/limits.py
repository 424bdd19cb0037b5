"""How long each part of a line check may take, in seconds. Together they are the longest that a call can last."""

#: From our answer to the connection: browsers give up after about 15.
CONNECT_WITHIN_S = 15.0
#: From our report to the page hanging up.
GOODBYE_WITHIN_S = 2.0
#: Beyond its own end, before the process is ended from outside.
ENDS_AFTER_S = 5.0
#: From the page's offer to our answer: a process to start, addresses to gather.
ANSWER_WITHIN_S = 8.0
