"""What is taken out of a page, what stays, and what happens in doubt."""

from typing import Literal

import msgspec
import pytest

from alerts.incident import Carrier, Explanation, Quote
from alerts.notification_log import Page
from alerts.page import write
from alerts.routing import Receiver
from listener.storage import digests, redaction
from listener.storage.redaction import MARK, Erased
from tests.builders import NIGHT
from tests.unit.storage.quoting import WORDS, a_page, an_incident

HEAD = "【緊急】さくらプリン 不満38人\n対応する https://watch.example/a/x"


def redacted(body: str, *texts: str, handles: tuple[str, ...] = (), payload: object = None) -> Page:
    """Return a page with this body after *texts* of its one quoted post were erased."""
    payload = msgspec.Raw(msgspec.json.encode(payload))
    page = a_page(text=f"{HEAD}\n{body}", short="", payload=payload, quoted=("bluesky/a",))
    return redaction.page(page, Erased(frozenset({digests.of_post("bluesky", "a")}), texts, handles))


@pytest.mark.parametrize(
    "quoted",
    [
        "さくらプリンに虫が入ってたんだけど写真あり",
        "さくらプリンに虫が…",
        "…虫が入ってたんだけど",
        "さくらプリンに\u200b虫が\u2060入ってた",
        "さくらﾌﾟﾘﾝに虫が入ってた!!",
        "虫が",
    ],
)
def test_a_quote_is_recognised_however_it_was_shortened_and_defused(quoted: str) -> None:
    """Cut at either end, with invisible characters between, in another width."""
    page = redacted(f"①「{quoted}」ほか19件", WORDS)
    assert page.text == f"{HEAD}\n①「{MARK}」ほか19件"


@pytest.mark.parametrize(
    "line",
    [
        "②「電話したけど深夜で誰も出ない」ほか9件",
        "②「さくらプリン、おいしかったのに残念でならない」",
        "不満 72%(61–81) ・ 虫、異物混入、回収",
        "監視外: X、Instagram ・ Mastodon 02:10から無音",
    ],
)
def test_other_lines_stay(line: str) -> None:
    """Another post's quote, figures, terms, sources: as they were, though they share the product's name."""
    assert redacted(f"①「{WORDS}」\n{line}", WORDS).text == f"{HEAD}\n①「{MARK}」\n{line}"


def test_in_doubt_every_quote_goes() -> None:
    """A page that says it quotes the post, but nobody finds where: headlines and figures stay."""
    body = "①「まったく別の言い換え」ほか2件\n②「さらに別の文」\n不満 72%"
    marked = f"{HEAD}\n①「{MARK}」ほか2件\n②「{MARK}」\n不満 72%"
    assert redacted(body, WORDS).text == marked
    assert redacted(body).text == marked


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_page_as_it_is_really_written_loses_the_post(language: Literal["ja", "en"]) -> None:
    """Whatever the writer of pages does to a quote and a handle, erasing finds them."""
    text = "買ったら虫入ってたんだけど…写真あり https://x.example/1 @sakura_foods 「最悪」 " + "長い" * 20
    quote = Quote(source="bluesky", id="a", text=text, author="neko_no_shippo.example.test", others=19)
    other = Quote(source="bluesky", id="b", text="電話したけど深夜で誰も出ない", author="inu", others=9)
    told = Explanation(quotes=(quote, other), starter=quote, carriers=(Carrier(quote.author, NIGHT, 9),))
    incident = msgspec.structs.replace(an_incident(quote), explanation=told, negative=38)
    written = write(incident, "first", receiver=Receiver(name="hanako", language=language))
    assert "虫" in written.text
    page = redaction.page(
        a_page(text=written.text, short=written.short, quoted=written.quoted),
        redaction.knowing(Erased(frozenset({digests.of_post("bluesky", "a")})), incident),
    )
    assert not any(word in page.text for word in ("虫", "neko", "長い", "最悪"))
    assert "電話したけど" in page.text
    assert page.text.split("\n")[:2] == written.text.split("\n")[:2]


def test_a_handle_goes_where_it_stands_alone() -> None:
    """@neko is taken out, @neko.example and nekojima are somebody else's."""
    body = f"①「{WORDS}」\n発端 @neko 02:10 → @neko.example、nekojima、neko_2"
    assert redacted(body, WORDS, handles=("neko",)).text.endswith(
        "発端 @… 02:10 → @neko.example、nekojima、neko_2"
    )


@pytest.mark.parametrize(
    "shown", ["＠neko＿no․example", "@neko_no.example", "＠neko＿no․…", "neko＿no․example"]
)
def test_a_handle_goes_however_it_was_defused_and_shortened(shown: str) -> None:
    """Chat programs must not link it; a page must not be wide."""
    page = redacted(f"①「{WORDS}」\n{shown}", WORDS, handles=("neko_no.example",))
    assert "neko" not in page.text


def test_a_payload_loses_the_post_wherever_it_stands() -> None:
    """As an object with its key, as a string, in a list; names and figures stay."""
    payload = {
        "topic": {"ja": "さくらプリン"},
        "size": 38,
        "posts": [{"source": "bluesky", "id": "a", "text": "x", "url": "https://x.test"}],
        "quotes": [{"post": "bluesky/a", "text": "x", "who": "neko", "others": 19}, {"post": "bluesky/b"}],
        "samples": [WORDS, "別の声"],
        "annotations": {"description": f"{HEAD}\n①「{WORDS}」ほか19件"},
    }
    page = redacted(f"①「{WORDS}」", WORDS, payload=payload)
    assert msgspec.json.decode(page.payload) == {
        "topic": {"ja": "さくらプリン"},
        "size": 38,
        "posts": [{"source": "bluesky", "text": MARK}],
        "quotes": [{"text": MARK, "others": 19}, {"post": "bluesky/b"}],
        "samples": [MARK, "別の声"],
        "annotations": {"description": f"{HEAD}\n①「{MARK}」ほか19件"},
    }


def test_redacting_twice_is_redacting_once() -> None:
    """A deletion may be told twice."""
    once = redacted(f"①「{WORDS}」ほか19件", WORDS)
    again = redaction.page(once, Erased(frozenset({digests.of_post("bluesky", "a")}), (WORDS,)))
    assert again == once
