"""Frames of both wires: what counts as text, what a post is to another, and what one bad field costs."""

import json
from pathlib import Path
from typing import Any

import pytest

from listener.sources.jetstream_wire import Reader
from listener.sources.json_frame import BadPost
from models.post import Post
from tests.fakes_sources import NIGHT
from tests.jetstream_server import DID, a_commit, as_v2

SHAPES = Path(__file__).parents[2] / "data/jetstream_v2_shape.jsonl"
QUOTED = "at://did:plc:inu/app.bsky.feed.post/3k"


def a_post(*fields: Any, **record: Any) -> Post:
    """Return the post in a commit whose record has *record*."""
    reader = Reader("bluesky", frozenset(fields or ("text",)))
    item = reader.read(json.dumps(a_commit("虫", **record)).encode(), NIGHT).item
    assert isinstance(item, Post)
    return item


def link(text: str, shown: str, uri: str) -> list[dict[str, Any]]:
    """Return the facets of *text* in which *shown* links to *uri*; offsets are bytes."""
    start = len(text[: text.index(shown)].encode())
    index = {"byteStart": start, "byteEnd": start + len(shown.encode())}
    return [{"index": index, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": uri}]}]


def test_the_documented_v2_frames_are_read() -> None:
    """A message is a post, an error frame is an error."""
    message, error = SHAPES.read_bytes().splitlines()
    event = Reader("bluesky").read_v2(message, NIGHT)
    assert isinstance(event.item, Post)
    assert (event.cursor, event.item.text) == (12345, "日の番カフェ、値上げ")
    assert Reader("bluesky").read_v2(error, NIGHT).error.startswith("ConsumerTooSlow")


@pytest.mark.parametrize(
    ("record", "kind", "target"),
    [
        ({}, "post", None),
        ({"reply": {"parent": {"uri": "at://p"}, "root": {"uri": "at://r"}}}, "reply", "at://p"),
        ({"embed": {"record": {"uri": QUOTED}}}, "quote", QUOTED),
        ({"embed": {"record": {"record": {"uri": QUOTED}}, "media": {"images": []}}}, "quote", QUOTED),
        ({"embed": {"record": {"uri": "at://d/app.bsky.feed.generator/x"}}}, "post", None),
    ],
)
def test_a_post_says_what_it_is_to_another(record: Any, kind: str, target: str | None) -> None:
    """Replies, quotes, quotes with pictures; a recommended feed is no quote."""
    post = a_post(**record)
    assert (post.kind, post.target) == (kind, target)


def test_pictures_and_links_count_only_where_asked() -> None:
    """Alternative text and link cards are lines of their own."""
    embed = {"images": [{"alt": "箱"}, {"alt": ""}], "external": {"title": "記事", "description": "要約"}}
    assert a_post(embed=embed).text == "虫"
    assert a_post("text", "alt", embed=embed).text == "虫\n箱"
    assert a_post("text", "alt", "card", embed={"media": embed}).text == "虫\n箱\n記事\n要約"


def test_facets_count_bytes_and_shortened_links_are_written_out() -> None:
    """An address must not match as words, whatever stands before it."""
    text, uri = "さくら💦 sakura.example/pudd... 見て", "https://sakura.example/pudding?id=1"
    assert a_post(text=text, facets=link(text, "sakura.example/pudd...", uri)).text == f"さくら💦 {uri} 見て"


def test_words_that_link_somewhere_stay_words() -> None:
    """Only what looks like its own address is replaced."""
    text = "さくらプリン最低"
    assert a_post(text=text, facets=link(text, "プリン", "https://example.org/x")).text == text


@pytest.mark.parametrize("span", [(-1, 4), (3, 1), (0, 10_000), (1, 2)])
def test_facets_may_lie(span: tuple[int, int]) -> None:
    """Offsets outside the text or within a character change nothing."""
    facet = {"index": {"byteStart": span[0], "byteEnd": span[1]}, "features": [{"uri": "https://虫"}]}
    assert a_post(facets=[facet]).text == "虫"


@pytest.mark.parametrize(
    "broken", [{"facets": "no"}, {"embed": 7}, {"langs": [3]}, {"reply": {"parent": []}}, {"createdAt": 5}]
)
def test_one_bad_field_does_not_cost_the_text(broken: Any) -> None:
    """Records hold whatever a client wrote; the rest is read."""
    post = a_post(**broken)
    assert (post.text, post.author is not None) == ("虫", True)
    frame = json.dumps(as_v2(a_commit("虫", **broken), 7)).encode()
    item = Reader("bluesky").read(frame, NIGHT).item
    assert isinstance(item, Post)
    assert item.text == "虫"


def test_a_text_that_is_none_is_refused() -> None:
    """Without its text nothing is left."""
    with pytest.raises(BadPost, match="text"):
        a_post(text=["虫"])


@pytest.mark.parametrize("claimed", ["", "yesterday", "2026-11-20", "9999-99-99T00:00:00Z"])
def test_without_a_usable_time_the_event_s_own_counts(claimed: str) -> None:
    """The server saw it."""
    assert a_post(createdAt=claimed).created_at == NIGHT


def test_a_post_has_an_address_for_people() -> None:
    """And its at-URI as its id, which reposts name as their target."""
    post = a_post()
    assert post.id == f"at://{DID}/app.bsky.feed.post/k虫"
    assert post.url == f"https://bsky.app/profile/{DID}/post/k虫"


def test_an_update_is_an_edit() -> None:
    """Same identity, new text."""
    event = a_commit("虫")
    event["commit"]["operation"] = "update"
    item = Reader("bluesky").read(json.dumps(event).encode(), NIGHT).item
    assert isinstance(item, Post)
    assert item.edited
