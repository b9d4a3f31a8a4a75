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
