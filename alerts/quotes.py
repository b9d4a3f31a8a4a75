"""Which three posts speak for the rest: on the point, sure, passed on, and each saying something else."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from alerts.abuse import abusive
from alerts.carriers import key_of, who
from alerts.incident import Quote
from alerts.terms import NOISE
from models.mention import Mention
from models.post import Post

QUOTES = 3
LONGEST_QUOTE = 280
_SAME = 0.35  # bigram overlap from which two posts say the same
_CANDIDATES = 16  # posts of a cluster among which its speaker is sought
_CLUSTERS = 400
_NEWS = 10.0  # how much a new thing that everybody says outweighs the size of a cluster
_BESIDE_THE_POINT = 0.05  # what a post counts that shares neither terms nor the risk
_ABUSIVE = 0.3
_REPLY = 0.7  # a reply is half a conversation
_UNSCORED = 0.5
_KEY = 0.7  # at least so much counts a post that was passed on, and half one of the risk, however scored
_GLANCE = 80  # characters: two lines of a phone

Passed = Mapping[str, int]
"""How many people passed a post ("source/id") on."""


class _Cluster(NamedTuple):
    """Posts that say the same: the one that speaks for them, its bigrams, how many said or passed it on."""

    speaker: Mention
    bigrams: frozenset[str]
    people: int
    passed: int
    weight: float

    @property
    def rank(self) -> tuple[float, str]:
        """Return what orders clusters: the weightiest first, and no chance between equals."""
        return -self.weight, key_of(self.speaker.post)


class _Point(NamedTuple):
    """What the fire is about: its terms with their weights, the share of risk posts, the news in bigrams."""

    terms: Mapping[str, float]
    risk: float
    news: Mapping[str, float]
    passed: Passed


def chosen(
    mentions: Sequence[Mention], earlier: Sequence[Mention], terms: Mapping[str, float], passed: Passed
) -> tuple[Quote, ...]:
    """Choose at most three posts that speak for *mentions*; those that most said or passed on lead.

    The choice does not depend on the order of *mentions*.
    """
    mentions = sorted(mentions, key=_seniority)
    before = _shares(earlier)
    news = {pair: max(share - before.get(pair, 0.0), 0.0) for pair, share in _shares(mentions).items()}
    risk = sum(bool(mention.risks) for mention in mentions) / (len(mentions) or 1)
    everything = clusters = _clusters(mentions, _Point(terms, risk, news, passed))
    picked: list[_Cluster] = []
    while clusters and len(picked) < QUOTES:
        # Who asks, or tells the news, speaks for a fire only where too few are unhappy aloud.
        unhappy = [cluster for cluster in clusters if _complains(cluster.speaker)]
        best = min(unhappy or clusters, key=lambda cluster: _appeal(cluster, picked))
        picked.append(best)
        # A text of signs and tags alone has no bigrams, so nothing overlaps it, itself neither.
        others = (cluster for cluster in clusters if cluster is not best)
        clusters = [cluster for cluster in others if overlap(cluster.bigrams, best.bigrams) < _SAME]
    spoken = zip(picked, _followers(picked, everything), strict=True)
    return tuple(
        quote(cluster.speaker.post, others=max(people - 1, 0), passed=cluster.passed)
        for cluster, people in sorted(spoken, key=lambda one: (-one[1] - one[0].passed, one[0].rank))
    )


def quote(post: Post, *, others: int = 0, passed: int = 0) -> Quote:
    """Quote a post as it stands; the page defuses it."""
    return Quote(
        source=post.source,
        id=post.id,
        text=post.text[:LONGEST_QUOTE],
        author=post.author.handle or post.author.name if post.author else "",
        url=post.url,
        at=post.created_at,
        others=others,
        passed=passed,
    )


def bigrams(text: str) -> frozenset[str]:
    """Return the character bigrams of a text, links, handles and white space aside."""
    bare = "".join(NOISE.sub("", text).split())
    return frozenset(bare[i : i + 2] for i in range(len(bare) - 1))


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Jaccard overlap of two sets of bigrams."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def _seniority(mention: Mention) -> tuple[datetime, str]:
    return mention.post.created_at, key_of(mention.post)


def _appeal(cluster: _Cluster, picked: Iterable[_Cluster]) -> tuple[float, str]:
    fresh = (1 - _closest(cluster, picked)) ** 2
    return -cluster.weight * fresh, key_of(cluster.speaker.post)


def _closest(cluster: _Cluster, picked: Iterable[_Cluster]) -> float:
    return max((overlap(cluster.bigrams, other.bigrams) for other in picked), default=0.0)


def _followers(picked: Sequence[_Cluster], clusters: Iterable[_Cluster]) -> list[int]:
    people = [0] * len(picked)
    for cluster in clusters:
        near = [overlap(cluster.bigrams, speaker.bigrams) for speaker in picked]
        if near and max(near) >= _SAME:
            people[near.index(max(near))] += cluster.people
    return people


def _shares(mentions: Sequence[Mention]) -> dict[str, float]:
    """Return the share of posts that each bigram stands in."""
    counts = Counter(pair for mention in mentions for pair in bigrams(mention.post.text))
    return {pair: count / len(mentions) for pair, count in counts.items()}


def _clusters(mentions: Sequence[Mention], point: _Point) -> list[_Cluster]:
    groups: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        groups[mention.cluster or key_of(mention.post)].append(mention)
    largest = sorted(groups.values(), key=lambda group: (-_people(group), _seniority(group[0])))
    return [_cluster(group, point) for group in largest[:_CLUSTERS]]


def _people(group: Iterable[Mention]) -> int:
    return len({who(mention.post) for mention in group})


def _cluster(group: Sequence[Mention], point: _Point) -> _Cluster:
    speaker = _medoid([one for one in group if _complains(one)][:_CANDIDATES] or group[:_CANDIDATES])
    pairs = bigrams(speaker.post.text)
    people = _people(group)
    passed = sum(point.passed.get(key_of(m.post), 0) for m in group)
    # Where nobody copies anybody every cluster is one post: then what is new, and said by many, decides.
    telling = sum(point.news.get(pair, 0.0) for pair in pairs) / (len(pairs) or 1)
    weight = (math.log1p(people + passed) + _NEWS * telling) * _legible(speaker.post.text)
    weight *= _bearing(speaker, point) * _certainty(speaker, passed)
    return _Cluster(speaker, pairs, people, passed, weight)


def _bearing(mention: Mention, point: _Point) -> float:
    """Weigh how much a post is to the point: its best new term, and the risk where that is the fire."""
    text, most = mention.post.text, max(point.terms.values(), default=1.0)
    held = max((weight for term, weight in point.terms.items() if term in text), default=0.0) / most
    return _BESIDE_THE_POINT + held + (point.risk if mention.risks else 0.0)


def _complains(mention: Mention) -> bool:
    """Tell whether a post is unhappy, of the risk, or not judged yet."""
    return mention.score is None or mention.score.label == "negative" or bool(mention.risks)


def _certainty(mention: Mention, passed: int) -> float:
    score, post = mention.score, mention.post
    sure = _UNSCORED if score is None else score.negative * (0.5 if score.unsure else 1.0)
    sure = max(sure, _KEY if passed > 1 else _KEY / 2 if mention.risks else 0.0)
    return sure * (_REPLY if post.kind == "reply" else 1.0) * (_ABUSIVE if abusive(post.text) else 1.0)


def _medoid(group: Sequence[Mention]) -> Mention:
    pairs = [bigrams(mention.post.text) for mention in group]
    return max(
        zip(group, pairs, strict=True),
        key=lambda item: sum(overlap(item[1], other) for other in pairs) * _legible(item[0].post.text),
    )[0]


def _legible(text: str) -> float:
    """Prefer what a tired reader takes in at a glance: neither a grunt nor an essay."""
    length = len("".join(NOISE.sub("", text).split()))
    if length < 10:  # noqa: PLR2004 - a grunt
        return 0.2 + 0.05 * length
    return 1.0 if length <= _GLANCE else max(0.5, _GLANCE / length)
