"""The live queue. One ordered truth, in Redis: every transition is one Lua script that checks, changes and
appends its fact to one stream, atomically. No key of the desk is written anywhere else.
"""
