"""Making the links of one page: a token for each thing its reader can do."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from alerts.incident import Incident
from alerts.links.link import PATH, Link, Mint, Purpose, companions, digest
from alerts.page import Ways
from alerts.routing import Receiver


class Offer(NamedTuple):
    """The ways of a page to answer, and the links they name, by their addresses."""

    ways: Ways
    links: Mapping[str, Link] = MappingProxyType({})

    @property
    def remembered(self) -> tuple[Link, ...]:
        """Return every link, also those that a full page leaves out: the first leads to the others."""
        return tuple(self.links.values())

    def first(self, text: str) -> str:
        """Return the address of the first link in *text*: it acknowledges, or asks for a verdict."""
        return next((url for url in self.links if url in text), "")


class Links:
    """Makes links below *url*, the address of the watch as its readers reach it."""

    def __init__(self, url: str, mint: Mint, lasts: timedelta) -> None:
        self._url = url.rstrip("/")
        self._mint = mint
        self._lasts = lasts

    def offer(self, incident: Incident, kind: str, receiver: Receiver, now: datetime, typed: Ways) -> Offer:
        """Return links for the page of *kind*, and *typed* ways for what has none."""
        if kind == "resolved":
            if incident.verdict:
                return Offer(typed)
            made = self._made({"verdict": self._mint()}, incident, receiver, now)
            (verdict,) = made
            return Offer(msgspec.structs.replace(typed, verdict=verdict, tap=verdict), made)
        token = self._mint()
        tokens: dict[Purpose, str] = {"ack": token, **companions(token)}
        made = self._made(tokens, incident, receiver, now)
        ack, snooze, not_a_fire = made
        ways = msgspec.structs.replace(typed, acknowledge=ack, snooze=snooze, not_a_fire=not_a_fire, tap=ack)
        return Offer(ways, made)

    def _made(
        self, tokens: Mapping[Purpose, str], incident: Incident, receiver: Receiver, now: datetime
    ) -> dict[str, Link]:
        return {
            f"{self._url}{PATH}{token}": Link(
                digest=digest(token),
                purpose=purpose,
                incident=incident.id,
                to=receiver.name,
                language=receiver.language,
                zone=receiver.zone,
                expires_at=now + self._lasts,
                reopened=incident.reopened,
            )
            for purpose, token in tokens.items()
        }
