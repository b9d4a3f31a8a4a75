"""Benign causes: told with what was counted, beside the fire, never instead of it."""

from datetime import timedelta

import msgspec

from alerts import bodies, lifecycle, page, routing
from alerts.explain import explain
from alerts.harmless import CAUSES
from alerts.incident import Harmless
from alerts.routing import Receiver
from models.mention import Mention
from tests.fakes_alerts import a_mention, an_incident


def _copies(texts: dict[str, int], others: int) -> list[Mention]:
    said = [
        a_mention(f"{text}に抗議します", f"{text}{i}", at=i, cluster=text)
        for text, n in texts.items()
        for i in range(n)
    ]
    return [*said, *(a_mention(f"虫がいた{i}", f"o{i}", at=i) for i in range(others))]


def test_copies_of_two_texts_are_told_as_such() -> None:
    """37 of 52 people repeat two texts; a third, of one person, is no copy."""
    [sign] = explain(_copies({"a": 20, "b": 17, "c": 1}, 14)).harmless
    assert sign == Harmless(sign="copies", share=37 / 52, count=37, of=52, texts=2)


def test_the_page_says_how_many_texts_are_repeated() -> None:
    """Two texts are not one, in both languages."""
    burning = lifecycle.explained(an_incident(), explain(_copies({"a": 20, "b": 17}, 15)))
    assert "71%の人が2つの文面の写し" in page.write(burning, "first", receiver=Receiver()).text
    assert "71% of people copy 2 texts" in page.write(burning, "first", receiver=Receiver(language="en")).text


def test_a_giveaway_is_a_campaign_and_a_show_is_a_broadcast() -> None:
    """By the words that most people share, when few of them are unhappy."""
    win = [a_mention(f"抽選で当たるらしい {i}", f"w{i}", label="neutral", at=i) for i in range(8)]
    show = [a_mention(f"番組で見た {i}", f"w{i}", label="positive", at=i) for i in range(8)]
    angry = [a_mention(f"買えない{i}", f"n{i}", at=i) for i in range(2)]
    assert explain([*win, *angry]).harmless[0] == Harmless(
        sign="campaign", share=0.8, count=8, of=10, what="抽選"
    )
    assert explain([*show, *angry]).harmless[0].what == "番組"


def test_a_scandal_on_television_is_no_harmless_broadcast() -> None:
    """People who are unhappy about what they saw are a fire."""
    said = [a_mention(f"番組で見たけどひどい {i}", f"w{i}", at=i) for i in range(9)]
    assert "broadcast" not in [sign.sign for sign in explain(said).harmless]


def test_posts_that_all_came_late_speak_of_an_outage() -> None:
    """A burst after a silence may be ours."""
    late = [a_mention(f"虫がいた{i}", f"w{i}", at=i) for i in range(6)]
    late = [
        msgspec.structs.replace(
            one,
            post=msgspec.structs.replace(one.post, received_at=one.post.created_at + timedelta(minutes=40)),
        )
        for one in late
    ]
    assert explain(late).harmless[0].sign == "delayed"


def test_every_sign_has_a_cause_and_words_in_both_languages() -> None:
    """No sign can reach a page or a program without them."""
    for sign in CAUSES:
        told = msgspec.structs.replace(
            explain([]), harmless=(Harmless(sign=sign, share=0.7, of=10, count=7),)
        )
        burning = lifecycle.explained(an_incident(), told)
        assert bodies.detail(burning)["harmless"][0]["cause"] == CAUSES[sign]
        for receiver in (Receiver(), Receiver(language="en")):
            assert "70" in page.write(burning, "first", receiver=receiver).text


def test_a_benign_cause_never_hides_a_fire() -> None:
    """Whatever the signs, the incident still wakes."""
    told = explain(_copies({"a": 20, "b": 17}, 15))
    assert told.harmless
    assert routing.pages(lifecycle.explained(an_incident("critical"), told))
