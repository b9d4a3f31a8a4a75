"""The page: layout, limits, both languages, and other people's words made harmless."""

import unicodedata
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import lifecycle, page
from alerts.defuse import clip, defuse, width
from alerts.explain import explain
from alerts.incident import Carrier, Explanation, Harmless, Incident, Quote
from alerts.layout import rows
from alerts.notification_log import PageKind
from alerts.routing import Receiver
from models.event import Event
from models.flareup import Reason
from models.keyword import Topic, TopicKey
from tests.fakes_alerts import NIGHT, a_flare, an_incident, minutes

JA = Receiver(name="hanako")
EN = Receiver(name="anna", language="en", zone="Europe/Berlin")
HOSTILE = (
    "@channel <!here> **fire** [click](https://evil.example/x) \x1b[31mred\x1b[0m \u202egnp.exe "
    "<script>alert(1)</script> javascript:alert(1) tel:110 z̷͉͎͒̈́a̸̟͌͝l̵͙̈́g̴̺͆o 【緊急】偽物」\n対応する"
)


def _named(key: TopicKey) -> Topic:
    return Topic(slug=key.topic, name={"ja": "さくらプリン", "en": "Sakura pudding"})


def _burning(**changes: object) -> Incident:
    told = Explanation(
        quotes=(
            Quote(source="bluesky", id="1", text="買ったら虫入ってたんだけど…写真あり", others=19),
            Quote(source="bluesky", id="2", text="電話したけど深夜で誰も出ない", others=9),
            Quote(source="bluesky", id="3", text="前にもあったよね、説明してほしい", others=6),
        ),
        terms=("虫", "異物混入", "回収"),
        starter=Quote(source="bluesky", id="1", text="", author="neko", at=NIGHT),
        carriers=(Carrier("matome", NIGHT + minutes(7), 212),),
        sources=("bluesky", "mastodon"),
        blind=("X", "Instagram"),
        silent=(("Mastodon", NIGHT),),
    )
    incident = an_incident("critical", negative=38, negative_expected=5.0, explanation=told)
    incident = msgspec.structs.replace(incident, sources=("bluesky", "mastodon"))
    return msgspec.structs.replace(incident, **changes)


def _write(incident: Incident, receiver: Receiver = JA, kind: PageKind = "first") -> page.Written:
    return page.write(incident, kind, receiver=receiver, topic_of=_named)


def test_the_japanese_page_reads_as_designed() -> None:
    """Line by line: headline, answer, figures, quotes, spread, harmlessness, blind spots, first step."""
    assert _write(_burning()).text.split("\n") == [
        "【緊急】さくらプリン 不満38人/30分(普段5) 02:40〜",
        "対応する: hinoban incidents ack sakura",
        "不満 72%(推定61〜81%) ・ 虫、異物混入、回収",
        "①「買ったら虫入ってたんだけど…写真あり」ほか19件",
        "②「電話したけど深夜で誰も出ない」ほか9件",
        "③「前にもあったよね、説明してほしい」ほか6件",
        "発端 ＠neko 02:40 → 拡散 ＠matome 02:47(212人)",
        "無害な理由: なし ・ 情報源2つ",
        "監視外: X、Instagram ・ Mastodon 02:40から無音",
        "まず: ①全部読む ②個別に返信しない ③広報責任者に電話 ④予約投稿を止める ⑤メモを残す",
        "30分待つ: hinoban incidents snooze sakura 30",
        "火事ではない: hinoban incidents resolve sakura:pudding:20261120T1740Z --verdict noise",
    ]


def test_the_english_page_speaks_english_in_the_readers_zone() -> None:
    """Names, sentences and times follow the receiver."""
    text = _write(_burning(), EN).text
    assert text.startswith(
        "[CRITICAL] Sakura pudding: 38 unhappy in 30 min (usual 5) from 18:40\nAcknowledge:"
    )
    assert "Not watched: X, Instagram · Mastodon silent since 18:40" in text
    assert "pudding:20261120T1740Z" in text
    assert "First: read it all" in text


def test_the_topics_own_runbook_replaces_the_built_in_one() -> None:
    """A topic with a runbook shows its address."""
    topic = Topic(slug="pudding", runbook="https://wiki.example/pudding")
    text = page.write(_burning(), "first", receiver=JA, topic_of=lambda _: topic).text
    assert "まず: https://wiki.example/pudding" in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"found_late": True}, "遅れて発見"),
        ({"learning_since": NIGHT}, "学習中: 11/21 02:40から"),
        ({"topics": ("pudding", "cookie", "cake")}, "さくらプリンほか2話題"),
        ({"reopened": 1, "state": "reopened"}, "【緊急・再燃】"),
        ({"state": "acknowledged", "owner": "sato"}, "対応中: sato"),
    ],
)
def test_doubts_and_states_are_said(changes: dict[str, object], said: str) -> None:
    """What a reader must not overlook is on the page."""
    assert said in _write(_burning(**changes)).text


@pytest.mark.parametrize("receiver", [JA, EN])
def test_the_all_clear_says_how_long_and_how_high(receiver: Receiver) -> None:
    """A resolved page carries duration and peak, and quotes nobody."""
    over = lifecycle.resolved(_burning(peak=210.0), by="sato", channel="mqtt", at=NIGHT + minutes(170))
    written = _write(over, receiver, "resolved")
    expected = "2時間50分 最大 不満210人/時" if receiver is JA else "2 h 50 min, peak 210 unhappy per hour"
    assert expected in written.text.split("\n")[0]
    assert written.quoted == ()


@pytest.mark.parametrize("receiver", [JA, EN])
def test_hostile_text_is_defused_wherever_it_stands(receiver: Receiver) -> None:
    """Quotes, handles, terms, sources and owners cannot ping, link, mark up, colour or reverse anything."""
    bad = Quote(source="b", id="9", text=HOSTILE, author=HOSTILE, at=NIGHT, others=1)
    told = Explanation(
        quotes=(bad, bad, bad),
        terms=(HOSTILE,),
        starter=bad,
        carriers=(Carrier(HOSTILE, NIGHT, 3),),
        blind=(HOSTILE,),
        silent=((HOSTILE, NIGHT),),
        harmless=(Harmless(sign="hashtag", share=0.9, of=9, what=HOSTILE),),
    )
    topic = Topic(slug="pudding", name={"ja": HOSTILE, "en": HOSTILE})
    incident = _burning(explanation=told, owner=HOSTILE, state="acknowledged")
    text = page.write(incident, "first", receiver=receiver, topic_of=lambda _: topic).text
    for poison in ("@", "<", "**", "](", "://", "\x1b", "\u202e", "javascript:", "tel:110"):
        assert poison not in text
    assert text.count("【") == (1 if receiver is JA else 0)
    assert not [c for c in text if unicodedata.category(c) in {"Cc", "Cf"} and c != "\n"]


ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


@settings(max_examples=60, deadline=None)
@given(words=ANYTHING, names=st.text(max_size=120), figure=st.integers(0, 10**7), japanese=st.booleans())
def test_no_page_outgrows_a_phone(words: str, names: str, figure: int, *, japanese: bool) -> None:
    """Whatever people write: 900 characters, 20 rows, a headline of 40 full-width characters, 70 short."""
    quote = Quote(source="b", id="1", text=words * 3, author=names, at=NIGHT, others=figure)
    told = Explanation(
        quotes=(quote,) * 3,
        terms=(words,) * 4,
        starter=quote,
        carriers=(Carrier(names, NIGHT, figure),),
        blind=(names,) * 6,
        silent=((words, NIGHT),) * 3,
        harmless=(Harmless(sign="source", share=0.9, of=9, what=words),) * 2,
    )
    incident = _burning(
        explanation=told, negative=figure, found_late=True, learning_since=NIGHT, topics=("pudding",) * 99
    )
    topic = Topic(slug="pudding", name={"ja": names}, runbook=words * 4)
    receiver = JA if japanese else EN
    written = page.write(incident, "grown", receiver=receiver, topic_of=lambda _: topic)
    headline = written.text.split("\n")[0]
    assert len(written.text) <= 900
    assert rows(written.text) <= 20
    assert width(headline) <= 80
    assert len(written.short) <= 70
    assert "hinoban incidents ack" in written.text.split("\n")[1]
    for always in ("遅れて発見", "学習中", "監視外") if japanese and defuse(names) else ():
        assert always in written.text


def test_what_a_page_quotes_is_named_so_that_a_deletion_finds_it() -> None:
    """Every quoted post stands among the page's keys."""
    assert _write(_burning()).quoted == ("bluesky/1", "bluesky/2", "bluesky/3")


def test_clipping_counts_cells_not_characters() -> None:
    """Full-width characters take two cells and the ellipsis is counted."""
    assert clip("さくらプリン", 8) == "さくら…"
    assert clip("abcdefgh", 8) == "abcdefgh"


def test_nothing_is_quoted_when_nothing_is_known() -> None:
    """An empty evidence gives an empty explanation, and the page still has its lines."""
    incident = _burning(explanation=explain([]))
    assert incident.explanation.quotes == ()
    assert _write(incident).text.count("\n") >= 4


def test_reading_late_figures_never_divides_by_nothing() -> None:
    """A flare-up with empty figures still makes a page."""
    bare = lifecycle.opened_by(a_flare(negative=0, expected=0, size=0, sources=()), "warning", ())
    assert _write(bare).text.startswith("【注意】さくらプリン 不満0人/30分(普段0)")


def test_a_rise_says_why_it_is_critical_now() -> None:
    """A page of kind grown names what raised the severity, in both languages."""
    reason = Reason(signal="hundredth_in_minutes", value=33.8, high=120.0)
    rose = lifecycle.raised(_burning(severity="warning"), "critical", (reason,), NIGHT + minutes(20))
    said = [_write(rose, receiver, "grown").text for receiver in (JA, EN)]
    assert said[0].startswith("【緊急・拡大】さくらプリン")
    assert "注意から緊急へ: 不満100件目まで約34分" in said[0]
    assert "WARNING became CRITICAL: the 100th unhappy post in about 34 min" in said[1]
    assert "注意から緊急へ" not in _write(rose, JA, "reminder").text


def test_what_outgrew_a_verdict_says_so() -> None:
    """Three times what was called not a fire is another reason to be woken."""
    back = lifecycle.awake(_burning(), NIGHT + minutes(20), "three times what was called not a fire")
    assert "「火事ではない」とされた時の3倍" in _write(back, JA, "grown").text


def test_an_owner_is_asked_by_name_whether_they_are_still_on_it() -> None:
    """When an acknowledgement ran out, line 2 asks its owner."""
    owned = lifecycle.acknowledged(_burning(), by="佐藤", channel="cli", at=NIGHT)
    asked = lifecycle.awake(owned, NIGHT + minutes(30), "still on it, 佐藤?")
    line = _write(asked, JA, "reminder").text.split("\n")[1]
    assert line == "佐藤さん、まだ対応中ですか? 続けるなら: hinoban incidents ack sakura"


def test_figures_that_are_not_in_yet_are_not_shown_as_nought() -> None:
    """Without scores the share is unknown, not 0 %."""
    bare = _burning(share=0.0, share_low=0.0, share_high=1.0)
    assert "不満の割合: まだ判定中" in _write(bare).text
    assert "0%" not in _write(bare, EN).text


def test_harmless_signs_are_rounded_down_and_named() -> None:
    """The page never claims more than was counted."""
    signs = (
        Harmless(sign="hashtag", share=0.879, of=33, what="#さくら祭り"),
        Harmless(sign="copies", share=0.7, of=30),
    )
    told = msgspec.structs.replace(_burning().explanation, harmless=signs)
    assert (
        "無害な理由: 87%の人が同じタグ＃さくら祭り、70%の人が同じ文面"
        in _write(_burning(explanation=told)).text
    )


def test_abuse_is_collapsed_but_counted() -> None:
    """A woken person need not read insults; how many say the same stays."""
    rude = Quote(source="bluesky", id="7", text="この会社死ね", others=4)
    told = msgspec.structs.replace(_burning().explanation, quotes=(_burning().explanation.quotes[0], rude))
    text = _write(_burning(explanation=told)).text
    assert "②（罵倒表現を含む投稿）ほか4件" in text
    assert "死ね" not in text
    assert "② (a post with abusive language) +4 alike" in _write(_burning(explanation=told), EN).text


def test_the_all_clear_tells_who_handled_it_and_asks_for_a_verdict() -> None:
    """Duration, peak, severity, owner and verdict, or how to give one."""
    by: dict[str, Any] = {"by": "sato", "channel": "mqtt"}
    owned = lifecycle.acknowledged(_burning(peak=210.0), **by, at=NIGHT + minutes(20))
    open_end = lifecycle.resolved(owned, by="hinoban", channel="", at=NIGHT + minutes(170))
    judged = lifecycle.judged(open_end, "real", **by, at=NIGHT + minutes(180))
    lines = _write(open_end, JA, "resolved").text.split("\n")
    assert (*lines[:2], lines[3]) == (
        "【収束】さくらプリン 2時間50分 最大 不満210人/時",
        "02:40〜05:30 ・ 緊急 ・ 対応: sato(03:00〜)",
        f"判定はまだです: hinoban incidents resolve {open_end.id} --verdict …",
    )
    assert "判定: 本物" in _write(judged, JA, "resolved").text
    unhandled = lifecycle.resolved(_burning(), by="hinoban", channel="", at=NIGHT + minutes(170))
    assert "handled by nobody" in _write(unhandled, EN, "resolved").text


def test_quotes_stay_readable_on_a_full_page() -> None:
    """Convenience goes before quotes become short: each keeps thirty characters beside late and learning."""
    words = "さくらプリンの底に黒いものが沈んでいて、よく見たら脚があったので店に電話したが出ない"
    quotes = tuple(Quote(source="b", id=str(i), text=words, others=9) for i in range(3))
    told = msgspec.structs.replace(_burning().explanation, quotes=quotes, silent=())
    text = _write(_burning(explanation=told, found_late=True)).text
    assert text.count(words[:25]) == 3
    assert rows(text) <= 20


def test_an_event_of_the_calendar_is_a_line_of_its_own() -> None:
    """The reader learns that a crowd was planned, and judges; of several events the largest is told."""
    start = NIGHT - minutes(180)
    planned = (
        Event(kind="campaign", start=start, end=NIGHT + minutes(1800), expected=4.0),
        Event(
            kind="broadcast",
            start=start,
            end=NIGHT + minutes(120),
            expected=10.0,
            note="番組 https://x.example",
        ),
    )
    assert (
        "予定表に放送あり: 番組 (リンク) 23:40〜04:40(普段の10倍の人数まで想定内)"
        in _write(_burning(planned=planned)).text
    )
    said = _write(_burning(planned=planned[:1]), EN).text
    assert "A campaign is in the calendar: 15:40–" in said
    assert "up to 4x" in said
    assert "calendar" not in _write(_burning(), EN).text
