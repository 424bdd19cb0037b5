"""A network in one machine: two sites behind firewalls of any kind, and the public servers between them.

    kiosk ── router ──┐              ┌── router ── advisor
    (LAN)   (NAT)     └── internet ──┘   (NAT)     (LAN)
                     ┌────┬───┴──┬──────┐
                  bridge relay1 relay2 turn

Every name is a network namespace of its own, so that each can be cut off, blocked by address or watched by itself. All
addresses are from the ranges kept for documentation, and no namespace is joined to the machine's own network: nothing
leaves the lab.

- ``namespace``: one namespace; entering it, running programs in it, clearing away what a killed run left behind
- ``firewall``: the kinds of NAT and firewall, as data, and their rules
- ``network``: the wires, the addresses, and what goes wrong with them in mid-call
- ``line``: delay and loss
- ``servers``: the bridge, the relays and coturn, running in it
- ``browsers``: Chromium in a namespace, and the visitor and the advisor at their pages
- ``call``: which way a call takes, and how long it took to a picture
"""
