"""What a page says against itself: why it may be no fire, and what was not seen."""

from collections.abc import Iterator

from alerts.blindspots import sampled
from alerts.defuse import clip
from alerts.incident import Harmless, Incident
from alerts.layout import ROW, Line
from alerts.pen import Pen

_SILENT = 2  # silent sources that are named; the rest is counted
_BLIND = 6  # sources nobody watches that are named


def harmless(incident: Incident, pen: Pen) -> str:
    """Name the signs that it may be no fire, and how many sources take part."""
    words = pen.words
    found = [_sign(sign, pen) for sign in incident.explanation.harmless]
    signs = words.comma.join([words.mixed, *found] if incident.mood == "mixed" else found)
    text = words.harmless.format(reason=signs or words.nothing)
    sources = len(incident.sources) or len(incident.explanation.sources)
    return f"{text}{words.dot}{words.spread.format(n=sources)}" if sources > 1 else text


def _sign(sign: Harmless, pen: Pen) -> str:
    # Rounded down: never more than was counted.
    name = "copies_of" if sign.texts > 1 else sign.sign
    return pen.words.sign[name].format(
        share=int(sign.share * 100), what=pen.clean(sign.what, 24), texts=sign.texts
    )


def planned(incident: Incident, pen: Pen) -> str:
    """Say what the calendar has for this time: of several the largest, which is the one that counts."""
    words = pen.words
    event = max(incident.planned, key=lambda event: event.expected, default=None)
    if event is None:
        return ""
    note = pen.clean(event.note, 24)
    return words.planned.format(
        event=words.event[event.kind],
        note=f"{note} " if note else "",
        start=pen.time(event.start),
        end=pen.time(event.end),
        times=f"{event.expected:g}",
    )


def blindness(incident: Incident, pen: Pen) -> list[Line]:
    """Name what is not watched at all, and what is silent now."""
    explanation, words = incident.explanation, pen.words
    silent = [
        words.silent.format(name=pen.clean(name, 20), since=pen.time(since))
        for name, since in explanation.silent[:_SILENT]
    ]
    if len(explanation.silent) > _SILENT:
        silent.append(words.more_silent.format(n=len(explanation.silent) - _SILENT))
    names = words.comma.join(filter(None, (pen.clean(name, 20) for name in explanation.blind[:_BLIND])))
    more = len(explanation.blind) - _BLIND
    if more > 0:
        names += words.more_blind.format(n=more)
    blind = [words.blind.format(names=clip(names, ROW))] if names else []
    text = words.dot.join((*blind, *silent))
    return [Line(clip(text, 3 * ROW))] if text else []


def doubts(incident: Incident, pen: Pen) -> Iterator[Line]:
    """Say why the figures deserve less trust than usual, and why the page comes only now."""
    words = pen.words
    held = [one.at for one in incident.postponed if one.to == pen.receiver.name and one.became == "paged"]
    if held:
        yield Line(words.held_back.format(since=pen.time(min(held))))
    if incident.found_late:
        yield Line(words.late)
    seen = incident.explanation.observed
    # Where nothing at all is judged, the line of the share says so.
    if sampled(incident) and seen.judged:
        yield Line(words.sampled.format(share=int(100 * seen.judged / seen.posts)), spare=4)
    if incident.learning_since is not None:
        yield Line(words.learning.format(since=pen.day(incident.learning_since)))
