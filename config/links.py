"""One-tap links: where readers reach them, and what of that cannot be right."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from config.mistakes import spoken

LONGEST = 80
"""Characters of public_url: three links stand on a page of 900."""


class Links(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One-tap links on pages: there are none without ``public_url``."""

    public_url: str = ""
    listen: str = ""
    trusted_proxies: tuple[str, ...] = ()
    hours: Annotated[int, msgspec.Meta(ge=1)] = 72


def troubles(links: Links) -> Iterator[tuple[str, str]]:
    """Yield what no type can say: a key, and what is wrong with it."""
    if links.public_url and (why := _no_address(links.public_url)):
        yield "public_url", f"{spoken(links.public_url)} {why}; write it like https://watch.example"
    for proxy in links.trusted_proxies:
        try:
            ip_network(proxy, strict=False)
        except ValueError:
            yield (
                "trusted_proxies",
                f"{spoken(proxy)} is neither an address nor a network, like 10.0.0.0/8",
            )


def _no_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        return "is no address"
    if parts.scheme not in {"http", "https"} or not parts.hostname or not url.isascii() or " " in url:
        return "is no address"
    if parts.query or parts.fragment or parts.username or parts.password:
        return "has more than a host and a path"
    return f"has more than {LONGEST} characters" if len(url) > LONGEST else ""
