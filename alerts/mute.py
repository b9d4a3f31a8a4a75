"""Muting one spelling until the morning: a namesake is not us, and wakes nobody twice."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from models.mention import Match, Mention

MORNING = 9
"""The hour of the responder's day at which a muted spelling counts again."""
_SHARED = 0.6  # of those who use a spelling, so many must go on alike for it to be another word
_LONGEST = 24  # characters of a word that is suggested
_FEWEST = 3  # mentions of which something can be said
_DAY = timedelta(days=1)


class Mute(msgspec.Struct, frozen=True, kw_only=True):
    """A spelling that is not counted from ``since`` until ``until``, in some topics of a brand.

    It carried ``mentions`` of the ``of`` that were looked at. Other spellings count on, and so does
    everything of a risk class, whatever its spelling.
    """

    brand: str
    topics: tuple[str, ...]
    spelling: str
    since: datetime
    until: datetime
    by: str
    mentions: int
    of: int


class Exclusion(msgspec.Struct, frozen=True, kw_only=True):
    """A suggestion to the owner of keyword list ``list``: what would have kept the namesake out.

    ``words`` contain the spelling and would mask it (as ``none``); each stands in ``mentions`` of ``of``
    posts of the namesake. Without any, ``beside`` are words that stand beside it and would refuse the post.
    """

    list: str
    topic: str
    spelling: str
    words: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    mentions: int = 0
    of: int = 0
    at: datetime
    by: str


class Ruling(NamedTuple):
    """What follows from "that is not us": the mute, and the suggestion."""

    mute: Mute
    exclusion: Exclusion


class Claim(NamedTuple):
    """Who says "that is not us", when, by which clock and channel; ``muted`` does not count already.

    Without a ``spelling`` the one is meant that carried most.
    """

    by: str
    at: datetime
    zone: ZoneInfo
    channel: str = ""
    muted: tuple[Mute, ...] = ()
    spelling: str = ""


def ruled(mentions: Sequence[Mention], claim: Claim, terms: Iterable[str] = ()) -> Ruling | None:
    """Choose the spelling that carried most of *mentions*, and suggest what to exclude; None without any."""
    known = [(mention, _spellings(mention) - _muted(mention, claim.muted)) for mention in mentions]
    spellings = Counter(spelling for _, brought in known for spelling in brought)
    spelling = max(spellings, key=lambda text: (spellings[text], len(text), text), default="")
    if claim.spelling:
        spelling = claim.spelling if claim.spelling in spellings else ""
    carried = [mention for mention, brought in known if spelling in brought]
    if not carried:
        return None
    mute = Mute(
        brand=carried[0].brand,
        topics=tuple(sorted({mention.topic for mention in carried})),
        spelling=spelling,
        since=claim.at,
        until=morning(claim.at, claim.zone),
        by=claim.by,
        mentions=len(carried),
        of=len(mentions),
    )
    return Ruling(mute, _suggested(spelling, carried, terms, mute))


def late(resolved_at: datetime | None, at: datetime) -> bool:
    """Tell whether a fire has been over for so long that what brought it cannot be muted any more."""
    return resolved_at is not None and at - resolved_at > _DAY


def morning(at: datetime, zone: ZoneInfo) -> datetime:
    """Return the next 09:00 of *zone* after *at*."""
    local = at.astimezone(zone)
    today = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    # The wall's 09:00, also where a clock changes in between.
    return (today if today > local else today + timedelta(days=1)).astimezone(at.tzinfo)


def silence(mutes: Iterable[Mute], mention: Mention, matches: Sequence[Match], at: datetime) -> bool:
    """Tell whether *mention*, which was found by *matches*, does not count at *at*: all of them are muted."""
    muted = _muted(mention, [mute for mute in mutes if mute.since <= at < mute.until])
    return bool(matches) and all(match.spelling in muted and not match.risk for match in matches)


def beside(known: Iterable[Mute], one: Mute) -> tuple[Mute, ...]:
    """Return what is muted from now on: *one*, and what was muted before and still is."""
    return (*(other for other in known if other.until > one.since), one)


def instead(known: Iterable[Exclusion], one: Exclusion) -> tuple[Exclusion, ...]:
    """Return what is suggested from now on: *one*, instead of an older suggestion about its spelling."""
    return (*(other for other in known if other.spelling != one.spelling), one)


def said(mute: Mute, zone: ZoneInfo) -> str:
    """Return in one sentence what is muted, for the timeline and for whoever asked."""
    return (
        f"{mute.spelling} is muted until {mute.until.astimezone(zone):%H:%M} {zone.key}"
        f" ({mute.mentions} of {mute.of} mentions); other spellings and risk classes still page"
    )


def _muted(mention: Mention, mutes: Iterable[Mute]) -> set[str]:
    """Return the spellings that *mutes* silence in the topic of *mention*."""
    ours = (mute for mute in mutes if mute.brand == mention.brand and mention.topic in mute.topics)
    return {mute.spelling for mute in ours}


def _spellings(mention: Mention) -> set[str]:
    """Return the spellings that alone brought *mention* here; none where a risk class did."""
    if any(match.risk for match in mention.matches):
        return set()
    return {match.spelling for match in mention.matches if match.strength == "strong"}


def _suggested(spelling: str, carried: Sequence[Mention], terms: Iterable[str], mute: Mute) -> Exclusion:
    places = [
        (mention, match) for mention in carried for match in mention.matches if match.spelling == spelling
    ]
    word = _longer([(mention.post.text, match.start, match.end) for mention, match in places])
    texts = [mention.post.text for mention in carried]
    found = tuple([word] if word else [])
    beside = () if found else tuple(term for term in terms if _marks(term, spelling, texts))[:3]
    return Exclusion(
        list=places[0][1].list,
        topic=carried[0].topic,
        spelling=spelling,
        words=found,
        beside=beside,
        mentions=sum(any(one in text for one in (*found, *beside)) for text in texts),
        of=len(texts),
        at=mute.since,
        by=mute.by,
    )


def _marks(term: str, spelling: str, texts: Sequence[str]) -> bool:
    return term not in spelling and sum(term in text for text in texts) >= _SHARED * len(texts)


def _longer(places: Sequence[tuple[str, int, int]]) -> str:
    """Return the longer word of which the spelling is a part in most *places*; empty when it stands alone."""
    if len(places) < _FEWEST:
        return ""
    # The most usual form of the spelling itself stands between.
    forms = Counter(text[start:end] for text, start, end in places)
    form = max(forms, key=lambda form: (forms[form], form))
    after = "".join(_common([text[end : end + _LONGEST] for text, _, end in places], _script(form[-1:])))
    heads = [text[max(start - _LONGEST, 0) : start][::-1] for text, start, _ in places]
    before = "".join(_common(heads, _script(form[:1])))[::-1]
    return f"{before}{form}{after}" if before or after else ""


def _common(tails: list[str], script: str) -> Iterator[str]:
    """Yield the letters of one *script* by which most *tails* begin: where it changes, a word ends."""
    least = _SHARED * len(tails)
    for place in range(_LONGEST):
        letters = Counter(
            tail[place] for tail in tails if len(tail) > place and _script(tail[place]) == script
        )
        letter, uses = max(letters.items(), key=lambda one: (one[1], one[0]), default=("", 0))
        if uses < least:
            return
        yield letter
        tails = [tail for tail in tails if len(tail) > place and tail[place] == letter]


def _script(char: str) -> str:
    """Return the script of a letter, as its Unicode name begins; a sign has none that could go on."""
    if not char.isalnum() and char != "ー":
        return " "
    return "KATAKANA" if char == "ー" else unicodedata.name(char, "?").split(" ", 1)[0].split("-", 1)[0]
