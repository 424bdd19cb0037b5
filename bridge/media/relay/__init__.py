"""The transparent relay: one UDP port between two browsers that run ordinary ICE, and nothing opened on the way.

``switchboard`` holds the rules and no socket, ``checks`` reads STUN, ``endpoint`` has the sockets, ``process`` is the
process that lives by them, ``registrations`` says what the bridge must tell it.
"""
