"""Gloria's server: everything between the visitor's kiosk and the advisor's browser.

The folders follow a visit: domain (rules) · desk (the live queue) · signaling (what is said over sockets) ·
contacts (what remains of a call) · accounts (who is asking) · pages (what browsers load).
"""

__version__ = "0.1.0"
