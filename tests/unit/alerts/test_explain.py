"""Explanations: quotes to the point, words that are words, harmless signs that were counted."""

from typing import Any

import msgspec
import pytest

from alerts.abuse import abusive
from alerts.explain import explain
from alerts.incident import Carrier, Harmless
from alerts.terms import terms_in
from models.mention import Mention
from tests.fakes_alerts import NIGHT, a_mention, minutes


def risky(text: str, who: str, **given: Any) -> Mention:
    """Build a mention that matched a safety keyword."""
    mention = a_mention(text, who, **given)
    match = msgspec.structs.replace(mention.matches[0], risk="safety")
    return msgspec.structs.replace(mention, matches=(match,))


INSECT = (
    "夜食に開けたさくらプリンの底に虫がいるんだけど",
    "うちのさくらプリンにも虫が入ってた、ロットSP2611B",
    "さくらプリンの虫の写真を見て鳥肌、ロットは?",
    "さくらプリンに虫って、子どもが食べたんだけど",
)


def _night() -> list[Mention]:
    said = [risky(text, f"i{n}", at=n) for n, text in enumerate(INSECT)]
    said += [
        a_mention("夜勤。冷蔵庫のさくらプリンに『ゆうさんへ』って付箋が。誰だろう、泣く", "nurse", at=5),
        a_mention("Midnight Sakura pudding. The spoon was loud and my roommate wants one.", "ame", at=6),
        a_mention("寮の自販機の横にさくらプリン大量に置いてあるんだけど見に行くの怖い", "ryo", at=7),
    ]
    return said


def test_every_quote_is_to_the_point() -> None:
    """What was scored negative by mistake shares neither the new words nor the risk, and is not quoted."""
    quotes = explain(_night()).quotes
    assert len(quotes) == 3
    assert all("虫" in quote.text for quote in quotes)


def test_the_post_that_was_passed_on_leads_even_when_it_was_scored_neutral() -> None:
    """The original that everybody quotes speaks for them."""
    first = risky("さくらプリンの底に虫がいました、写真あり", "origin", at=0, label="neutral")
    passed = [a_mention("", f"r{i}", at=9, kind="repost", target="origin-0") for i in range(12)]
    assert explain([first, *_night(), *passed]).quotes[0].id == "origin-0"


def test_praise_is_never_quoted_as_trouble() -> None:
    """A happy post stays out, however often it was passed on."""
    happy = a_mention("さくらプリンに虫はいなかった、最高", "happy", at=0, label="positive")
    passed = [a_mention("", f"r{i}", at=9, kind="repost", target="happy-0") for i in range(12)]
    assert "happy-0" not in [quote.id for quote in explain([happy, *_night(), *passed]).quotes]


def test_before_anything_is_scored_the_risk_is_quoted() -> None:
    """Scores that are late do not leave a page with chatter."""
    said = [msgspec.structs.replace(mention, score=None) for mention in _night()]
    assert all("虫" in quote.text for quote in explain(said).quotes)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("虫がいるのを見に行く", ["虫"]),
        ("虫入ってた", ["虫"]),
        ("底に虫", ["虫"]),
        ("小さい虫、待ってて", ["虫"]),
        ("写真見て回収希望", ["回収希望"]),
        ("異物混入した、最悪", ["異物混入"]),
        ("ロットSP2611Bが無理無理無理", ["ロット", "SP2611B"]),
        ("the spoon and the hotline", ["spoon", "hotline"]),
        ("#虫 @虫 https://x.test/虫", []),
    ],
)
def test_terms_are_words_and_not_pieces_of_words(text: str, words: list[str]) -> None:
    """A stem, a position, a feeling or an address is no term."""
    assert [term for term in terms_in(text) if term != "写真"] == words


def test_the_word_of_the_risk_leads_the_terms() -> None:
    """A lone kanji stands first when the risk posts share it, and parts of words stand nowhere."""
    terms = explain(_night()).terms
    assert terms[0] == "虫"
    assert "ロット" in terms
    assert not {"底", "見", "小", "子"} & set(terms)


def _signs(mentions: list[Mention], earlier: list[Mention] | None = None) -> list[tuple[str, int, int, str]]:
    found = explain(mentions, earlier=earlier or []).harmless
    return [(sign.sign, round(sign.share * 100), sign.of, sign.what) for sign in found]


def _weak(mention: Mention) -> Mention:
    return msgspec.structs.replace(
        mention, matches=(msgspec.structs.replace(mention.matches[0], strength="weak"),)
    )


def test_a_real_fire_has_no_harmless_sign() -> None:
    """Many people, own words, one thing in common: nothing is claimed."""
    assert explain(_night()).harmless == ()


def test_a_campaign_is_seen_by_its_tag() -> None:
    """Most people use one tag and few of them are unhappy."""
    tag = "さくらプリン買った #さくら祭り"
    said = [a_mention(f"{tag} {i}個目", f"p{i}", label="neutral", at=i) for i in range(8)]
    said += [a_mention("さくらプリン並びすぎで買えない", f"n{i}", at=i) for i in range(2)]
    assert ("hashtag", 80, 10, "#さくら祭り") in _signs(said)


def test_a_tag_of_protest_is_no_campaign() -> None:
    """A tag under which people are unhappy says nothing harmless."""
    said = [a_mention(f"もう買わない #さくら不買 {i}人目の声です", f"p{i}", at=i) for i in range(9)]
    assert not [sign for sign in _signs(said) if sign[0] == "hashtag"]


@pytest.mark.parametrize(
    ("sign", "mentions", "earlier"),
    [
        (
            ("copies", 75, 8, ""),
            [a_mention("抗議します", f"c{i}", at=i, cluster="x" if i < 6 else f"y{i}") for i in range(8)],
            [],
        ),
        (
            ("source", 100, 6, "5ch"),
            [a_mention(f"ひどい話だ{i}", f"s{i}", at=i, source="5ch") for i in range(6)],
            [a_mention("おいしい", f"e{i}", at=i) for i in range(6)],
        ),
        (
            ("author", 80, 5, ""),
            [a_mention(f"許さない{i}", "one" if i else "two", at=i) for i in range(5)],
            [],
        ),
        (
            ("weak", 83, 6, ""),
            [_weak(a_mention("だめ", f"w{i}", at=i)) if i else a_mention("だめ", "w") for i in range(6)],
            [],
        ),
    ],
    ids=["copies", "source", "author", "weak"],
)
def test_a_harmless_sign_is_what_was_counted(
    sign: tuple[str, int, int, str], mentions: list[Mention], earlier: list[Mention]
) -> None:
    """Each sign carries its share and of how many."""
    assert sign in _signs(mentions, earlier)


def test_nothing_harmless_is_said_of_a_handful() -> None:
    """Four copies are no majority of anything, and a watch with one source has no news of it."""
    assert _signs([a_mention("抗議します", f"c{i}", at=i, cluster="x") for i in range(4)]) == []
    said = [a_mention(f"べつの言葉で苦情{i}番", f"s{i}", at=i) for i in range(9)]
    assert _signs(said, [a_mention("おいしい", f"e{i}", at=i) for i in range(9)]) == []


def test_scattered_complaints_are_told_as_such() -> None:
    """When almost nobody shares a word with anybody, the page says so; a risk class silences it."""
    words = "いつらひどまずぬるたかおそくさかにがうすこわ"
    said = [a_mention(f"さくらプリン{word}", f"s{i}", at=i) for i, word in enumerate(words[:20])]
    said += [a_mention("さくらプリンのカラメル", f"k{i}", at=20 + i) for i in range(3)]
    assert explain(said).harmless == (Harmless(sign="scattered", share=20 / 23, of=23, count=20),)


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("この会社死ね", True),
        ("ｷﾁｶﾞｲじみてる", True),
        ("What a bunch of ASSHOLES", True),
        ("fucking bugs", True),
        ("カスタードに虫、ゴミも入ってた、最悪", False),
        ("Shitake pudding and Scunthorpe", False),
        ("虫が死んでた", False),
    ],
)
def test_abuse_is_told_from_coarse_complaints(text: str, bad: bool) -> None:  # noqa: FBT001 - a table's column
    """Threats and insults are; dirt, and words that only look alike, are not."""
    assert abusive(text) is bad


def test_an_abusive_post_speaks_only_when_nobody_else_can() -> None:
    """The same complaint without the insult is quoted first."""
    said = [a_mention("さくらプリンに虫が入ってた、死ね", "bad", at=0)]
    said += [a_mention("レジで聞いたけど返金だけで説明がない", f"q{i}", at=i) for i in range(2)]
    assert explain(said).quotes[0].author != "bad"


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
    assert told.carriers == (Carrier("matome", NIGHT + minutes(6), 9, "bluesky/matome-6", reposts=9),)


def test_new_words_are_told_from_usual_ones() -> None:
    """Words of this fire stand out against yesterday's; the keyword itself is no news."""
    now = [a_mention("さくらプリンに異物混入、容器も変", f"n{i}") for i in range(8)]
    earlier = [a_mention("さくらプリンの容器かわいい", f"o{i}", label="positive") for i in range(40)]
    assert explain(now, earlier=earlier).terms[0] == "異物混入"
    assert "容器" not in explain(now, earlier=earlier).terms


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
