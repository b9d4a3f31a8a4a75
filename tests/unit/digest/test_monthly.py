"""The report of a month."""

import io
import re
from datetime import timedelta

import msgspec
import pytest

from alerts.defuse import width
from alerts.digest.material import Material, Run, Silence
from alerts.digest.monthly import Monthly, Responded, monthly, wilson
from alerts.incident import Incident
from listener.commands import monthly_table
from listener.commands.monthly_table import Reader
from listener.commands.report import lines
from models.response import FirstResponse
from tests.unit.digest.months import MONTH, at, call, fire, november
from tests.unit.digest.nights import TOKYO


@pytest.fixture
def report() -> Monthly:
    """Give the report of November."""
    return monthly(november(), MONTH, TOKYO)


def printed(report: Monthly, language: str = "ja") -> str:
    """Print a report."""
    out = io.StringIO()
    monthly_table.write(report, Reader(language, TOKYO, ("X",)), out)  # type: ignore[arg-type] # a test's plain text
    return out.getvalue()


def test_false_pages_are_a_share_of_what_was_judged(report: Monthly) -> None:
    """Noise and campaigns; a fire without a verdict is in neither part."""
    assert report.fires == 5
    assert report.false_share is not None
    assert (report.false_share.value, report.false_share.of) == (0.5, 4)
    assert {one.verdict: (one.fires, one.calls) for one in report.judged} == {
        "real": (2, 3),
        "noise": (1, 1),
        "campaign": (1, 1),
        "not_us": (0, 0),
        None: (1, 2),
    }
    assert "unjudged" in report.unknown


def test_without_verdicts_no_share_is_claimed() -> None:
    """Nothing judged is not nothing wrong."""
    one = fire(3, 2)
    report = monthly(Material(incidents=(one,), sent=(call(one),)), MONTH, TOKYO)
    assert report.false_share is None
    assert re.search("誤報の割合 +不明", printed(report))


def test_wrong_nights_are_counted_by_person(report: Monthly) -> None:
    """By sounds in quiet hours; by day nobody is woken, and the voice beside the push is one sound."""
    sato, tanaka = report.people
    assert (sato.name, sato.calls, sato.night, sato.wrong_night, sato.unjudged_night) == ("sato", 4, 4, 1, 1)
    assert (tanaka.calls, tanaka.night, tanaka.wrong_night) == (3, 2, 0)


def test_answers_are_summed_up(report: Monthly) -> None:
    """Median and the nine in ten; who never answered is not averaged away."""
    assert (report.answered, report.unanswered) == (4, 1)
    assert (report.median_seconds, report.p90_seconds) == (120, 1200)


def answered(one: Incident, minutes: float) -> Incident:
    """Return a fire that the brand answered so many minutes after it began."""
    at = one.started_at + timedelta(minutes=minutes)
    return msgspec.structs.replace(one, first_response=FirstResponse(at=at, kind="reply", by="sakura"))


def test_first_answers_are_of_real_fires_those_of_the_night_apart() -> None:
    """How many were answered in public, and how fast; a night is one whose first page broke a night."""
    night, day, late = (fire(3, 2, "real"), fire(4, 14, "real"), fire(5, 20, "real"))
    silent, noise, unjudged = (fire(9, 3, "real"), fire(12, 4, "noise"), fire(20, 3))
    fires = (answered(night, 160), answered(day, 12), answered(late, 41), silent)
    sent = (
        *(call(one) for one in (night, silent, noise, unjudged)),
        *(call(one, night=False) for one in (day, late)),
        call(late, after=130, kind="reminder"),
    )
    report = monthly(
        Material(incidents=(*fires, answered(noise, 1), answered(unjudged, 1)), sent=sent), MONTH, TOKYO
    )
    assert report.responded == Responded(fires=4, answered=3, median_seconds=41 * 60, p90_seconds=160 * 60)
    assert report.responded_night == Responded(
        fires=2, answered=1, median_seconds=160 * 60, p90_seconds=160 * 60
    )
    assert "first_response" in report.unknown
    told = re.sub(" +", " ", printed(report, "en"))
    assert "Real fires answered in public 75% (3 of 4) · at night 50% (1 of 2)" in told
    assert "Time to first response, median 41 min · at night 2.7 h" in told
    assert "First response: of 1 of 4 real fires none was seen" in told
    told = re.sub(" +", " ", printed(report))
    assert "本物の炎上に公式返信 75% (3/4件) ・ 夜間 50% (1/2件)" in told
    assert "公式の初回返信: 4件中1件は見えていません" in told


def test_where_every_real_fire_was_answered_nothing_is_unknown_about_it() -> None:
    """By day alone no night stands beside it."""
    one = fire(4, 14, "real")
    material = Material(incidents=(answered(one, 12),), sent=(call(one, night=False),))
    report = monthly(material, MONTH, TOKYO)
    assert report.unknown == ("media_lead", "blind")
    assert "100% (1 of 1)" in printed(report, "en")
    assert "at night" not in printed(report, "en").split("By hour")[0].split("who")[0]


def test_reopenings_of_the_month_are_counted(report: Monthly) -> None:
    """Each time, by the timeline."""
    assert report.reopened == 1


def test_hours_are_local_and_per_day(report: Monthly) -> None:
    """For staffing: voices as means, calls in all, by the clock of the watch."""
    night, evening = report.hours[3], report.hours[20]
    assert (night.calls, night.mentions) == (2, 11)
    assert evening.voices == {"complaint": 20, "question": 6, "praise": 2}
    assert sum(one.calls for one in report.hours) == 7


def test_pages_of_other_months_are_not_counted() -> None:
    """They are only read to tell who was asked when."""
    one = fire(1, 0, "real")
    before = call(one, after=-60)
    report = monthly(Material(incidents=(one,), sent=(before,)), MONTH, TOKYO)
    assert (report.fires, report.calls) == (0, {"critical": 0, "warning": 0})
    assert "この期間の呼び出しはありません。" in printed(report)


def test_it_says_what_it_cannot_know(report: Monthly) -> None:
    """First answers, media, what was not watched; more where more is missing."""
    assert report.unknown == ("first_response", "media_lead", "unjudged", "blind")
    gaps = Material(
        runs=(Run(at(1, 0), at(5, 0)), Run(at(6, 0), at(30, 0))),
        silences=(Silence("bluesky", at(10, 0), at(10, 0, 5)),),
    )
    partly = monthly(gaps, MONTH, TOKYO, forgotten=True, partial=True)
    assert partly.unknown == ("no_real", "media_lead", "partial", "forgotten", "away", "blind")
    text = printed(partly, "en")
    assert re.search("Watch away +24.0 h", text)
    assert re.search("Sources silent +5.0 min", text)
    assert "- Posts older than 90 days are not kept, and not counted." in text


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_table_fits_into_88_columns(report: Monthly, language: str) -> None:
    """Also with large figures."""
    loud = tuple(
        msgspec.structs.replace(
            one, mentions=12_345.6, negative=9_876.5, voices=dict.fromkeys(one.voices, 4_321.0)
        )
        for one in report.hours
    )
    text = printed(msgspec.structs.replace(report, hours=loud), language)
    assert max(width(line.rstrip().replace("─", "-")) for line in text.splitlines()) <= 88


def test_as_data_it_is_a_line_for_each_thing(report: Monthly) -> None:
    """Figures, verdicts, people, hours, and what is not known, with its sentence."""
    rows = list(lines(report, Reader("en", TOKYO, ("X",))))
    assert [row["part"] for row in rows] == (
        ["figures"] + ["verdict"] * 5 + ["person"] * 2 + ["hour"] * 24 + ["unknown"] * 4
    )
    assert rows[0]["false_share"][0] == 0.5
    assert rows[-1] == {
        "part": "unknown",
        "code": "blind",
        "text": "Not watched: X. What is said there is in no figure here.",
    }


def test_a_month_before_the_watch_is_not_called_calm() -> None:
    """No negative days, no table of empty hours, and zeros that say what they are."""
    before = msgspec.structs.replace(november(), incidents=(), sent=(), heard=(), silences=())
    before = msgspec.structs.replace(
        before, runs=(Run(MONTH.end + timedelta(days=3), MONTH.end + timedelta(days=9)),)
    )
    report = monthly(before, MONTH, TOKYO)
    assert (report.watched_days, report.unknown[0]) == (0, "absent")
    told = printed(report, "ja")
    assert "- この期間にはまだ見張りがいませんでした。" in told
    assert "時間帯" not in told


def test_means_are_of_the_days_on_which_there_was_a_watch() -> None:
    """One that was installed in the middle of the month does not halve what is said."""
    whole = november()
    late = msgspec.structs.replace(
        whole,
        runs=(Run(at(21, 0), MONTH.end),),
        heard=tuple(one for one in whole.heard if one.at >= at(21, 0)),
    )
    report = monthly(late, MONTH, TOKYO)
    assert report.watched_days == 10
    assert report.hours[3].mentions == 11
    assert report.unknown[0] == "since"
    assert "- The watch was there for the last 10.0 days only" in printed(report, "en")


def test_a_share_of_few_is_uncertain() -> None:
    """Four of four is not certainty."""
    assert wilson(4, 4).low == pytest.approx(0.51, abs=0.01)
    assert wilson(0, 4).low == 0
