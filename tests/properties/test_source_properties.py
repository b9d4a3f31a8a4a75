"""Whatever strangers send: a post, a deletion, nothing, or BadPost - never another exception."""

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from listener.sources import bluesky_record, claimed_time, markup, post_line
from listener.sources.jetstream_wire import Reader
from listener.sources.lines import Lines
from listener.sources.post_line import BadPost
from models.post import Deletion, Post
from tests.fakes_sources import NIGHT
from tests.jetstream_server import a_commit, a_repost, an_account, as_v2

leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=()))
)
documents = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
# The machine may be busy; what is tested is that reading ends and how, not how fast.
unhurried = settings(deadline=None)
NAMES = ["id", "text", "created_at", "source", "author", "kind", "target", "format", "received_at", "delete"]
lines = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, documents))
times = st.one_of(st.datetimes(timezones=st.timezones()).map(datetime.isoformat), st.text(max_size=30))
EVENTS = [a_commit("虫", reply={"parent": {"uri": "x"}}), a_repost("at://x"), an_account("deleted")]
V2 = [as_v2(event, 7) for event in EVENTS]


def checked(item: object) -> None:
    """Check what everybody after the sources relies on."""
    if isinstance(item, Post):
        assert item.id
        assert len(item.text) <= 10_000
        assert item.created_at.tzinfo is UTC
        assert item.received_at.tzinfo is not None
        item.text.encode()
    else:
        assert item is None or isinstance(item, Deletion)


def check_line(raw: bytes) -> None:
    """Decode *raw* as a line; only BadPost may come out."""
    for received in (NIGHT, None):
        with contextlib.suppress(BadPost):
            checked(post_line.decode(raw, source="feed", received_at=received))


@unhurried
@given(st.binary(max_size=300))
def test_bytes_never_break_a_line(raw: bytes) -> None:
    """Not even random ones."""
    check_line(raw)


@unhurried
@given(lines)
@example({"delete": "x", "received_at": "0001-01-01T00:00:00+23:59"})
def test_documents_never_break_a_line(document: Any) -> None:
    """Every field may hold anything."""
    check_line(json.dumps(document).encode())


@unhurried
@given(st.text(st.characters(exclude_categories=())), times, st.sampled_from(["plain", "html"]))
@example("<![x[", "0001-01-01T00:00:00Z", "html")
@example("\ud800", "9999-12-31T23:59:59.999999-23:59", "plain")
def test_texts_and_times_never_break_a_line(text: str, time: str, form: str) -> None:
    """Lone surrogates, broken HTML, absurd years."""
    check_line(json.dumps({"id": "1", "text": text, "created_at": time, "format": form}).encode())


@unhurried
@given(st.sampled_from(EVENTS + V2), st.data())
def test_changed_events_never_break_the_jetstream_decoder(event: Any, data: st.DataObject) -> None:
    """Any value anywhere in an event may be replaced, and bytes may be lost."""
    document = json.loads(json.dumps(event))
    place = document
    while True:
        key = data.draw(st.sampled_from(sorted(place)))
        if not isinstance(place[key], dict) or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(documents)
    raw = json.dumps(document).encode()
    cut = data.draw(st.integers(0, len(raw)))
    for frame in (raw, raw[:cut], raw[:cut] + b"\xff" + raw[cut + 1 :]):
        check_event(frame)


@unhurried
@given(st.binary(max_size=200))
def test_bytes_never_break_the_jetstream_decoder(raw: bytes) -> None:
    """Not even random ones."""
    check_event(raw)


def check_event(raw: bytes) -> None:
    """Decode *raw* on both wires; only BadPost may come out."""
    reader = Reader("bluesky", frozenset({"text", "alt", "card"}))
    for read in (reader.read_v1, reader.read_v2, reader.read):
        for received in (NIGHT, None):
            with contextlib.suppress(BadPost):
                checked(read(raw, received).item)


@unhurried
@given(st.text(), st.lists(st.tuples(st.integers(-5, 40), st.integers(-5, 40), st.text(max_size=8))))
def test_facets_never_break_a_text(text: str, spans: list[tuple[int, int, str]]) -> None:
    """Offsets count bytes, may cut characters in two, and may lie."""
    facets = [
        bluesky_record._Facet(bluesky_record._Span(start, end), [bluesky_record._Feature(uri)])
        for start, end, uri in spans
    ]
    linked = bluesky_record.linked(text, facets)
    assert linked.encode().decode() == linked


@unhurried
@given(st.datetimes(timezones=st.timezones()), st.datetimes(timezones=st.just(UTC)))
def test_a_believed_time_is_never_ahead(claimed: datetime, received: datetime) -> None:
    """Beyond two minutes it is the time of arrival."""
    counted = claimed_time.believed(claimed, received)
    assert counted.tzinfo is UTC
    assert counted <= max(received, claimed_time.OLDEST) + claimed_time.AHEAD or received.year > 9998


@unhurried
@given(st.text())
def test_html_becomes_text_without_tags(html: str) -> None:
    """Whatever it is, reading it ends."""
    assert len(markup.plain(html)) <= len(html) * 2 + 10


@unhurried
@given(st.binary(max_size=200), st.integers(1, 50))
def test_lines_depend_on_no_chunk(data: bytes, size: int) -> None:
    """Joined again, the lines are the data."""
    cutter = Lines()
    found = [line for start in range(0, len(data), size) for line in cutter.feed(data[start : start + size])]
    found += list(cutter.rest())
    assert [line.raw for line in found] == (
        data.split(b"\n") if data[-1:] != b"\n" else data.split(b"\n")[:-1]
    )[: len(found)]
