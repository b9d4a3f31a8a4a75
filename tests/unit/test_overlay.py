"""What is kept in memory over a log that refuses is bounded."""

from structlog.testing import capture_logs

from listener.overlay import Overlay
from tests.log_rows import incident, page


def keys(overlay: Overlay) -> list[str]:
    """Return the pages that an overlay holds."""
    return list(overlay.pages)


def test_memory_is_bounded_and_gives_up_the_least_worth_first() -> None:
    """What was delivered goes first, then states that were overtaken, then the oldest page."""
    overlay = Overlay(most=3)
    for each in (page("a"), page("s", kind="state"), page("done", outcome="done"), page("b")):
        assert overlay.keep_page(each)
    assert keys(overlay) == ["a", "s", "b"]
    overlay.keep_page(page("c"))
    assert keys(overlay) == ["a", "b", "c"]
    with capture_logs() as said:
        overlay.keep_page(page("d"))
    assert keys(overlay) == ["b", "c", "d"]
    assert [line["event"] for line in said] == ["page_given_up"]
    overlay.keep_incidents(
        [incident("a"), incident("r", 1, state="resolved"), incident("b", 2), incident("c", 3)]
    )
    assert [one.topic for one in overlay.incidents.values()] == ["a", "b", "c"]
    overlay.keep_incidents([incident("d", 4)])
    assert [one.topic for one in overlay.incidents.values()] == ["b", "c", "d"]
