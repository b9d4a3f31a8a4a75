"""Whatever happens and whatever people write: a page fits a phone, and nothing in it can do harm."""

import re
import unicodedata
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerts import page
from alerts.defuse import defuse, width
from alerts.digest.standdown import Rule
from alerts.escalation.record import Postponed, Ring
from alerts.incident import Carrier, Entry, Explanation, Harmless, Incident, Observed, Quote, Sign
from alerts.layout import rows
from alerts.notification_log import PageKind
from alerts.page import Ways, Written
from alerts.routing import Receiver
from models.event import Event
from models.flareup import Reason
from models.keyword import Topic
from models.response import FirstResponse
from tests.fakes_alerts import NIGHT, an_incident, minutes

POISON = (
    "@channel", "@everyone", "@here", "<!here>", "<@U012>", "<#C1|general>", "&lt;!channel&gt;", "＠",
    "https://evil.example/x?a=b#c", "https:/\u200b/evil.example", "HTTPS://EVIL.EXAMPLE", "evil.example/x",
    "www.evil.example", "例え.jp", "user@evil.example", "mailto:a", "見てtel:110", "javascript:alert(1)",
    "[click](https://evil.example)", "![](https://evil.example/p.png)", "**b**", "__u__", "~~s~~", "||s||",
    "```code```", "> quote", "# head", "-# small", "<b>", "<script>", "<img src=x>", "&amp;", "$PATH", "\\n",
    "\u202e\u2066gpj.exe\u2069", "\x1b[31mred\x1b[0m", "\x07\x00\x9b2J", "z̷͉͎͒̈́a̸̟͌͝l̵͙̈́", "\ufeff\u2028\u2029\r\n",
    "【緊急】", "」",
    "\ud83d", "\udd25\ud83d", "👨\u200d👩\u200d👧", "🇯🇵", "1\ufe0f\u20e3", "🏴\U000e0067\U000e007f", "👍🏽",
    "\U000f0000",
    "さくらプリンに虫が入ってた", "ﾊﾝｶｸ", "ЖЩ", "ไทย", "ทิ้", "{short}", "{id}", "{0}", "%s", "\t", " ",
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(st.one_of(st.sampled_from(POISON), st.text(max_size=12)), max_size=40).map("".join),
    st.text(max_size=300),
    st.sampled_from(POISON).map(lambda piece: (piece * 2_000)[:2_000]),
)
NAMES = st.one_of(st.sampled_from(POISON), st.text(max_size=60), st.just("さくらプリン" * 20))
FIGURES = st.one_of(st.integers(0, 99), st.integers(0, 10**9))
SHARES = st.floats(0, 1)
TIMES = st.floats(-600, 60 * 24 * 40).map(lambda after: NIGHT + minutes(after))
QUOTES = st.builds(
    Quote, source=NAMES, id=NAMES, text=TEXTS, author=NAMES, at=st.none() | TIMES, others=FIGURES
)
EVENTS = st.builds(
    Event,
    kind=st.sampled_from(["campaign", "broadcast", "launch", "sale", "announcement", "other"]),
    start=TIMES,
    end=TIMES,
    expected=st.floats(1, 1e6),
    note=TEXTS,
)
TOLD = st.builds(
    Explanation,
    quotes=st.lists(QUOTES, max_size=3).map(tuple),
    terms=st.lists(TEXTS, max_size=6).map(tuple),
    starter=st.none() | QUOTES,
    carriers=st.lists(st.builds(Carrier, NAMES, TIMES, FIGURES), max_size=3).map(tuple),
    blind=st.lists(NAMES, max_size=9).map(tuple),
    silent=st.lists(st.tuples(NAMES, TIMES), max_size=5).map(tuple),
    harmless=st.lists(
        st.builds(
            Harmless,
            sign=st.sampled_from(get_args(Sign)),
            share=SHARES,
            of=FIGURES,
            what=NAMES,
            texts=st.integers(0, 2),
        ),
        max_size=2,
    ).map(tuple),
    observed=st.builds(Observed, posts=st.integers(1, 9_999), judged=st.integers(0, 1)),
)
SIGNALS = (
    "negative_30_min", "negative_in_episode", "hundredth_in_minutes", "risk:safety", "risk:odd", "spread",
    "slow_burn:10h", "share", "people",
)  # fmt: skip
REASONS = st.builds(
    Reason, signal=st.sampled_from(SIGNALS), value=st.floats(0, 1e7), expected=st.floats(0, 1e6)
)
KINDS: tuple[PageKind, ...] = get_args(PageKind)
LINK = "https://watch.example/a/Xk3vQ8mZt5rB7wYp2LcN9d"
TAPPED = Ways(
    acknowledge=LINK,
    snooze=LINK.replace("X", "S"),
    not_a_fire=LINK.replace("X", "N"),
    verdict=LINK,
    tap=LINK,
)
PLACED = re.compile(
    r"https://(?:watch\.example/a/[A-Za-z0-9]{22}|wiki\.example/pudding)(?= |$)", re.MULTILINE
)
TYPED = re.compile(r"hinoban incidents \w+ [\w:]+(?: 30| --verdict \S+)?")
# What a chat program, a mail reader or a phone would act upon.
ACTED_UPON = re.compile(
    r"[@<>`*|#\\$&\[\]~]|://|\bwww\.|(?<![A-Za-z0-9])(?:mailto|tel|javascript):|[^\W_]\.[A-Za-z]{2}",
    re.IGNORECASE,
)


ANSWERS = st.builds(
    FirstResponse, at=TIMES, kind=st.sampled_from(["reply", "quote", "statement", "told"]), by=NAMES
)


@st.composite
def incidents(draw: st.DrawFn) -> Incident:
    """Draw an incident in any state, with anything said about it."""
    changes: dict[str, Any] = {
        "state": draw(st.sampled_from(["triggered", "acknowledged", "snoozed", "resolved", "reopened"])),
        "mood": draw(st.sampled_from(["negative", "mixed", "positive", "buzz"])),
        "topics": ("pudding", *draw(st.lists(st.just("cookie"), max_size=120))),
        "sources": tuple(draw(st.lists(NAMES, max_size=4))),
        "owner": draw(NAMES),
        "reopened": draw(st.integers(0, 3)),
        "negative": draw(FIGURES),
        "negative_expected": draw(st.floats(0, 1e6)),
        "peak": draw(st.floats(0, 1e8)),
        "share": draw(SHARES),
        "share_low": draw(SHARES),
        "share_high": draw(SHARES),
        "risks": draw(st.dictionaries(st.sampled_from(["safety", "odd"]), FIGURES, max_size=2)),
        "reasons": tuple(draw(st.lists(REASONS, max_size=3))),
        "found_late": draw(st.booleans()),
        "learning_since": draw(st.none() | TIMES),
        "resolved_at": draw(st.none() | TIMES),
        "verdict": draw(st.sampled_from([None, "real", "noise", "campaign", "not_us"])),
        "planned": tuple(draw(st.lists(EVENTS, max_size=2))),
        "first_response": draw(st.none() | ANSWERS),
        "explanation": draw(TOLD),
        "timeline": (Entry(at=NIGHT, what="acknowledged", by=draw(NAMES)),),
        "rung": tuple(
            Ring(to=draw(NAMES), at=NIGHT, severity="critical") for _ in range(draw(st.integers(0, 4)))
        ),
        "postponed": (
            Postponed(to="fallback", kind="first", severity="warning", at=NIGHT, until=NIGHT, became="paged"),
        ),
    }
    return an_incident(draw(st.sampled_from(["ember", "warning", "critical"])), **changes)


@settings(max_examples=60, deadline=None)
@given(
    incident=incidents(),
    kind=st.sampled_from(KINDS),
    language=st.sampled_from(["ja", "en"]),
    ways=st.sampled_from([Ways(), TAPPED]),
    name=TEXTS,
    runbook=st.sampled_from(["", "https://wiki.example/pudding", "広報に電話 " * 60]),
    beside=st.lists(NAMES.map(defuse), max_size=3),
)
def test_every_page_fits_and_is_harmless(
    incident: Incident, kind: PageKind, language: Any, ways: Ways, name: str, runbook: str, beside: list[str]
) -> None:
    """900 characters, 20 rows, a headline of 40 full-width characters, 70 in the short form, no harm."""
    topic = Topic(slug="pudding", name={"ja": name, "en": name}, runbook=runbook)
    receiver = Receiver(language=language)
    house = page.House(lambda who, _: f"{who} {name}", Rule(declared_by=name))
    written = page.write(
        incident, kind, receiver=receiver, topic_of=lambda _: topic, ways=ways, beside=beside, house=house
    )
    lines = written.text.split("\n")
    assert len(written.text) <= 900
    assert rows(written.text) <= 20
    assert width(lines[0]) <= 80
    assert len(written.short) <= 70
    assert written.short.count("\n") == 0
    _can_be_answered(written, kind, incident, ways)
    _does_no_harm(written)
    msgspec.json.encode((written.text, written.short))  # half a character would not go through


def _can_be_answered(written: Written, kind: PageKind, incident: Incident, ways: Ways) -> None:
    answer = incident.state != "acknowledged" if kind != "resolved" else incident.verdict is None
    if answer:
        assert (LINK if ways.tap else "hinoban incidents") in written.text
    if ways.tap:
        assert written.short.endswith(f" {LINK}")


def _does_no_harm(written: Written) -> None:
    for text in (written.text, written.short):
        ours = TYPED.sub("", PLACED.sub("", text)).replace("(link)", "")
        ours = re.sub(r"^\[([A-Z, a-z]+)\]", r"\1", ours)
        ours = re.sub(r"\+\d+ more|\d\.\d", "", ours)
        found = ACTED_UPON.search(ours)
        assert found is None, f"{found!r} in {text!r}"
        assert not [c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"} and c != "\n"]
        assert text.count("【") <= 1


@settings(max_examples=100, deadline=None)
@given(text=TEXTS)
@example("https:/\u200b/evil.example")
@example("\u200bw\u200bw\u200bw.evil.example")
@example("1://x.y")
@example("ﾃﾞmailto:a")
def test_defused_text_stays_defused(text: str) -> None:
    """Nothing is left to act upon, and to defuse it again changes nothing."""
    once = defuse(text[:5_000])
    assert ACTED_UPON.search(once) is None
    assert "\n" not in once
    assert defuse(once) == once


@pytest.mark.parametrize("piece", POISON)
def test_a_hundred_thousand_characters_take_no_more_room(piece: str) -> None:
    """A post of any length is clipped, and quickly."""
    quote = Quote(source="b", id="1", text=piece * (100_000 // len(piece)), author=piece * 999, others=3)
    told = Explanation(quotes=(quote,) * 3, terms=(quote.text,) * 3, starter=quote, blind=(quote.text,))
    incident = an_incident("critical", explanation=told, owner=quote.text, state="acknowledged")
    written = page.write(incident, "reminder", receiver=Receiver(), ways=TAPPED)
    assert len(written.text) <= 900
    assert rows(written.text) <= 20
    _does_no_harm(written)


def test_a_short_message_never_carries_half_a_link() -> None:
    """An address that leaves no room for what burns is left out; the headline then stands alone."""
    long = "https://a-very-long-host-name-of-a-watch.example.com/a/Xk3vQ8mZt5rB7wYp2LcN9d"
    ways = msgspec.structs.replace(TAPPED, tap=long)
    short = page.write(an_incident("critical"), "first", receiver=Receiver(), ways=ways).short
    assert "https" not in short
    assert short.startswith("【緊急】pudding 不満12人/30分")


@pytest.mark.parametrize(("length", "shown"), [(150, True), (400, False)])
def test_an_address_of_a_runbook_is_never_cut(length: int, *, shown: bool) -> None:
    """One that is too long for a page gives way to the built-in steps."""
    link = "https://wiki.example/" + "x" * length
    topic = Topic(slug="pudding", runbook=link)
    text = page.write(an_incident("critical"), "first", receiver=Receiver(), topic_of=lambda _: topic).text
    assert (link in text) is shown
    assert ("個別に返信しない" in text) is not shown
