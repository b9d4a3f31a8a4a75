"""What a card says beside the headline: why, who, where, what is new, what was not seen."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from alerts.bodies import detail
from alerts.defuse import width
from alerts.incident import Carrier, Explanation, Harmless, Incident, Observed, Quote, Reached, Term
from alerts.mute import Exclusion
from listener.commands.incident_card import WIDTH, Reader, card
from models.event import Event
from models.flareup import Reason
from tests.fakes_alerts import NIGHT, an_incident, minutes

TOKYO = ZoneInfo("Asia/Tokyo")
TOLD = Explanation(
    starter=Quote(source="bluesky", id="a", text="虫", author="@neko", at=NIGHT),
    carriers=(Carrier("matome", NIGHT + minutes(7), 161, "bluesky/b", 73, 88, 1, 2),),
    observed=Observed(
        posts=457, judged=200, people=432, reposts=107, quotes=151, replies=17, copies=6,
        reactors=430, top_share=0.05, unseen=21,
    ),
    reached=(Reached(source="bluesky", since=NIGHT, people=382, negative=136),),
    new_terms=(Term(term="@SP2611B", people=21, of=158, before=0, before_of=620, z=9.0, never_seen=True),),
    harmless=(Harmless(sign="copies", share=0.66, of=50, count=33, texts=2),),
    blind=("X", "Instagram"),
    silent=(("rss", NIGHT + minutes(5)),),
)  # fmt: skip
REASONS = (
    Reason(signal="risk:safety", value=83.0, expected=0.0, low=0.0, high=5.0),
    Reason(signal="hundredth_in_minutes", value=20.2, high=120.0),
    Reason(signal="share", value=0.32, expected=0.14, low=0.26, high=0.39),
    Reason(signal="growth", value=10.0, expected=19.0, low=9.6, high=28.4),
    Reason(signal="of_tomorrow", value=0.44),
)
EVENT = Event(kind="sale", start=NIGHT, end=NIGHT + timedelta(hours=2), expected=3.0, note="秋")
EXCLUSION = Exclusion(
    list="sakura", topic="pudding", spelling="桜", words=("桜井",), beside=(), mentions=9, of=10,
    at=NIGHT, by="sato",
)  # fmt: skip


def burning(**fields: Any) -> Incident:
    """Return a fire of which everything is known that can be."""
    given = {
        "explanation": TOLD,
        "reasons": REASONS,
        "found_late": True,
        "learning_since": NIGHT,
        "planned": (EVENT,),
        "exclusions": (EXCLUSION,),
    }
    return msgspec.structs.replace(an_incident("critical"), **(given | fields))


def shown(incident: Incident, language: Any) -> list[str]:
    """Return the lines of the card, as the daemon would tell it over its socket."""
    calling = {"incident": incident.id, "declared_by": "pr", "quiet_minutes": 180, "since": None, "at": None}
    told = msgspec.json.decode(msgspec.json.encode(detail(incident) | {"stand_down": calling}))
    return card(told, Reader(language, TOKYO)).split("\n")


JAPANESE = """\
根拠(普段の値と、普段の範囲の上限)
  安全の指摘: 83 (普段0、上限5)
  100件目まで間近: 約20分後 (120分以内なら緊急)
  不満の割合: 32% (普段14%、推定26〜39%)
  伸び: 10 (普段19、9.6〜28)
  of_tomorrow: 0.4
発端 ＠neko 11/21 02:40
  → 拡散 ＠matome 11/21 02:47: 161人
    リポスト73、引用88、返信1、写し2
432人 457件 (リポスト107、引用151、返信17、写し6)
  反応 430人 ・ 多い3人で5%
情報源
  bluesky 不満136/382人(11/21 02:40から)
新しい語
  ＠SP2611B 21/158人(以前0/620、初めて)
無害な理由: 66%の人が2つの文面の写し (スパムかもしれない)
予定表にセールあり: 秋 11/21 02:40〜11/21 04:40(普段の3倍の人数まで想定内)
監視外: X、Instagram
rss 11/21 02:45から無音
判定は投稿の43%まで(残りは順番待ち)
学習中: 11/21 02:40から(普段の量はまだ仮の値)
遅れて発見: 投稿の到着が遅れました
21人(全432人)は見えていない投稿を広めた
警戒解除: 収まってから静穏3時間でprが宣言可
除外の提案(sakura): 桜井(10件中9件)"""

ENGLISH = """\
Why (what is usual, and up to where it is no news)
  mention safety: 83 (usual 0, up to 5)
  the 100th is near: in about 20 min (critical within 120)
  share of unhappy: 32% (usual 14%, likely 26–39%)
  growth: 10 (usual 19, 9.6–28)
  of_tomorrow: 0.4
Began with ＠neko 11/21 02:40
  → spread by ＠matome 11/21 02:47: 161
    reposts 73, quotes 88, replies 1, copies 2
432 people, 457 posts (reposts 107, quotes 151, replies 17, copies 6)
  430 people only reacted · the three busiest wrote 5%
Sources
  bluesky 136 of 382 unhappy since 11/21 02:40
New words
  ＠SP2611B 21 of 158 people (before 0 of 620, never heard)
Harmless because: 66% of people copy 2 texts (it may be spam)
A sale is in the calendar: 秋 11/21 02:40–11/21 04:40 (up to 3x the usual is no surpr…
Not watched: X, Instagram
rss silent since 11/21 02:45
Judged so far: 43% of the posts
Still learning since 11/21 02:40: what is usual is a guess
Found late: the posts reached us late
21 of 432 people passed on what was never seen here
Stand down: pr may declare it after 3 h of quiet
Suggested exclusion (sakura): 桜井 (9 of 10 posts)"""


@pytest.mark.parametrize(("language", "expected"), [("ja", JAPANESE), ("en", ENGLISH)])
def test_a_card_tells_everything_that_explains_a_fire(language: Any, expected: str) -> None:
    """Each reason with what is usual and its interval, the parts people played, and what was not seen."""
    lines = shown(burning(), language)
    wanted = expected.split("\n")
    first = lines.index(wanted[0])
    assert lines[first : first + len(wanted)] == wanted
    assert all(width(line) <= WIDTH for line in lines)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_is_not_known_takes_no_line(language: Any) -> None:
    """A fire that was never looked into is told as short as before; a hundredth that came is no forecast."""
    bare = burning(
        explanation=Explanation(),
        reasons=(),
        found_late=False,
        learning_since=None,
        planned=(),
        exclusions=(),
    )
    assert len(shown(burning(), language)) - len(shown(bare, language)) == len(ENGLISH.split("\n")) - 1
    there = burning(reasons=(Reason(signal="hundredth_in_minutes", value=0.0, high=120.0),))
    assert any(line.endswith((": もう達した", ": it is there")) for line in shown(there, language))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_names_and_words_of_strangers_do_no_harm(language: Any) -> None:
    """Neither to the terminal nor to its width."""
    evil = "\x1b[31m\n@all" * 40
    told = msgspec.structs.replace(
        TOLD,
        starter=Quote(source="s", id="a", text="x", author=evil, at=NIGHT),
        carriers=(TOLD.carriers[0]._replace(who=evil),),
        new_terms=(msgspec.structs.replace(TOLD.new_terms[0], term=evil),),
        harmless=(Harmless(sign="hashtag", share=0.9, of=9, what=evil),),
        silent=((evil, NIGHT),),
    )
    lines = shown(
        burning(explanation=told, exclusions=(msgspec.structs.replace(EXCLUSION, words=(evil,)),)), language
    )
    assert all(width(line) <= WIDTH for line in lines)
    assert not any("\x1b" in line for line in lines)


@pytest.mark.parametrize(
    ("language", "said"), [("ja", "増えた人の半分以上は不満ではない"), ("en", "not unhappy")]
)
def test_a_mixed_mood_is_said_as_on_the_page(language: str, said: str) -> None:
    """Before the signs of a harmless cause, and instead of none."""
    assert said in "\n".join(shown(burning(mood="mixed"), language))
    assert said not in "\n".join(shown(burning(mood="negative"), language))
