"""What is said over sockets: every message declared once, and who may say it about whose call in one table.

One Socket.IO namespace a role. Clients receive a snapshot when they connect, then the facts after it.
"""
