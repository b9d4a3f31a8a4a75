"""A post as a JSON line: what is read, what is mended, and what is refused with which words."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from listener.sources import post_line, replayed
from listener.sources.post_line import BadPost
from models.post import Author, Deletion, Post
from tests.fakes_sources import NIGHT, Remembered

GOOD: dict[str, Any] = {"id": "3lk", "text": "さくらプリンに虫", "created_at": "2026-11-20T17:40:12Z"}
EXAMPLES = Path(__file__).parents[3] / "build/examples"


def a_line(**fields: Any) -> bytes:
    """Return a good line, changed; None removes a field."""
    return json.dumps({name: value for name, value in (GOOD | fields).items() if value is not None}).encode()


def decoded(line: bytes, received: datetime | None = NIGHT, **more: Any) -> Post:
    """Return the post in *line*."""
    item = post_line.decode(line, source="feed", received_at=received, **more)
    assert isinstance(item, Post)
    return item


def refusal(line: bytes, **more: Any) -> BadPost:
    """Return why *line* is refused."""
    with pytest.raises(BadPost) as caught:
        post_line.decode(line, source="feed", received_at=NIGHT, **more)
    return caught.value


def test_every_field_is_read() -> None:
    """The line of the contract becomes the post it describes."""
    author = {"id": "did:plc:neko", "handle": "neko.example", "name": "ねこ", "followers": 120}
    line = a_line(
        source="bluesky", author=author, lang="ja", kind="quote", target="9", url="https://x.example"
    )
    assert decoded(line) == Post(
        source="bluesky",
        id="3lk",
        text="さくらプリンに虫",
        created_at=NIGHT,
        received_at=NIGHT,
        author=Author("did:plc:neko", "neko.example", "ねこ", 120),
        lang="ja",
        kind="quote",
        target="9",
        url="https://x.example",
    )


def test_three_fields_are_enough_and_unknown_ones_are_ignored() -> None:
    """A missing source is the configured name."""
    post = decoded(a_line(mood="angry", author=None, target=None))
    assert (post.source, post.author, post.kind) == ("feed", None, "post")


@pytest.mark.parametrize("field", ["id", "text", "created_at"])
def test_a_missing_field_is_named(field: str) -> None:
    """The sentence says which, and the exception carries it."""
    error = refusal(a_line(**{field: None}))
    assert error.field == field
    assert f'"{field}" is missing' in error.reason


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"id": 7}, "id"),
        ({"id": ""}, "id"),
        ({"id": "x" * 2000}, "id"),
        ({"text": ["a"]}, "text"),
        ({"text": ""}, "text"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"created_at": "2026-11-20T17:40:12"}, "created_at"),
        ({"created_at": "12026-11-20T17:40:12Z"}, "created_at"),
        ({"created_at": "0001-01-01T00:00:00+14:00"}, "created_at"),
        ({"created_at": 1795196412}, "created_at"),
        ({"kind": "like"}, "kind"),
        ({"author": {"id": 5}}, "author.id"),
        ({"author": "neko"}, "author"),
        ({"format": "markdown"}, "format"),
    ],
)
def test_a_wrong_field_is_named(fields: dict[str, Any], field: str) -> None:
    """Wrong types, empty ids and impossible times are refused by name."""
    error = refusal(a_line(**fields))
    assert error.field == field
    assert f'"{field}"' in error.reason


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"null", b"3", b'{"id":', b"\x00", b"[" * 100_000])
def test_what_is_no_post_at_all_is_refused_with_a_sentence(line: bytes) -> None:
    """No traceback for any of it."""
    assert len(refusal(line).reason) > 10


def test_bad_utf8_is_refused() -> None:
    """The byte is named."""
    assert "0xff" in refusal(a_line(text="@").replace(b"@", b"\xff")).reason


def test_a_frame_of_more_than_two_mebibytes_is_refused() -> None:
    """The limit is in the sentence."""
    assert "2 MiB" in refusal(a_line(text="あ" * 1_000_000)).reason


@pytest.mark.parametrize(
    ("escaped", "read"),
    [
        (rb"\ud83d burnt", "\ufffd burnt"),
        (rb"burnt \udc00", "burnt \ufffd"),
        (rb"\ud83d\ude00 \ud83d", "😀 \ufffd"),
        (rb"\ud83d\ud83d\ude00", "\ufffd😀"),
        (rb"\\ud83d \ud83d", "\\ud83d \ufffd"),
    ],
)
def test_lone_surrogates_are_mended(escaped: bytes, read: str) -> None:
    """Half an emoji must not cost the post, and an escaped backslash is no escape."""
    assert decoded(a_line(text="@").replace(b"@", escaped)).text == read


def test_a_long_text_is_cut_and_says_so() -> None:
    """10,000 characters are matched at most."""
    post = decoded(a_line(text="火" * 10_001))
    assert (len(post.text), post.truncated) == (10_000, True)
    assert not decoded(a_line(text="火" * 10_000)).truncated


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>さくら<b>プリン</b></p><p>虫</p>", "さくらプリン\n虫"),
        ("a &amp; b<br>c&lt;d", "a & b\nc<d"),
        ("<script>alert(1)</script>x<style>p{}</style>", "x"),
        ("<![if IE]>x", "x"),
        ("a < b and b > c", "a < b and b > c"),
    ],
)
def test_html_becomes_plain_text(html: str, text: str) -> None:
    """Only a line that says so is taken for HTML."""
    assert decoded(a_line(text=html, format="html")).text == text
    assert decoded(a_line(text=html)).text == html


def test_only_a_repost_may_be_empty() -> None:
    """A repost has nothing to say beyond its target."""
    assert decoded(a_line(text="", kind="repost", target="3lk")).target == "3lk"


@pytest.mark.parametrize(
    ("claimed", "counted"),
    [
        ("2026-11-20T17:42:12Z", "2026-11-20T17:42:12Z"),
        ("2026-11-20T17:42:13Z", "2026-11-20T17:40:12Z"),
        ("9999-12-31T23:59:59Z", "2026-11-20T17:40:12Z"),
        ("0001-01-01T00:00:00Z", "2000-01-01T00:00:00Z"),
        ("2026-11-21T02:40:12+09:00", "2026-11-20T17:40:12Z"),
    ],
)
def test_claimed_times_are_believed_within_reason(claimed: str, counted: str) -> None:
    """The future counts as now, the distant past as late, and everything is in UTC."""
    post = decoded(a_line(created_at=claimed))
    assert post.created_at == datetime.fromisoformat(counted)
    assert post.created_at.tzinfo is UTC


def test_nobody_speaks_for_another_source() -> None:
    """Where senders are strangers, a line may only name its own source."""
    error = refusal(a_line(source="bluesky"), may_claim=False)
    assert error.field == "source"
    assert decoded(a_line(source="feed"), may_claim=False).source == "feed"


def test_a_deletion_is_read() -> None:
    """One id, nothing else needed."""
    item = post_line.decode(b'{"delete":"3lk"}', source="feed", received_at=NIGHT)
    assert item == Deletion(source="feed", id="3lk", received_at=NIGHT)


def test_a_post_may_be_about_the_word_delete() -> None:
    """Only the key makes a deletion."""
    assert decoded(a_line(text='"delete" "did" "time_us"')).id == "3lk"


@pytest.mark.skipif(not EXAMPLES.exists(), reason=f"{EXAMPLES.name} of recorded posts are not here")
def test_recorded_jetstream_commits_are_read_as_lines() -> None:
    """Lines of a recorded Jetstream count by their own times."""
    lines = (EXAMPLES / "jetstream_v1_real.jsonl").read_bytes().splitlines()
    items = list(replayed.posts(lines, source="bluesky", report=Remembered()))
    assert [item.kind for item in items if isinstance(item, Post)] == [
        "post",
        "post",
        "repost",
        "reply",
        "post",
    ]
    assert all(item.received_at.year == 2026 for item in items)


def test_in_a_replay_the_order_of_lines_is_the_order_of_arrival() -> None:
    """Without received_at a line arrived when the newest post so far was written."""
    times = ["17:00:00", "17:05:00", "17:01:00"]
    lines = [a_line(id=time, created_at=f"2026-11-20T{time}Z") for time in times]
    lines.append(a_line(id="x", created_at="2026-11-20T15:00:00Z", received_at="2026-11-20T18:00:00Z"))
    report = Remembered()
    arrived = [item.received_at for item in replayed.posts([*lines, b"{"], source="f", report=report)]
    start = datetime(2026, 11, 20, 17, tzinfo=UTC)
    assert arrived == [start + timedelta(minutes=minutes) for minutes in (0, 5, 5, 60)]
    assert len(report.kept_apart) == 1


def _dated(*times: str) -> list[bytes]:
    return [a_line(id=f"{place}", created_at=time) for place, time in enumerate(times)]


@pytest.mark.parametrize("place", [0, 3, 8])
def test_in_a_replay_a_post_from_the_future_does_not_move_the_clock(place: int) -> None:
    """It came when its neighbours did and counts as written then; the night goes on."""
    times = [f"2026-11-20T17:0{minute}:00Z" for minute in range(8)]
    times.insert(place, "2099-01-01T00:00:00Z")
    items = list(replayed.posts(_dated(*times), source="f", report=Remembered()))
    assert {item.received_at.year for item in items} == {2026}
    assert {item.created_at.year for item in items if isinstance(item, Post)} == {2026}
    punctual = [item for item in items if isinstance(item, Post) and item.id != str(place)]
    assert all(item.received_at == item.created_at for item in punctual)


def test_in_a_replay_late_posts_do_not_make_punctual_ones_come_from_the_future() -> None:
    """A post on time among many that are hours late arrived when it was written."""
    late = [f"2026-11-20T12:{minute:02}:00Z" for minute in range(20)]
    punctual = [f"2026-11-20T17:{minute:02}:00Z" for minute in range(20)]
    lines = _dated(*punctual, *late, "2026-11-20T17:30:00Z")
    items = list(replayed.posts(lines, source="f", report=Remembered()))
    arrived = [item.received_at.minute for item in items]
    assert arrived == [*range(20), *[19] * 20, 30]


def test_in_a_replay_a_long_silence_is_no_future() -> None:
    """What comes a week later and goes on from there is a week later."""
    lines = _dated("2026-11-20T17:00:00Z", "2026-11-27T17:00:00Z", "2026-11-27T17:05:00Z")
    items = list(replayed.posts(lines, source="f", report=Remembered()))
    assert [item.received_at.day for item in items] == [20, 27, 27]


@pytest.mark.parametrize(
    ("payload", "count"),
    [
        (b'{"id":"1"}', 1),
        (b'{\n "id": "1"\n}', 1),
        (b'{"id":"1"}\n\n{"id":"2"}\r\n', 2),
        (b'[{"id":"1"},\n{"id":"2"}]', 2),
        (b'{"id":"1"}\n{"id":', 2),
    ],
)
def test_a_payload_is_a_post_a_list_or_lines(payload: bytes, count: int) -> None:
    """Whatever is sent together is told apart."""
    assert len(post_line.payload_items(payload)) == count


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_file_in_another_encoding_is_told_so(encoding: str) -> None:
    """What an editor saved as "Unicode" is JSON, but not as it must be sent."""
    raw = '{"id":"1","text":"虫","created_at":"2026-11-20T17:40:00Z"}'.encode(encoding)
    with pytest.raises(BadPost, match="save it as UTF-8"):
        post_line.decode(raw, source="x", received_at=None)


def test_in_a_replay_a_file_that_has_the_newest_first_keeps_its_times() -> None:
    """Half an hour back with every line: no clock is wrong where nearly all of them would be."""
    times = [f"2026-11-20T{23 - half // 2:02}:{30 - half % 2 * 30:02}:00Z" for half in range(40)]
    items = list(replayed.posts(_dated(*times), source="f", report=Remembered()))
    written = [item.created_at for item in items if isinstance(item, Post)]
    assert [f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in written] == times
