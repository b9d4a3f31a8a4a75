"""The picture: a PNG of any data, the same bytes for the same data, on any machine."""

import base64
import json
import re
import struct
import sys
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.chart import drawing, glyphs, picture
from alerts.chart.content import Chart, Mark
from alerts.chart.wording import LABELS
from alerts.delivery.webhook import illustrated
from alerts.incident import Explanation
from models.curve import Curve
from tests.fakes_alerts import NIGHT, a_paging, an_incident, minutes

CHART = Chart(
    curve=Curve(
        since=NIGHT - minutes(30),
        people=(1, 2, 0, 3, 2, 1, 9, 22),
        negative=(0, 0, 0, 1, 0, 0, 8, 19),
        expected=(1.6,) * 8,
        upper=(6.2,) * 8,
    ),
    marks=(Mark(what="first_post", at=NIGHT), Mark(what="opened", at=NIGHT + minutes(7))),
    language="en",
)
COUNTS = st.integers(0, 10**6)


def test_a_chart_is_a_png_of_the_promised_size() -> None:
    """640 by 360, twice as sharp, and the same bytes again."""
    png = picture.png(CHART)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == (2 * drawing.WIDE, 2 * drawing.HIGH)
    assert picture.png(CHART) == png
    assert len(png) < 200_000


def test_an_english_chart_needs_no_font() -> None:
    """Every word and figure of it is drawn in strokes, so a bare machine draws the same."""
    labels = LABELS["en"]
    words = (labels.title, labels.unhappy, labels.others, labels.usual, *labels.moments.values())
    assert all(glyphs.strokes(word) for word in words)
    assert glyphs.strokes("0123456789:x k")
    assert "<text" not in drawing.svg(CHART)


def test_without_a_japanese_font_the_few_words_are_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Boxes instead of letters help nobody at night."""
    monkeypatch.setattr(picture, "speaks", lambda _: False)
    assert picture.png(msgspec.structs.replace(CHART, language="ja")) == picture.png(CHART)


def test_a_moment_is_told_in_the_readers_time_and_words() -> None:
    """The clock of the zone, the language of the reader."""
    svg = drawing.svg(msgspec.structs.replace(CHART, language="ja"))
    assert "02:40 発端" in svg
    assert "02:47 検知" in svg


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(st.tuples(COUNTS, COUNTS, st.floats(0, 1e6), st.floats(0, 1e6)), min_size=1, max_size=60),
    marks=st.lists(
        st.builds(
            Mark,
            what=st.sampled_from(["first_post", "opened", "page", "acknowledged", "over"]),
            at=st.floats(-900, 900).map(lambda after: NIGHT + timedelta(minutes=after)),
            times=st.integers(1, 99),
        ),
        max_size=7,
    ),
)
def test_whatever_was_counted_stays_in_the_frame(
    steps: list[tuple[int, int, float, float]], marks: list[Mark]
) -> None:
    """No bar, line or word leaves the picture, and no figure is missing its place."""
    people, negative, expected, upper = zip(*steps, strict=True)
    curve = Curve(since=NIGHT, people=people, negative=negative, expected=expected, upper=upper)
    svg = drawing.svg(Chart(curve=curve, marks=tuple(marks), language="en"))
    assert "nan" not in svg
    assert "inf" not in svg
    places = re.findall(r' (x\d?|y\d?)="(-?[\d.]+)"', svg)
    assert all(0 <= float(at) <= (drawing.WIDE if name[0] == "x" else drawing.HIGH) for name, at in places)
    heights = re.findall(r'height="(-?[\d.]+)"', svg)
    assert all(0 <= float(high) <= drawing.HIGH for high in heights)


async def test_a_page_goes_out_without_its_picture_rather_than_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A renderer that is not installed, or breaks, costs the picture only."""
    told = Explanation(curve=CHART.curve)
    page = a_paging().pages(
        an_incident("critical", explanation=told), "first", "0", now=NIGHT, decided_at=NIGHT
    )[0]
    drawn = await picture.of_page(page)
    assert drawn is not None
    assert drawn.startswith(b"\x89PNG")
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    assert await picture.of_page(page) is None


async def test_a_webhook_that_carries_pictures_gets_one_in_its_json() -> None:
    """The body is the same otherwise, and still what is signed."""
    told = Explanation(curve=CHART.curve)
    page = a_paging().pages(
        an_incident("critical", explanation=told), "first", "0", now=NIGHT, decided_at=NIGHT
    )[0]
    body = json.loads(await illustrated(page))
    shown = body.pop("picture")
    assert base64.b64decode(shown["base64"]).startswith(b"\x89PNG")
    assert shown["type"] == "image/png"
    assert body == json.loads(bytes(page.payload))
    bare = a_paging().pages(an_incident("critical"), "first", "0", now=NIGHT, decided_at=NIGHT)[0]
    assert await illustrated(bare) == bytes(bare.payload)
