"""How far the figures can be trusted, and what is said about it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from listener.backtest import certainty, comparison, trial
from listener.backtest.ledger import Ledger
from listener.backtest.past import Past, Slice
from listener.backtest.period import Limit, Period
from listener.backtest.rehearsal import Outcome
from listener.backtest.sides import Sides
from listener.storage.archive import Sampled
from models.keyword import TopicKey
from models.mention import Mention
from models.post import Gap
from tests.builders import NIGHT, a_mention
from tests.unit.backtest.lists import PUDDING, a_list, settings_of

DAY = timedelta(days=1)
KEY = TopicKey("sakura", "pudding")
START = NIGHT - 7 * DAY
WIDER = PUDDING.replace('"さくらプリン"', '"さくらプリン", "桜プリン"')


def sides(
    folder: Path,
    *,
    wider: bool,
    sampled: int = 40,
    found: int = 0,
    stored: int = 30,
    reach: float = 7.0,
    limit: Limit = "",
) -> Sides:
    """Return two sides: *stored* posts match both, *found* of the *sampled* ones the changed one only."""
    draft = a_list(folder / "new", "sakura", WIDER if wider else PUDDING + 'none = ["懸賞"]\n')
    tried = trial.prepared(
        settings_of(a_list(folder / "ours", "sakura", PUDDING).parent), keywords=(draft,), now=NIGHT
    )
    period = Period(7, START - 14 * DAY, START, NIGHT, NIGHT - reach * DAY, limit)
    kept = {"bluesky": Sampled(sampled, sampled * 100.0)} if sampled else {}
    past = Past(kept, [], stored={"bluesky": stored, "mqtt": 2}, found=found)
    both = [mention(f"s{n}") for n in range(stored)]
    more = [mention(f"n{n}") for n in range(found)]
    ledger = Ledger(period)
    ledger.add(Slice(NIGHT, [], {}, {one.post.key: 0.01 for one in more}), both, [*both, *more])
    return Sides(tried, period, past, ledger, Outcome({}), Outcome({}))


def mention(name: str) -> Mention:
    """Return a mention of the tested days."""
    return a_mention(id=name, created_at=NIGHT - DAY)


def codes(given: Sides, recorded: int = 0) -> Iterator[str]:
    """Yield the codes of the notes on *given*."""
    return (note.code for note in certainty.notes(given, comparison.report(given, most=0), recorded))


def sure(given: Sides) -> str:
    """Return how sure the pages of the only topic are."""
    [topic] = comparison.report(given, most=0).topics
    return topic.certainty


def test_a_narrower_list_is_tested_on_everything_it_could_match(tmp_path: Path) -> None:
    """Without a sample, too: whatever it matches was stored."""
    given = sides(tmp_path, wider=False, sampled=0)
    assert sure(given) == "full"
    assert list(codes(given)) == []


@pytest.mark.parametrize(
    ("sampled", "found", "reach", "expected"),
    [
        (0, 0, 7.0, "cannot_tell"),
        (40, 0, 7.0, "at_least"),
        (40, 0, 0.5, "cannot_tell"),
        (1000, 1, 7.0, "cannot_tell"),
    ],
)
def test_a_wider_list_is_tested_as_well_as_the_sample_is_thick(
    tmp_path: Path, sampled: int, found: int, reach: float, expected: str
) -> None:
    """None, an empty find, one too short, and finds that would be most of the topic."""
    assert sure(sides(tmp_path, wider=True, sampled=sampled, found=found, reach=reach)) == expected


def test_a_few_finds_make_a_lower_bound(tmp_path: Path) -> None:
    """In the mentions each counts for a hundred; in the pages for one, and that is said."""
    given = sides(tmp_path, wider=True, found=2, stored=500)
    report = comparison.report(given, most=0)
    assert report.topics[0].newly_matched.value == report.difference.mentions == 200
    assert report.certainty == "at_least"
    assert {"scaled", "reposts", "at_least", "deaf_sources"} <= set(codes(given))


def test_a_sample_of_everything_leaves_no_doubt(tmp_path: Path) -> None:
    """Where every unmatched post is kept, nothing has to be scaled."""
    given = sides(tmp_path, wider=True)
    given.past.sampled = {"bluesky": Sampled(40, 40.0), "mqtt": Sampled(1, 1.0)}
    assert sure(given) == "full"
    assert list(codes(given)) == []


def test_no_sample_is_said_once(tmp_path: Path) -> None:
    """And not once more for every source."""
    assert list(codes(sides(tmp_path, wider=True, sampled=0))) == ["no_sample"]


def test_what_else_is_not_as_it_seems_is_said(tmp_path: Path) -> None:
    """Fewer days, silent sources, lost posts, and a watch that saw another number of fires."""
    given = sides(tmp_path, wider=False, limit="stored")
    past = given.past
    past.gaps = [Gap(source="mqtt", start=START - DAY, end=START + DAY / 4, reason="down")]
    past.deleted, past.anonymous, past.unscored = 1, 2, 3
    given.period = given.period._replace(learn=START)
    notes = list(certainty.notes(given, comparison.report(given, most=0), 2))
    assert [note.code for note in notes] == [
        "fewer_days_stored",
        "cold",
        "gaps",
        "deleted",
        "anonymous",
        "unscored",
        "recorded",
    ]
    assert notes[2].values == {"sources": "mqtt 6.0 h"}


def test_what_was_caught_up_is_no_gap(tmp_path: Path) -> None:
    """A source that was backfilled told everything in the end."""
    given = sides(tmp_path, wider=False)
    gap = Gap(source="mqtt", start=START, end=START + DAY, reason="down", backfilled=True)
    given.past.gaps = [gap]
    assert list(codes(given)) == []
    given.past.gaps = [msgspec.structs.replace(gap, backfilled=False)]
    assert list(codes(given)) == ["gaps"]
