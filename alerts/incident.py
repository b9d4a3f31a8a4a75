"""What people own: one incident for one flare-up, across the topics and sources of a brand."""

from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from alerts.escalation.record import Postponed, Ring, Round
from alerts.mute import Exclusion, Mute
from models.curve import Curve
from models.event import Event
from models.flareup import Mood, Reason
from models.response import FirstResponse

IncidentState = Literal["triggered", "acknowledged", "snoozed", "resolved", "reopened"]
Severity = Literal["ember", "warning", "critical"]
Verdict = Literal["real", "noise", "campaign", "not_us"]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the timeline: what changed, when, by whom, by which channel, and why."""

    at: datetime
    what: str
    by: str = ""
    channel: str = ""
    why: str = ""


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A representative post: its key (``source``, ``id``), its text, and how many say the same.

    ``passed`` are the people who passed it, or a copy of it, on.
    """

    source: str
    id: str
    text: str
    author: str = ""
    url: str = ""
    at: datetime | None = None
    others: int = 0
    passed: int = 0


class Carrier(NamedTuple):
    """Somebody whose post was passed on: to how many people, and by what was observed.

    ``people`` reposted or quoted it, each once; ``copies`` are others who posted the same text afterwards.
    """

    who: str
    at: datetime
    people: int
    post: str = ""
    reposts: int = 0
    quotes: int = 0
    replies: int = 0
    copies: int = 0


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """A word that is new: people of ``of`` who use it now, beside people of ``before_of`` who did before.

    ``z`` is how many standard errors its log-odds have risen; ``never_seen``: nobody said it before, and
    enough was heard before to tell.
    """

    term: str
    people: int
    of: int
    before: int
    before_of: int
    z: float
    never_seen: bool = False


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """A source that takes part: since its first negative post, with so many people and negative people."""

    source: str
    since: datetime | None
    people: int
    negative: int


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted of the posts since the flare-up began, each once however many topics it is about.

    ``judged`` of ``posts`` have a score; ``copies`` repeat another person's text; ``reactors`` are the
    people who neither started nor carried it, a number only; ``top_share`` is the part of the posts with
    words of their own that the three busiest people wrote; ``unseen`` people passed on what we never saw.
    """

    posts: int = 0
    judged: int = 0
    people: int = 0
    reposts: int = 0
    quotes: int = 0
    replies: int = 0
    copies: int = 0
    reactors: int = 0
    top_share: float = 0.0
    unseen: int = 0


Sign = Literal[
    "hashtag", "campaign", "broadcast", "delayed", "copies", "source", "author", "weak", "scattered"
]


class Harmless(msgspec.Struct, frozen=True, kw_only=True):
    """A counted sign that it may be no fire: ``count`` of ``of`` posts or people; ``what`` is its name.

    ``texts`` is how many texts the ``copies`` repeat.
    """

    sign: Sign
    share: float
    of: int
    what: str = ""
    count: int = 0
    texts: int = 0


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows beside the figures; every word of it is quoted or counted, none invented.

    ``first`` is the first post of the flare-up, ``starter`` the first that others passed on, ``carriers``
    those whose posts were passed on most; ``blind`` names what is not watched, ``silent`` what is silent
    now, ``harmless`` the signs that it may be no fire. ``reasons`` are the signals that only what was said
    can give; ``at`` is when all this was looked up; ``curve`` is what a picture of it is drawn from.
    """

    quotes: tuple[Quote, ...] = ()
    terms: tuple[str, ...] = ()
    starter: Quote | None = None
    carriers: tuple[Carrier, ...] = ()
    sources: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()
    silent: tuple[tuple[str, datetime], ...] = ()
    harmless: tuple[Harmless, ...] = ()
    first: Quote | None = None
    observed: Observed = Observed()
    new_terms: tuple[Term, ...] = ()
    reached: tuple[Reached, ...] = ()
    reasons: tuple[Reason, ...] = ()
    at: datetime | None = None
    curve: Curve | None = None

    @property
    def quoted(self) -> tuple[Quote, ...]:
        """Return every post that is quoted here."""
        return tuple(quote for quote in (*self.quotes, self.starter, self.first) if quote is not None)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What one topic contributes to an incident, as of its last flare-up transition (``at``)."""

    topic: str
    started_at: datetime
    at: datetime
    burning: bool
    size: float = 0.0
    negative: float = 0.0
    negative_expected: float = 0.0
    share: float = 0.0
    share_low: float = 0.0
    share_high: float = 0.0
    risks: dict[str, int] = {}


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One flare-up as people handle it; every change is a new value.

    ``id`` is ``brand:topic:20261120T1740Z`` (the flare-up's start), frozen at opening. ``size`` and
    ``peak`` are negative people per hour; ``announced`` is the size at the last growth line. The figures
    are those of the part that burns most: a person may speak of two topics, so parts are not summed.
    ``opened_size`` and ``opened_sources`` remember where it began; ``paged_at`` is the last decided page;
    while ``held_below`` is above 0 somebody said "not a fire" and nothing pages below that size;
    ``revision`` counts the changes, so that an old state never replaces a newer one. ``risks`` are
    authors in two hours by risk class, ``summary`` is the headline as its receiver reads it and
    ``summaries`` the same by language; ``decided`` names the signals that decided the severity, while
    ``reasons`` are kept fresh. ``round`` is who is being asked, ``rung`` who was since it (re)opened, and
    ``postponed`` what quiet hours held back. ``mutes`` are the spellings that somebody silenced because they
    are not us, ``exclusions`` what is suggested to the owner of the keyword list since; ``first_response`` is
    when the brand first answered in public.
    """

    id: str
    brand: str
    topic: str
    topics: tuple[str, ...]
    state: IncidentState
    severity: Severity
    mood: Mood
    started_at: datetime
    opened_at: datetime
    updated_at: datetime
    reasons: tuple[Reason, ...] = ()
    explanation: Explanation = Explanation()
    size: float = 0.0
    peak: float = 0.0
    announced: float = 0.0
    negative: int = 0
    negative_expected: float = 0.0
    share: float = 0.0
    share_low: float = 0.0
    share_high: float = 0.0
    found_late: bool = False
    learning_since: datetime | None = None
    owner: str = ""
    ack_until: datetime | None = None
    snoozed_until: datetime | None = None
    resolved_at: datetime | None = None
    verdict: Verdict | None = None
    reopened: int = 0
    timeline: tuple[Entry, ...] = ()
    parts: tuple[Part, ...] = ()
    sources: tuple[str, ...] = ()
    opened_size: float = 0.0
    opened_sources: int = 0
    paged_at: datetime | None = None
    held_below: float = 0.0
    revision: int = 1
    risks: dict[str, int] = {}
    summary: str = ""
    summaries: dict[str, str] = {}
    decided: tuple[str, ...] = ()
    planned: tuple[Event, ...] = ()
    round: Round | None = None
    rung: tuple[Ring, ...] = ()
    postponed: tuple[Postponed, ...] = ()
    mutes: tuple[Mute, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    first_response: FirstResponse | None = None

    @property
    def fire(self) -> bool:
        """Tell whether this is trouble (negative, mixed) rather than praise or buzz."""
        return self.mood in {"negative", "mixed"}

    @property
    def open(self) -> bool:
        """Tell whether somebody may still have to act."""
        return self.state != "resolved"
