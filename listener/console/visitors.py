"""Who is asking, through whichever proxies are trusted, and who asked for too much that is not there."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

UNKNOWN = "unknown"
MINUTE = timedelta(minutes=1)
_HOUSEHOLD = 64  # bits of an IPv6 address that one visitor has in common with himself


def networks(given: Iterable[str]) -> tuple[Network, ...]:
    """Return addresses and networks as networks; raises ValueError for what is neither."""
    return tuple(ip_network(one, strict=False) for one in given)


def visitor(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """Return the address of whoever asks: the last one in X-Forwarded-For that no trusted proxy added.

    The header is believed only as far as trusted proxies wrote it; anybody can send one.
    """
    found = _address(peer)
    for hop in reversed(forwarded.split(",")):
        if found is None or not any(found in network for network in trusted):
            break
        found = _address(hop) or found
    if found is None:
        return UNKNOWN
    if found.version == 6:  # noqa: PLR2004 - the version of the protocol
        return str(ip_network((found, _HOUSEHOLD), strict=False))
    return str(found)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.strip())
    except ValueError:
        return None


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
