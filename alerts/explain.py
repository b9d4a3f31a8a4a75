"""What a page tells beside its figures: three posts that speak for the rest, who set it off, what is new."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from alerts import harmless, quotes
from alerts.incident import Explanation, Quote
from alerts.terms import new_terms, person
from models.mention import Mention
from models.post import Post

CARRIERS = 2
_PASSED_ON = 2  # people who pass a post on make it part of what is said


def explain(
    mentions: Sequence[Mention],
    *,
    earlier: Sequence[Mention] = (),
    blind: Sequence[str] = (),
    silent: Sequence[tuple[str, datetime]] = (),
) -> Explanation:
    """Explain a flare-up by its own *mentions* (oldest first), beside *earlier* ones of the same topics."""
    voices = [mention for mention in mentions if _speaks(mention)]
    before = [mention for mention in earlier if _speaks(mention)]
    passed = _passed_on(mentions)
    reach = {key: len(people) for key, people in passed.items()}
    angry = [mention for mention in voices if mention.score is not None and mention.score.label == "negative"]
    telling = [mention for mention in voices if _tells(mention, reach)] or voices
    terms = new_terms(telling, before)
    starter, carriers = _spread(mentions, angry or voices, passed)
    return Explanation(
        quotes=quotes.chosen(telling, before, terms, reach),
        terms=tuple(terms),
        starter=starter,
        carriers=carriers,
        sources=tuple(dict.fromkeys(mention.post.source for mention in mentions)),
        blind=tuple(blind),
        silent=tuple(silent),
        harmless=harmless.signs(voices, telling, before, terms),
    )


def _speaks(mention: Mention) -> bool:
    return mention.post.kind != "repost" and bool(mention.post.text.strip()) and not mention.late


def _tells(mention: Mention, reach: Mapping[str, int]) -> bool:
    """Tell whether a post can speak for the fire: negative, or not praise and of the risk or passed on."""
    label = mention.score.label if mention.score is not None else ""
    passed = reach.get(f"{mention.post.source}/{mention.post.id}", 0) >= _PASSED_ON
    return label == "negative" or (label != "positive" and (bool(mention.risks) or passed))


def _passed_on(mentions: Sequence[Mention]) -> dict[str, set[str]]:
    """Return who passed which post on, from observed reposts and quotes."""
    passed: dict[str, set[str]] = defaultdict(set)
    for mention in mentions:
        post = mention.post
        if post.target and post.kind in {"repost", "quote"}:
            passed[f"{post.source}/{post.target}"].add(person(post))
    return passed


def _spread(
    mentions: Sequence[Mention], voices: Sequence[Mention], passed: Mapping[str, set[str]]
) -> tuple[Quote | None, tuple[tuple[str, datetime, int], ...]]:
    """Find the starter, and those whose posts were passed on most."""
    posts = {f"{m.post.source}/{m.post.id}": m.post for m in mentions}
    carried = {key: len(people) for key, people in passed.items() if key in posts}
    if not carried:
        return (quotes.quote(min(voices, key=_when).post) if voices else None), ()
    most = max(carried.values())
    roots = [posts[key] for key, people in carried.items() if people * 4 >= most]
    starter = min(roots, key=lambda post: post.created_at)
    reach: Counter[tuple[str, str]] = Counter()
    for key, people in carried.items():
        reach[person(posts[key]), key] += people
    carriers = tuple(
        (_handle(posts[key]), posts[key].created_at, people)
        for (who, key), people in reach.most_common(CARRIERS + 3)
        if who != person(starter)
    )
    return quotes.quote(starter), carriers[:CARRIERS]


def _when(mention: Mention) -> datetime:
    return mention.post.created_at


def _handle(post: Post) -> str:
    return (post.author.handle or post.author.name or post.author.id) if post.author else post.id
