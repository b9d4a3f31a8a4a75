"""Figures that nobody knew when an incident was told: a risk class speaks before its posts are judged."""

from collections.abc import Callable

import msgspec

from alerts import lifecycle
from alerts.incident import Incident, Part
from models.flareup import Reading
from models.keyword import TopicKey

UNKNOWN = 0.9
"""An interval of a share that is wider than this says nothing."""
ReadingOf = Callable[[TopicKey], Reading | None]


def completed(incident: Incident, reading_of: ReadingOf) -> Incident:
    """Take in what is known by now of the parts whose share was not; flare-ups tell the others."""
    parts = tuple(_completed(part, incident.brand, reading_of) for part in incident.parts)
    if parts == incident.parts:
        return incident
    return lifecycle.with_figures(msgspec.structs.replace(incident, parts=parts))


def _completed(part: Part, brand: str, reading_of: ReadingOf) -> Part:
    if part.share_high - part.share_low <= UNKNOWN:
        return part
    reading = reading_of(TopicKey(brand, part.topic))
    if reading is None or reading.share_high - reading.share_low > UNKNOWN:
        return part
    return msgspec.structs.replace(
        part,
        size=max(part.size, 2.0 * reading.negative),  # of half an hour, by the hour
        negative=reading.negative,
        negative_expected=reading.negative_expected,
        share=reading.share,
        share_low=reading.share_low,
        share_high=reading.share_high,
    )
