"""The page: layout, limits, both languages, and other people's words made harmless."""

import unicodedata

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import lifecycle, page
from alerts.defuse import clip, defuse, width
from alerts.explain import explain
from alerts.incident import Explanation, Incident, Quote
from alerts.notification_log import PageKind
from alerts.routing import Receiver
from models.keyword import Topic, TopicKey
from tests.fakes_alerts import NIGHT, a_flare, a_mention, an_incident, minutes

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
        carriers=(("matome", NIGHT + minutes(7), 212),),
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
        "対応する: hinoban incidents ack sakura:pudding:20261120T1740Z",
        "不満 72%(61–81) ・ 虫、異物混入、回収",
        "①「買ったら虫入ってたんだけど…写真あり」ほか19件",
        "②「電話したけど深夜で誰も出ない」ほか9件",
        "③「前にもあったよね、説明してほしい」ほか6件",
        "発端 ＠neko 02:40 → 拡散 ＠matome 02:47(212)",
        "無害な理由: なし ・ 情報源 2つに拡大",
        "監視外: X、Instagram ・ Mastodon 02:40から無音",
        "まず: ①スレッドを全部読む ②個別に返信しない ③広報責任者に電話 ④予約投稿を止める ⑤メモを残す",
        "30分待つ: hinoban incidents snooze sakura:pudding:20261120T1740Z 30",
        "火事ではない: hinoban incidents resolve sakura:pudding:20261120T1740Z --verdict noise",
    ]


def test_the_english_page_speaks_english_in_the_readers_zone() -> None:
    """Names, sentences and times follow the receiver."""
    text = _write(_burning(), EN).text
    assert text.startswith(
        "[CRITICAL] Sakura pudding: 38 unhappy in 30 min (usual 5) from 18:40\nAcknowledge:"
    )
    assert "Not watched: X, Instagram ・ Mastodon silent since 18:40" in text
    assert "pudding:20261120T1740Z" in text
    assert "First: read the thread" in text


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
        carriers=((HOSTILE, NIGHT, 3),),
        blind=(HOSTILE,),
        silent=((HOSTILE, NIGHT),),
        benign=HOSTILE,
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
        carriers=((names, NIGHT, figure),),
        blind=(names,) * 6,
        silent=((words, NIGHT),) * 3,
        benign=words,
    )
    incident = _burning(
        explanation=told, negative=figure, found_late=True, learning_since=NIGHT, topics=("pudding",) * 99
    )
    topic = Topic(slug="pudding", name={"ja": names}, runbook=words * 4)
    receiver = JA if japanese else EN
    written = page.write(incident, "grown", receiver=receiver, topic_of=lambda _: topic)
    headline = written.text.split("\n")[0]
    assert len(written.text) <= 900
    assert page.rows(written.text) <= 20
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


def test_three_quotes_speak_for_different_groups() -> None:
    """The largest clusters are quoted once each, with how many say the same, and no grunt leads."""
    mentions = [
        a_mention("さくらプリンに虫が入ってた、写真あり", f"a{i}", at=i, cluster="bug") for i in range(12)
    ]
    mentions += [a_mention("電話したけど深夜で誰も出ない", f"b{i}", at=i, cluster="phone") for i in range(6)]
    mentions += [
        a_mention("前にもあったよね、説明してほしい", f"c{i}", at=i, cluster="again") for i in range(3)
    ]
    mentions += [a_mention("最悪", f"d{i}", at=i, cluster="grunt") for i in range(4)]
    mentions += [a_mention("おいしかったです、また買います", "e", label="positive")]
    quotes = explain(mentions).quotes
    assert [(q.text[:6], q.others) for q in quotes] == [
        ("さくらプリン", 11),
        ("電話したけど", 5),
        ("前にもあった", 2),
    ]


def test_the_starter_is_the_first_whose_post_was_passed_on() -> None:
    """Roles come from observed reposts and quotes, not from guesses."""
    mentions = [
        a_mention("さくらプリンに虫", "neko", at=0),
        *(a_mention("", f"r{i}", at=1 + i, kind="repost", target="neko-0") for i in range(4)),
        a_mention("これはひどい さくらプリン", "matome", at=6, kind="quote", target="neko-0"),
        *(a_mention("", f"s{i}", at=7 + i, kind="repost", target="matome-6") for i in range(9)),
    ]
    told = explain(mentions)
    assert told.starter is not None
    assert told.starter.author == "neko"
    assert told.carriers == (("matome", NIGHT + minutes(6), 9),)


def test_new_words_are_told_from_usual_ones() -> None:
    """Words of this fire stand out against yesterday's; the keyword itself is no news."""
    now = [a_mention("さくらプリンに異物混入、容器も変", f"n{i}") for i in range(8)]
    earlier = [a_mention("さくらプリンの容器かわいい", f"o{i}", label="positive") for i in range(40)]
    assert explain(now, earlier=earlier).terms[0] == "異物混入"
    assert "容器" not in explain(now, earlier=earlier).terms


def test_nothing_is_quoted_when_nothing_is_known() -> None:
    """An empty evidence gives an empty explanation, and the page still has its lines."""
    incident = _burning(explanation=explain([]))
    assert incident.explanation.quotes == ()
    assert _write(incident).text.count("\n") >= 4


def test_reading_late_figures_never_divides_by_nothing() -> None:
    """A flare-up with empty figures still makes a page."""
    bare = lifecycle.opened_by(a_flare(negative=0, expected=0, size=0, sources=()), "warning", ())
    assert _write(bare).text.startswith("【注意】さくらプリン 不満0人/30分(普段0)")


def test_a_lone_kanji_counts_as_a_word_only_before_a_particle() -> None:
    """虫が is a word, the 見 of 見る is not."""
    now = [a_mention("さくらプリンに虫がいるのを見る", f"n{i}") for i in range(5)]
    assert explain(now).terms == ("虫",)


def test_what_is_new_is_quoted_before_what_is_always_said() -> None:
    """Where nobody copies anybody, the quote is about the news, not about the usual grumble."""
    now = [a_mention(f"さくらプリンに虫が入っていたらしい{i}番目の人", f"n{i}", at=i) for i in range(4)]
    now += [a_mention(f"夜勤の休憩でさくらプリンを食べた{i}回目", f"u{i}", at=i) for i in range(4)]
    earlier = [a_mention(f"夜勤の休憩でさくらプリンを食べた{i}日目", f"o{i}") for i in range(20)]
    assert "虫" in explain(now, earlier=earlier).quotes[0].text
