"""Who lit it, who carried it, and how many reacted: from observed reposts, quotes, replies and copies.

Followers are never counted. Nobody is remembered from one incident to the next: the names are those of an
incident's own evidence and go when it goes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from alerts.incident import Carrier, Observed, Reached
from models.mention import Mention
from models.post import Post

CARRIERS = 2
_ROOT = 4  # a starter reached at least one in so many of the people whom the largest spread reached
_CARRIED = 2  # people whom a carrier's post reached at least: one is nobody's spread
_CANDIDATES = 8  # posts that may play a part; most are passed on by nobody
_BUSIEST = 3
_PASSES_ON = frozenset({"repost", "quote"})
_NEVER = datetime.max.replace(tzinfo=UTC)


class Trace(NamedTuple):
    """A post without its words: ``key`` and ``target`` are "source/id", ``who`` is its author's key."""

    source: str
    key: str
    who: str
    at: datetime
    kind: str = "post"
    target: str = ""
    cluster: str = ""
    label: str = ""


class Passing(msgspec.Struct):
    """How one post was passed on."""

    people: set[str] = msgspec.field(default_factory=set)
    reposts: int = 0
    quotes: int = 0
    replies: int = 0


class Census(NamedTuple):
    """What was counted: in all, by source, and by post that others point to (with the people who copied it).

    ``first`` is the key of the first negative post, else of the first one; ``people`` is everybody.
    """

    observed: Observed
    reached: tuple[Reached, ...]
    passed: Mapping[str, Passing]
    copies: Mapping[str, int]
    first: str
    people: frozenset[str]

    @property
    def reach(self) -> dict[str, int]:
        """Return how many people passed each post on."""
        return {key: len(passing.people) for key, passing in self.passed.items()}


class Roles(NamedTuple):
    """The parts that people played: the post that lit it, those that carried it, how many reacted."""

    starter: str
    carriers: tuple[Carrier, ...]
    reactors: int
    unseen: int


def key_of(post: Post) -> str:
    """Return the key of a post as quotations spell it."""
    return f"{post.source}/{post.id}"


def who(post: Post) -> str:
    """Return the key of a post's author; where nobody is named, every post is somebody else's."""
    return f"{post.source}\n{post.author.id}" if post.author else key_of(post)


def traced(mentions: Iterable[Mention]) -> list[Trace]:
    """Return the traces of *mentions*."""
    return [_trace(mention) for mention in mentions]


def census(traces: Iterable[Trace]) -> Census:
    """Count *traces*; a post that is about two topics counts once, and their order does not matter."""
    once: dict[str, Trace] = {}
    for trace in sorted(traces, key=_seniority):
        once.setdefault(trace.key, trace)
    ordered = list(once.values())
    own = [trace for trace in ordered if trace.kind != "repost"]
    negative = (trace for trace in own if trace.label == "negative")
    passed = _passed(ordered)
    people = frozenset(trace.who for trace in ordered)
    return Census(
        observed=_observed(ordered, own, len(people)),
        reached=_reached(ordered),
        passed=passed,
        copies=_copies([trace for trace in own if trace.cluster], passed),
        first=next((trace.key for trace in (*negative, *own)), ""),
        people=people,
    )


def candidates(counted: Census) -> tuple[str, ...]:
    """Return the keys of the posts that may play a part."""
    return tuple(dict.fromkeys((*_most_passed(counted), *([counted.first] if counted.first else ()))))


def roles(counted: Census, posts: Mapping[str, Post]) -> Roles:
    """Say who started and who carried, among the *posts* that are known.

    The starter is the first of those whose post was passed on by many; a carrier's is another's, came
    after it and reached most. Posts that we never saw start nothing, but the people who passed them on
    are counted.
    """
    reach = counted.reach
    spread = [key for key in _most_passed(counted) if key in posts]
    most = max((reach[key] for key in spread), default=0)
    roots = [key for key in spread if reach[key] * _ROOT >= most]
    starter = min(roots, key=lambda key: (posts[key].created_at, key), default="")
    lit = {who(posts[starter])} if starter else set()
    later = [key for key in spread if posts[key].created_at >= posts[starter].created_at]
    chosen = [key for key in later if who(posts[key]) not in lit and reach[key] >= _CARRIED][:CARRIERS]
    acting = lit | {who(posts[key]) for key in chosen}
    lost = (counted.passed[key].people for key in _most_passed(counted) if key not in posts)
    return Roles(
        starter,
        tuple(_carrier(counted, posts[key]) for key in chosen),
        len(counted.people - acting),
        len(set[str]().union(*lost)),
    )


def _most_passed(counted: Census) -> list[str]:
    reach = counted.reach
    return sorted((key for key in reach if reach[key]), key=lambda key: (-reach[key], key))[:_CANDIDATES]


def _carrier(counted: Census, post: Post) -> Carrier:
    key = key_of(post)
    passing = counted.passed[key]
    handle = (post.author.handle or post.author.name or post.author.id) if post.author else post.id
    told = len(passing.people), key, passing.reposts, passing.quotes, passing.replies
    return Carrier(handle, post.created_at, *told, counted.copies.get(key, 0))


def _trace(mention: Mention) -> Trace:
    post = mention.post
    return Trace(
        source=post.source,
        key=key_of(post),
        who=who(post),
        at=post.created_at,
        kind=post.kind,
        target=f"{post.source}/{post.target}" if post.target else "",
        cluster=mention.cluster,
        label=mention.score.label if mention.score is not None else "",
    )


def _seniority(trace: Trace) -> tuple[datetime, str, str, str]:
    return trace.at, trace.key, trace.label, trace.cluster


def _passed(traces: Iterable[Trace]) -> dict[str, Passing]:
    passed: dict[str, Passing] = defaultdict(Passing)
    for trace in traces:
        if not trace.target:
            continue
        passing = passed[trace.target]
        if trace.kind in _PASSES_ON:
            passing.people.add(trace.who)
        passing.reposts += trace.kind == "repost"
        passing.quotes += trace.kind == "quote"
        passing.replies += trace.kind == "reply"
    return dict(passed)


def _observed(ordered: Sequence[Trace], own: Sequence[Trace], people: int) -> Observed:
    kinds = Counter(trace.kind for trace in ordered)
    authors: dict[str, str] = {}
    repeated = (t.cluster and authors.setdefault(t.cluster, t.who) != t.who for t in own)
    busiest = Counter(trace.who for trace in own).most_common(_BUSIEST)
    return Observed(
        posts=len(ordered),
        judged=sum(bool(trace.label) for trace in ordered),
        people=people,
        reposts=kinds["repost"],
        quotes=kinds["quote"],
        replies=kinds["reply"],
        copies=sum(map(bool, repeated)),
        top_share=sum(count for _, count in busiest) / len(own) if own else 0.0,
    )


def _copies(texts: Sequence[Trace], passed: Mapping[str, Passing]) -> dict[str, int]:
    """Return how many other people posted the text of a post that was passed on, afterwards."""
    found = {trace.key: trace for trace in texts if trace.key in passed}
    writers: dict[str, list[Trace]] = defaultdict(list)
    for trace in texts:
        writers[trace.cluster].append(trace)
    return {
        key: len({t.who for t in writers[one.cluster] if t.at >= one.at and t.who != one.who})
        for key, one in found.items()
    }


def _reached(traces: Iterable[Trace]) -> tuple[Reached, ...]:
    """Return each source with its people, the one that was negative first leading."""
    by_source: dict[str, list[Trace]] = defaultdict(list)
    for trace in traces:
        by_source[trace.source].append(trace)
    found = [_source(name, told) for name, told in by_source.items()]
    return tuple(sorted(found, key=lambda one: (one.since or _NEVER, one.source)))


def _source(name: str, traces: Sequence[Trace]) -> Reached:
    negative = [trace for trace in traces if trace.label == "negative"]
    return Reached(
        source=name,
        since=min((trace.at for trace in negative), default=None),
        people=len({trace.who for trace in traces}),
        negative=len({trace.who for trace in negative}),
    )
