"""A report as people read it, in both languages, and as programs do."""

import io
import json
import string
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import msgspec
import pytest
from jsonschema import Draft202012Validator

from listener.backtest import certainty
from listener.backtest.examples import RELAXED
from listener.backtest.report import (
    Certainty,
    Comparison,
    Difference,
    Estimate,
    Example,
    Figures,
    FireFigures,
    Note,
    Report,
    SourceFigures,
    Stretch,
    TopicFigures,
)
from listener.backtest.table import Writer
from listener.backtest.trial import Tried
from listener.backtest.volume import Volume
from listener.backtest.wording import EN, JA, WORDS
from listener.commands.backtest import worded
from listener.terminal import Language
from tests.builders import NIGHT

SCHEMA = Path(__file__).parents[3] / "docs" / "schemas" / "backtest.json"


def a_report(sure: Certainty = "at_least") -> Report:
    """Return a report with one of everything."""
    known = Estimate(value=12.0, low=12.0, high=12.0, stored=12, sampled=0)
    guessed = Estimate(value=1212.4, low=600.0, high=2100.0, stored=12, sampled=12)
    figures: dict[str, Any] = {
        "pages": 1,
        "pages_per_30_days": 4.2857,
        "night_pages": 1,
        "night_pages_per_30_days": 4.2857,
    }
    example = Example(
        post="bluesky/1",
        at=NIGHT,
        brand="sakura",
        topic="pudding",
        text="さくらプリンに虫が\x1b[31m入ってた https://evil.example/x",
        words=("さくらプリン",),
        keyword="さくらプリン",
        why="",
        word="",
        label="negative",
        stands_for=100.0,
    )
    fire = FireFigures(
        brand="sakura",
        topics=("pudding", "company"),
        started_at=NIGHT,
        current=NIGHT,
        changed=None,
        minutes=None,
        comparison="missing",
        glows=True,
        certainty=sure,
    )
    return Report(
        period=Stretch(
            asked_days=30, days=7.0, start=NIGHT, end=NIGHT, learned_from=NIGHT, learned_days=14.0
        ),
        tried=(Tried(kind="list", what="draft.toml", instead="sakura.toml"),),
        brands=("sakura",),
        certainty=sure,
        current=Figures(mentions=known, **figures),
        changed=Figures(mentions=guessed, **figures),
        difference=Difference(
            mentions=1200.4, pages=0, pages_per_30_days=0.0, night_pages=0, night_pages_per_30_days=0.0
        ),
        topics=(
            TopicFigures(
                brand="sakura",
                topic="pudding",
                names={"ja": "さくらプリン", "en": "Sakura pudding"},
                current=known,
                changed=guessed,
                newly_matched=guessed,
                no_longer_matched=known,
                certainty=sure,
            ),
        ),
        fires=(fire,),
        newly_matched=(example,),
        no_longer_matched=(msgspec.structs.replace(example, why="excluded", word="懸賞"),),
        sources=(SourceFigures(source="bluesky", stored=9, sampled=3, rate=0.01, silent_hours=1.5),),
        notes=(Note(code="scaled", values={"each": 100.0, "found": 12}), Note(code="reposts")),
    )


def written(report: Report, language: Language) -> str:
    """Write a report where there is no terminal."""
    out = io.StringIO()
    Writer(worded(report, language), ZoneInfo("Asia/Tokyo"), language, out).write()
    return out.getvalue()


def test_a_report_is_read_in_english() -> None:
    """What is an estimate says so; a stranger's text is harmless."""
    said = written(a_report(), "en")
    assert "Tried: draft.toml in place of sakura.toml" in said
    assert "about 1,212" in said
    assert "(600-2,100)" in said
    assert "In short: about 1,212 mentions come in, 12 go out (Sakura pudding would have 101.0 times" in said
    assert "at least 4.3 pages in 30 days (4.3 now); 1 of today's" in " ".join(said.split())
    assert "at least 4.3" in said
    assert "no page any more (an ember only)" in said
    assert "refused by the exclusion 懸賞" in said
    assert "- Of the posts that no list wanted, one in 100 is kept. 12 of them would newly match" in said
    assert "\x1b" not in said
    assert "evil.example" not in said


def test_a_report_is_read_in_japanese() -> None:
    """With the names and times of Japan."""
    said = written(a_report("cannot_tell"), "ja")
    assert "試したもの: sakura.toml の代わりに draft.toml" in said
    assert "約1,212" in said
    assert "（600〜2,100）" in said
    assert "まとめ: 言及は約1,212件増え、12件減る（さくらプリン は101.0倍になる）" in said
    assert "呼び出しが何回になるかは分かりません、今の炎上のうち1件で呼び出されなくなる。" in said
    assert "分かりません（見えたのは 4.3）" in said
    assert "11-21 02:10" in said
    assert "除外語「懸賞」で外れた" in said


def test_a_change_of_nothing_says_so_in_a_sentence() -> None:
    """Nothing comes in, nothing goes out, and every fire pages when it does now."""
    given = a_report("full")
    nothing = Volume().estimate()
    topic = msgspec.structs.replace(
        given.topics[0], changed=given.topics[0].current, newly_matched=nothing, no_longer_matched=nothing
    )
    fire = msgspec.structs.replace(given.fires[0], changed=NIGHT, comparison="same", minutes=0.0, glows=False)
    report = msgspec.structs.replace(
        given, topics=(topic,), fires=(fire,), newly_matched=(), no_longer_matched=()
    )
    said = " ".join(written(report, "en").split())
    assert "In short: the same mentions as now; as many pages as now (4.3 in 30 days); every fire" in said
    assert "Newly matched: nothing No longer matched: nothing" in said


def test_the_word_that_matched_is_in_the_piece_that_is_shown() -> None:
    """However long the post is: who reads it wants to see why."""
    given = a_report()
    long = msgspec.structs.replace(given.newly_matched[0], text="長い話" * 40 + "さくらプリンはおいしい")
    said = written(msgspec.structs.replace(given, newly_matched=(long,)), "ja")
    assert "…長い話長い話長い話長い話さくらプリン" in "".join(said.split())


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_there_is_a_word_for_everything(words: Any) -> None:
    """Whatever the report can hold."""
    assert set(words.certainty) == set(words.unsure) == set(words.short_certainty) == set(get_args(Certainty))
    assert set(words.comparison) == set(get_args(Comparison))
    assert set(words.reasons) == {*RELAXED, "gone", "own", "several", "edges"}
    source = Path(certainty.__file__).read_text("utf-8")
    limits = {f"fewer_days_{limit}" for limit in ("stored", "sample", "learning")}
    assert all(f'"{code}"' in source for code in set(words.notes) - limits)
    assert limits <= set(words.notes)


def test_both_languages_fill_in_the_same_figures() -> None:
    """A translation that forgets one would hide it."""

    def fields(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for name in EN.notes:
        assert fields(EN.notes[name]) == fields(JA.notes[name]), name


def test_the_document_fits_its_schema() -> None:
    """And the schema is that of the types: nothing is in one that is not in the other."""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    document = json.loads(msgspec.json.encode(worded(a_report(), "en")))
    checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [error.message for error in checker.iter_errors(document)] == []
    ours = msgspec.json.schema(Report)["$defs"]
    assert {name: set(one["properties"]) for name, one in schema["$defs"].items()} == {
        name: set(one["properties"]) for name, one in ours.items()
    }
