"""Who is asking, through which proxies, and how often in vain."""

from datetime import timedelta

import pytest

from listener.console.visitors import Patience, networks, visitor
from tests.fakes_alerts import NIGHT

PROXIES = networks(("127.0.0.1", "10.0.0.0/8", "fd00::/8", "::ffff:192.168.7.0/120"))
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("peer", "forwarded", "who"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1, 10.2.3.4", "198.51.100.1"),
        ("127.0.0.1", "10.2.3.4", "10.2.3.4"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("2001:db8:1:2:aaaa::1", "", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "", "2001:db8:1:2::/64"),
        ("", "198.51.100.1", "unknown"),
        ("::ffff:203.0.113.5", "", "203.0.113.5"),
        ("::ffff:127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, ::FFFF:c633:6401, ::ffff:10.2.3.4", "198.51.100.1"),
        ("192.168.7.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1:4711", "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, [2001:db8:1:2::9]:4711", "2001:db8:1:2::/64"),
        ("127.0.0.1", "1.1.1.1, unknown", "127.0.0.1"),
    ],
)
def test_the_visitor_is_whom_the_last_trusted_proxy_saw(peer: str, forwarded: str, who: str) -> None:
    """Anything further left may have been written by the visitor; an address is the same in any clothes."""
    assert visitor(peer, forwarded, PROXIES) == who


def test_what_is_no_network_is_refused() -> None:
    """A name is none."""
    with pytest.raises(ValueError, match=r"proxy\.example"):
        networks(("proxy.example",))


def test_patience_ends_after_ten_failures_and_comes_back_after_a_minute() -> None:
    """Only the first too many is worth a line in the log."""
    patience = Patience()
    waits, lost = [], []
    for _ in range(13):
        waits.append(patience.failed("a", NIGHT))
        lost.append(patience.lost)
    assert waits == [0] * 10 + [61] * 3
    assert lost.index(True) == 10
    assert sum(lost) == 1
    assert patience.failed("b", NIGHT) == 0
    assert patience.failed("a", NIGHT + MINUTE) == 0


def test_a_crowd_of_visitors_takes_no_more_room_than_it_may() -> None:
    """The longest unheard is forgotten first."""
    patience = Patience(most=1, visitors=3)
    for who in "abcd":
        patience.failed(who, NIGHT)
    assert patience.failed("d", NIGHT) > 0
    assert patience.failed("a", NIGHT) == 0
