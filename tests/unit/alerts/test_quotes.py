"""Which of many alike posts speaks for them."""

from alerts.quotes import chosen
from tests.fakes_alerts import a_mention

COPY = "さくらプリンの底に虫が入っていた、返金してほしい"
ODD = "さくらプリンの底に虫が入っていたってよ、ほんとかな知らんけど"


def test_the_medoid_of_its_copies_speaks_for_a_cluster() -> None:
    """The post that is nearest to all others: neither the first nor the last, when these are the odd ones."""
    texts = [ODD, COPY, COPY, COPY, ODD + "笑笑笑"]
    said = [a_mention(text, f"w{n}", at=n, cluster="c") for n, text in enumerate(texts)]
    [quote] = chosen(said, [], {}, {})
    assert quote.text == COPY
    assert quote.others == 4


def test_a_post_of_a_tag_alone_is_quoted_once() -> None:
    """Nothing is left of it to compare, so it must not look like news beside itself."""
    said = [a_mention("#さくらプリン", "a", at=0, label="negative"), a_mention(COPY, "b", at=1)]
    texts = [quote.text for quote in chosen(said, [], {}, {"bluesky/a-0": 3})]
    assert sorted(texts) == sorted({"#さくらプリン", COPY})


def test_a_question_speaks_only_where_too_few_are_unhappy() -> None:
    """However often it was passed on: it may have lit the fire, and the page names it there."""
    asked = a_mention("さくらプリンの値上げ、いつから？", "q", at=0, label="neutral")
    angry = ["値上げの説明がない", "値上げなら買わない、さよなら", "容量まで減らしておいて値上げ"]
    said = [asked, *(a_mention(text, f"n{i}", at=i) for i, text in enumerate(angry))]
    passed = {"bluesky/q-0": 30}
    assert asked.post.text not in [quote.text for quote in chosen(said, [], {}, passed)]
    assert asked.post.text in [quote.text for quote in chosen(said[:2], [], {}, passed)]
