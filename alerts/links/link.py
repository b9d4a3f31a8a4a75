"""A one-tap link: one action on one incident by one receiver, until it expires."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from alerts.wording import Language

Purpose = Literal["ack", "snooze", "not_a_fire", "verdict"]
Mint = Callable[[], str]
"""Returns a new token; chance is handed in, so that tests and replays repeat."""

LENGTH = 22
"""Characters of a token: 131 bits of letters and digits, which every program keeps in one link."""
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
PATH = "/a/"
SNOOZE_MINUTES = 30

_TOKEN = re.compile(rf"[A-Za-z0-9]{{{LENGTH}}}")
_IN_TEXT = re.compile(rf"{PATH}{_TOKEN.pattern}(?![A-Za-z0-9])")


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of a link; the token itself is not, only its ``digest``.

    ``to`` is the receiver for whom the page was written: whoever taps acts in that name; ``reopened`` is
    how often the incident had been reopened by then.
    """

    digest: str
    purpose: Purpose
    incident: str
    to: str
    language: Language
    zone: str
    expires_at: datetime
    reopened: int = 0
    used_at: datetime | None = None


class LinkLog(Protocol):
    """Durable memory of links, by ``listener.storage``; each method may raise ``LogError``."""

    async def link(self, digest: str) -> Link | None:
        """Return the link whose token has this digest, or None."""
        ...

    async def use_link(self, digest: str, at: datetime) -> None:
        """Remember when a link was used first."""
        ...


def digest(token: str) -> str:
    """Return what is stored of a token; with 131 random bits a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def companions(token: str) -> dict[Purpose, str]:
    """Return the tokens of the other links of a page, which follow from the one that acknowledges.

    So its page can lead to them although none is stored; it does not follow from them.
    """
    return {"snooze": _derived(token, "snooze"), "not_a_fire": _derived(token, "not_a_fire")}


def _derived(token: str, purpose: Purpose) -> str:
    number = int.from_bytes(hashlib.sha256(f"{purpose}:{token}".encode()).digest())
    letters = []
    for _ in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def well_formed(token: str) -> bool:
    """Tell whether *token* can be one at all."""
    return _TOKEN.fullmatch(token) is not None


def without_tokens(text: str) -> str:
    """Return *text* with every token taken out of its links: what was delivered needs none any more."""
    return _IN_TEXT.sub(f"{PATH}…", text)
