"""Keeps messages from going to inner addresses, whatever a name resolves to."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence

from zhiyin.errors import InvalidInput

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 behind a translator (RFC 6052)


class InnerAddress(InvalidInput):
    """A name leads to an address within the own network, or to none that may be used."""


def read_networks(parts: Sequence[str]) -> tuple[_Network, ...]:
    """Networks as `10.0.0.0/8`; a single address is a network of one.

    Raises:
        ValueError: one of them is none.
    """
    return tuple(ipaddress.ip_network(part, strict=False) for part in parts)


def choose_address(host: str, *, port: int, allowed: Sequence[_Network]) -> str:
    """The address to connect to: it and every other of the host is public, or in an allowed network.

    The caller connects to this very address, so that a second answer of the name server changes nothing.

    Raises:
        InnerAddress: one of the addresses is neither. OSError: the name does not resolve.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if not addresses or not all(may_reach(address, allowed=allowed) for address in addresses):
        raise InnerAddress("The host leads to an inner address.", field="url")
    return str(addresses[0])


def may_reach(address: _Address, *, allowed: Sequence[_Network]) -> bool:
    """Whether the address is public or allowed; one that wraps another is judged by the inner one."""
    inner = _unwrap(address)
    if any(inner in network for network in allowed if network.version == inner.version):
        return True
    return inner.is_global and not inner.is_multicast


def _unwrap(address: _Address) -> _Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None) or address
