"""New words: against the topic's own past, with a prior, and nobody's name."""

import pytest

from alerts import terms
from alerts.explain import explain
from models.mention import Mention
from tests.fakes_alerts import a_mention


def _said(text: str, people: int, prefix: str = "n") -> list[Mention]:
    return [a_mention(text, f"{prefix}{i}", at=i) for i in range(people)]


def test_what_more_people_say_rises_more() -> None:
    """Two who say a word are less news than eight."""
    few = terms.news([*_said("異物混入", 2), *_said("うまい", 6, "m")], _said("おいしい", 40, "o"))
    many = terms.news([*_said("異物混入", 8)], _said("おいしい", 40, "o"))
    assert many.terms[0].z > few.terms[0].z > 0


def test_what_was_always_said_is_no_news() -> None:
    """The same share as before gives no z at all."""
    found = terms.news(_said("容器がかわいい", 8), _said("容器がかわいい", 40, "o"))
    assert found.terms == ()


def test_a_term_carries_what_it_was_counted_from() -> None:
    """People now and before, of how many."""
    [term] = terms.news(_said("異物混入", 8), _said("おいしい", 40, "o")).terms
    assert (term.term, term.people, term.of, term.before, term.before_of) == ("異物混入", 8, 8, 0, 40)
    assert term.never_seen


def test_a_word_that_nobody_said_before_is_a_signal_of_its_own() -> None:
    """Its people, beside what chance explains after so many who did not say it."""
    told = explain(_said("異物混入", 8), earlier=_said("おいしい", 60, "o"))
    [reason] = told.reasons
    assert (reason.signal, reason.value, reason.low) == (terms.NEVER_SEEN, 8, 0)
    assert reason.expected is not None
    assert reason.high is not None
    assert reason.expected < reason.high < 1


def test_nothing_is_called_never_seen_by_who_has_hardly_listened() -> None:
    """Ten people of the past do not tell what was never said."""
    told = explain(_said("異物混入", 8), earlier=_said("おいしい", 10, "o"))
    assert told.terms == ("異物混入",)
    assert not told.new_terms[0].never_seen
    assert told.reasons == ()


def test_one_shouting_person_makes_no_word() -> None:
    """People are counted, not posts."""
    assert terms.news([a_mention("異物混入", "one", at=i) for i in range(9)], []).terms == ()


def test_a_hashtag_is_a_word_and_the_brands_own_is_none() -> None:
    """What the list looks for is no news under a hash sign either."""
    found = terms.news(_said("#さくら不買 #さくらプリン いやだ", 6), _said("おいしい", 40, "o"))
    assert [term.term for term in found.terms] == ["#さくら不買"]


@pytest.mark.parametrize("text", ["田中さんが出た", "@tanaka 出てこい", "タナカ氏の件"])
def test_nobody_is_named(text: str) -> None:
    """Names before a title of respect and handles are no terms."""
    words = {term.term for term in terms.news(_said(text, 6), []).terms}
    assert not {"田中", "タナカ", "tanaka"} & words


def test_the_names_of_those_who_post_are_no_words() -> None:
    """Whoever is talked of by the handle that posts here stays out of the page."""
    said = [*_said("matometarou がまた書いてる", 6), a_mention("見て", "matometarou")]
    assert "matometarou" not in {term.term for term in terms.news(said, []).terms}


@pytest.mark.parametrize(
    "text",
    [
        "拡散希望、悲報です",
        "honestly explain yourselves",
        "why is it so slow",
        "#拡散希望 #悲報",
        "責任と説明",
    ],
)
def test_what_any_complaint_holds_is_no_word_of_this_one(text: str) -> None:
    """Feelings, appeals and manners are in every fire."""
    assert terms.news(_said(text, 8), _said("おいしい", 40, "o")).terms == ()


def test_a_word_is_said_by_several_people() -> None:
    """Two make a word among a handful, three among more, one in thirty of a crowd."""
    chatter = _said("うまい", 18, "m")
    assert terms.news([*_said("異物混入", 2), *chatter[:5]], []).terms
    assert not terms.news([*_said("異物混入", 2), *chatter], []).terms
    assert terms.news([*_said("異物混入", 3), *chatter], []).terms
    crowd = [*_said("異物混入", 3), *_said("うまい", 120, "m")]
    assert not [term for term in terms.news(crowd, []).terms if term.term == "異物混入"]


def test_nouns_stand_before_verbs() -> None:
    """What happened is a thing: a verb says less."""
    said = _said("leaking batteries", 8)
    assert [term.term for term in terms.news(said, _said("nice", 40, "o")).terms] == ["batteries", "leaking"]


def test_the_longer_word_stands_for_its_parts() -> None:
    """Where most people say a word within a longer one, the longer one is told."""

    def cut(text: str) -> list[str]:
        return ["拡散希望", "拡散", "希望"] if "希望" in text else [text]

    said = [*_said("拡散希望", 6), *_said("拡散", 3, "m")]
    assert [term.term for term in terms.news(said, [], cut).terms] == ["拡散希望"]


def test_a_word_is_weighed_by_log_odds_with_an_informative_prior() -> None:
    """Of 8 people 8 now, of 40 none before: worked out by hand after Monroe et al., eq. 15, 19 and 22.

    All 48 would say it at (8 + 0.5) / (48 + 1), which makes a prior of 8.327 people for it and 39.673
    against: ln(16.327 / 39.673) - ln(8.327 / 79.673), in units of sqrt(1 / 16.327 + 1 / 8.327).
    """
    [term] = terms.news(_said("異物混入", 8), _said("おいしい", 40, "o")).terms
    assert term.z == pytest.approx(3.219, abs=0.001)


def test_a_thing_that_ends_like_an_adverb_is_a_word() -> None:
    """Jelly is what it is about; honestly is how it is said."""
    found = terms.news(_said("honestly the jelly", 8), _said("lovely", 40, "o"))
    assert [term.term for term in found.terms] == ["jelly"]
