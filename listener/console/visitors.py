"""Who is asking, through whichever proxies are trusted, and who asked for too much that is not there."""

import re
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

UNKNOWN = "unknown"
MINUTE = timedelta(minutes=1)
_HOUSEHOLD = 64  # bits of an IPv6 address that one visitor has in common with himself
_MAPPED = 96  # bits before the IPv4 address in ::ffff:1.2.3.4 (RFC 4291, 2.5.5.2)
_PORT = re.compile(r"^(?:([\d.]+):\d+|\[([^\]]+)\](?::\d+)?)$")


def networks(given: Iterable[str]) -> tuple[Network, ...]:
    """Return addresses and networks as networks; raises ValueError for what is neither."""
    return tuple(_plain(ip_network(one, strict=False)) for one in given)


def visitor(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """Return the address of whoever asks: the last one in X-Forwarded-For that no trusted proxy added.

    The header is believed only as far as trusted proxies wrote it; anybody can send one.
    """
    found = _address(peer)
    for hop in reversed(forwarded.split(",")):
        if found is None or not any(found in network for network in trusted):
            break
        if (before := _address(hop)) is None:
            break  # what stands further left was vouched for by nobody
        found = before
    if found is None:
        return UNKNOWN
    if found.version == 6:  # noqa: PLR2004 - the version of the protocol
        return str(ip_network((found, _HOUSEHOLD), strict=False))
    return str(found)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address in *text*, which may have a port; one of IPv4 in IPv6 clothes is the IPv4 one."""
    bare = _PORT.sub(r"\1\2", text.strip())
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    return (isinstance(found, IPv6Address) and found.ipv4_mapped) or found


def _plain(network: Network) -> Network:
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped is None or network.prefixlen < _MAPPED:
        return network
    return IPv4Network((mapped, network.prefixlen - _MAPPED))


class Patience:
    """Counts failures by visitor; who had too many is told to wait for the rest of a minute.

    ``lost`` says whether the last failure counted was the first too many: worth one line in a log.
    """

    def __init__(self, most: int = 10, within: timedelta = MINUTE, visitors: int = 4_096) -> None:
        self._most = most
        self._within = within
        self._visitors = visitors
        self._failures: OrderedDict[str, tuple[datetime, int]] = OrderedDict()
        self.lost = False

    def failed(self, who: str, now: datetime) -> int:
        """Count a failure of *who*; return how many whole seconds to wait, 0 while there is patience left."""
        since, count = self._failures.get(who, (now, 0))
        if now - since >= self._within:
            since, count = now, 0
        self._failures[who] = (since, count + 1)
        self._failures.move_to_end(who)
        while len(self._failures) > self._visitors:
            self._failures.popitem(last=False)
        self.lost = count == self._most
        left = (since + self._within - now).total_seconds()
        return int(left) + 1 if count >= self._most else 0
