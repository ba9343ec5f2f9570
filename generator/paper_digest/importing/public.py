"""What is on the public web, by its name and by its address: strangers' links are not to reach behind the door."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_NAME = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9_-]{1,63}\.)+[a-z][a-z0-9-]{1,62}")
# The last labels of names that are no public ones: reserved (RFC 2606, 6761, 6762, 7686, 8375, 9476; ICANN's
# `internal`, `home`, `corp` and `mail`), or in use within houses, offices and clusters. `example` is for texts, and
# leads nowhere. A label that is missing here, or becomes a public one, is still judged by where it leads.
_PRIVATE = frozenset(
    "alt arpa belkin consul corp dhcp docker domain gateway home homestation intern internal intra "
    "intranet invalid kube lan local localdomain localhost localnet lokal mail mshome node onion pod priv private "
    "router server svc test vpn workgroup".split()
)

# What `ipaddress` calls global, or has called so until later versions (3.11 does), though nobody is reached there:
# - 192.0.0.0/24, for protocols: 3.11 knows parts of it;
# - 192.88.99.0/24, relays of 6to4, which is no more (RFC 7526).
_NOT_PUBLIC_4 = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24")))
# Of IPv6, 2000::/3 alone is given out. That leaves out, without a line for each: site-local addresses (fec0::/10),
# multicast (ff00::/8), NAT64 for local use (64:ff9b:1::/48), IPv4-compatible ones (::/96), segment ids (5f00::/16).
_GIVEN_OUT = ip_network("2000::/3")
# Within it, what 3.11 calls global: 6to4 and its like lead to an IPv4 address by a tunnel, that private ones are too.
_NOT_PUBLIC_6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
# The one prefix by which a network translates: there, every public IPv4 address has such a form.
_TRANSLATED = ip_network("64:ff9b::/96")


def may_be_public(host: str) -> bool:
    """Whether a host may be on the public web by its address, or its name, which can still lead elsewhere.

    Names end in no dot, and addresses are spelled as usual: not `0x7f.1`, `017700000001` or `127.1`.
    """
    host = host.lower()
    try:
        return is_public(ip_address(host))
    except ValueError:
        return _NAME.fullmatch(host) is not None and host.rpartition(".")[2] not in _PRIVATE


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one that everybody can reach. What holds an IPv4 address is judged by that."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address in _TRANSLATED:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        return address.is_global and address in _GIVEN_OUT and not any(address in each for each in _NOT_PUBLIC_6)
    special = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not special and not any(address in each for each in _NOT_PUBLIC_4)
