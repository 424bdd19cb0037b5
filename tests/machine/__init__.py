"""A machine that does at random whatever kiosks, staff, supervisors, networks and clocks can do, and what must hold.

``machine``: the rules, on two workers' desks over one real server · ``state``: everything a desk has in Redis, read at
once · ``invariants``: what holds after every step · ``fairness``: who may be served before whom, reckoned anew ·
``ledger``: what the facts may tell · ``soak``: a million steps.
"""
