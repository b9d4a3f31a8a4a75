"""A chart as PNG, drawn only for the channels that carry pictures; a page never waits for its picture."""

import asyncio
import functools
import importlib

import msgspec
import structlog

from alerts.chart import content, drawing, glyphs
from alerts.chart.content import Chart
from alerts.chart.wording import LABELS
from alerts.notification_log import Page

log = structlog.get_logger(__name__)

MEDIA_TYPE = "image/png"
_ZOOM = 2.0  # sharp on a phone


def png(chart: Chart) -> bytes:
    """Draw *chart*: equal charts are equal bytes; raises ImportError where the renderer is not installed.

    Without a Japanese font on the machine the few words are English; figures and Latin letters need no font.
    """
    if chart.language == "ja" and not speaks("".join(LABELS["ja"].moments.values())):
        chart = msgspec.structs.replace(chart, language="en")
    return _rendered(drawing.svg(chart), _ZOOM)


async def of_page(page: Page) -> bytes | None:
    """Return what ``drawn`` does, while the loop goes on."""
    return await asyncio.to_thread(drawn, page)


def drawn(page: Page) -> bytes | None:
    """Return the picture that goes with *page*, None where there is none to draw or nothing to draw with."""
    chart = content.of_page(page)
    if chart is None:
        return None
    try:
        return png(chart)
    except Exception as error:  # noqa: BLE001 - a page without its picture is still a page
        log.warning("no_picture", page=page.key, why=str(error))
        return None


@functools.cache
def speaks(words: str) -> bool:
    """Tell whether the machine has a font for *words*: without one all characters look alike."""
    looks = {_rendered(_specimen(char), 1.0) for char in {*words}}
    return len(looks) == len({*words})


def _specimen(char: str) -> str:
    text = glyphs.drawn(2, 24, char, 22, "#000000")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="28" height="28"'
        f' font-family="{drawing.FONTS}">{text}</svg>'
    )


def _rendered(svg: str, zoom: float) -> bytes:
    resvg = importlib.import_module("resvg_py")
    # Strokes need no fonts, and to look for them takes longer than to draw.
    bare = "<text" not in svg
    return bytes(resvg.svg_to_bytes(svg_string=svg, zoom=zoom, skip_system_fonts=bare, languages=["ja"]))
