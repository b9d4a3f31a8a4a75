"""What a digest and a report look back on: incidents, pages, silences, the lives of the daemon."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from alerts.digest.material import Heard, Material, Run, Sent, Silence
from alerts.incident import Incident
from listener.storage import bookkeeping, statements
from listener.storage.aggregate import Aggregate
from listener.storage.instants import instant, micros, optional_instant

SQL = statements.load("chronicle")

_HALF_HOUR = timedelta(minutes=30)
_incident = msgspec.json.Decoder(Incident)


class Chronicle(Aggregate):
    """Remembers when the daemon ran, and gathers what is known of a stretch of time."""

    async def begin(self, version: str, at: datetime) -> int:
        """Note that the daemon starts; return the number by which ``seen`` knows this life."""
        values = {"version": version, "at": micros(at)}
        row = await self._writer.transact(lambda c: c.execute(SQL["begin"], values).fetchone(), durable=True)
        return int(row[0])

    async def seen(self, run: int, at: datetime) -> None:
        """Note that the daemon lives."""
        await self._write(SQL["seen"], id=run, at=micros(at))

    async def material(self, since: datetime, until: datetime, asked_since: datetime) -> Material:
        """Return everything about [since, until); incidents and pages from *asked_since* on.

        So that it can be told who was asked when, and what is left to do of the days before.
        """
        stretch = {"since": micros(since), "until": micros(until)}
        earlier = stretch | {"since": micros(asked_since)}
        gaps = await self._rows(bookkeeping.SQL["overlapping_gaps"], **stretch)
        return Material(
            incidents=tuple(
                _incident.decode(body)
                for (body,) in await self._rows(SQL["incidents"], since=earlier["since"])
            ),
            sent=tuple(_sent(row) for row in await self._rows(SQL["sent"], **earlier)),
            silences=tuple(
                Silence(source, instant(start), optional_instant(end)) for source, start, end, *_ in gaps
            ),
            runs=tuple(Run(*map(instant, row)) for row in await self._rows(SQL["runs"], **stretch)),
            heard=tuple(_heard(row) for row in await self._rows(SQL["heard"], **stretch)),
        )


def _sent(row: tuple[Any, ...]) -> Sent:
    incident, brand, channel, to, kind, severity, at, outcome, night, sound, silent = row
    return Sent(
        incident=incident,
        brand=brand,
        channel=channel,
        to=to,
        kind=kind,
        severity=severity,
        at=instant(at),
        outcome=outcome,
        night=bool(night),
        sound=sound,
        silent=bool(silent),
    )


def _heard(row: tuple[Any, ...]) -> Heard:
    half_hour, voice, mentions, negative, judged = row
    return Heard(instant(0) + half_hour * _HALF_HOUR, voice, mentions, negative, judged)
