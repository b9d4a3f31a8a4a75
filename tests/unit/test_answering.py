"""What the brand's own accounts write: never a mention, sometimes an answer."""

from pathlib import Path
from typing import Any

import pytest

from listener.answering import responses
from listener.matching import lists
from listener.matching.matcher import Matcher
from models.post import Post
from models.response import Response
from tests.builders import NIGHT, a_post

SAKURA = """
schema = 1
brand = "sakura"
name = "さくらフーズ"
own_accounts = ["@Sakura_Official", "did:plc:sakura"]
[[topic]]
slug = "pudding"
name = { ja = "さくらプリン", en = "Sakura pudding" }
[[keyword]]
topic = "pudding"
any = ["虫プリン"]
[[keyword]]
topic = "company"
any = ["さくらフーズ"]
"""
MINATO = """
schema = 1
brand = "minato"
name = "みなと"
own_accounts = ["group_pr", "sakura_official"]
[[keyword]]
topic = "phone"
any = ["みなとモバイル"]
"""


def finder() -> Matcher:
    """Return what knows two brands that share an account."""
    given = {"sakura.toml": SAKURA, "minato.toml": MINATO}
    return Matcher([lists.parse(text, Path(name)) for name, text in given.items()], words=None, now=NIGHT)


def heard(text: str = "申し訳ございません", **fields: Any) -> list[Response]:
    """Return what a post by an own account of sakura alone is taken for."""
    return responses(a_post(text, **({"by": "did:plc:sakura", "handle": ""} | fields)), finder())


def statements(text: str, **fields: Any) -> list[tuple[str, str]]:
    """Return brand and topic of each statement in a post."""
    return [(one.brand, one.topic) for one in heard(text, **fields) if one.kind == "statement"]


@pytest.mark.parametrize("kind", ["reply", "quote"])
def test_a_reply_and_a_quote_answer_the_post_they_point_to(kind: str) -> None:
    """Whatever they say: it is who says it that counts."""
    [one] = heard("はい", kind=kind, target="a", minutes=41)
    assert (one.brand, one.source, one.kind, one.target, one.topic) == ("sakura", "bluesky", kind, "a", "")
    assert (one.at, one.account) == (a_post(minutes=41).created_at, "did:plc:sakura")


def test_an_account_answers_for_every_brand_that_calls_it_its_own() -> None:
    """By handle or id, with or without @, in any case."""
    shared = heard(kind="reply", target="a", by="did:plc:x", handle="SAKURA_official")
    assert [one.brand for one in shared] == ["minato", "sakura"]
    assert [one.brand for one in heard(kind="reply", target="a", by="group_pr")] == ["minato"]


@pytest.mark.parametrize(
    "post",
    [
        a_post("さくらプリンのお詫び", kind="reply", target="a", by="neko", handle="neko"),
        a_post("", kind="repost", target="a", by="did:plc:sakura"),
        a_post("さくらフーズ お詫び", kind="repost", by="did:plc:sakura"),
        a_post("お詫び", kind="reply", by="did:plc:sakura"),
        Post(source="s", id="a", text="さくらフーズのお詫び", created_at=NIGHT, received_at=NIGHT),
    ],
)
def test_what_is_no_answer_is_none(post: Post) -> None:
    """A stranger's words, a repost, a reply to nobody knows what, a post without an author."""
    assert responses(post, finder()) == []


def test_a_statement_names_its_topic_and_regrets_or_explains() -> None:
    """By a keyword of the list, or by the topic's name in any language and width."""
    assert statements("虫プリンについて調査しております") == [("sakura", "pudding")]
    assert statements("さくらﾌﾟﾘﾝの件、深くお詫び申し上げます") == [("sakura", "pudding")]
    assert statements("We are sorry about our SAKURA Pudding") == [("sakura", "pudding")]
    assert statements("さくらフーズより、さくらプリン自主回収のご報告") == [
        ("sakura", "company"),
        ("sakura", "pudding"),
    ]


@pytest.mark.parametrize(
    "text", ["新発売! さくらプリン10周年", "申し訳ございません", "おはようございます", ""]
)
def test_an_advertisement_is_no_statement_nor_is_regret_about_nothing(text: str) -> None:
    """Such an account names its product all day, and its planned posts go on during a fire."""
    assert statements(text) == []


def test_nobody_answers_before_it_is_heard() -> None:
    """A post that claims to be from the future was written when it came."""
    future, came = a_post(minutes=90).created_at, a_post(minutes=10).created_at
    [one] = heard(kind="reply", target="a", created_at=future, received_at=came)
    assert one.at == came
