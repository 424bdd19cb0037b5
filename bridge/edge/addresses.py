"""Addresses as they come over the network, in one form."""

from ipaddress import IPv4Address, IPv6Address, ip_address


def plain_address(text: str) -> IPv4Address | IPv6Address | None:
    """The address without port, brackets and zone; IPv4 within IPv6 (::ffff:192.0.2.1) as IPv4. None if it is none."""
    text = text.strip()
    if text.startswith("["):
        text, closed, rest = text[1:].partition("]")
        if not closed or not (rest == "" or _is_port(rest)):
            return None
        bracketed = True
    else:
        bracketed = False
        host, colon, rest = text.partition(":")
        if colon and "." in host and _is_port(colon + rest):
            text = host
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv4Address):
        return None if bracketed else address
    return address.ipv4_mapped or address


def _is_port(text: str) -> bool:
    number = text[1:]
    return text[:1] == ":" and number.isascii() and number.isdigit() and len(number) <= 5
