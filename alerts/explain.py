"""What a page tells beside its figures: three posts that speak for the rest, who set it off, what is new."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from alerts import carriers, harmless, quotes, terms
from alerts.blindspots import unwatched
from alerts.carriers import Census, Roles, key_of
from alerts.incident import Explanation, Observed, Quote
from alerts.terms import Cutter
from models.mention import Mention
from models.post import Post

_PASSED_ON = 2  # people who pass a post on make it part of what is said


def explain(  # noqa: PLR0913 - one keyword for each kind of evidence
    mentions: Sequence[Mention],
    *,
    earlier: Sequence[Mention] = (),
    counted: Census | None = None,
    whole: Census | None = None,
    known: Iterable[Post] = (),
    blind: Sequence[str] = (),
    silent: Sequence[tuple[str, datetime]] = (),
    cut: Cutter | None = None,
    at: datetime | None = None,
) -> Explanation:
    """Explain a flare-up by its own *mentions*, beside *earlier* ones of the same topics.

    *counted* is the census of all its posts where the mentions are but a part, *whole* the one of all that
    burnt before it flared up again as well, *known* the posts that may have lit or carried it. The order of
    what is given does not matter.
    """
    counted = counted or carriers.census(carriers.traced(mentions))
    whole = whole or counted
    voices = [mention for mention in _once(mentions) if _speaks(mention)]
    before = [mention for mention in _once(earlier) if _has_words(mention)]
    reach = counted.reach  # made anew whenever it is asked for
    telling = [mention for mention in voices if _tells(mention, reach)] or voices
    news = terms.news(telling, before, cut)
    posts = {key_of(post): post for post in (*(mention.post for mention in mentions), *known)}
    told = Explanation(
        quotes=quotes.chosen(telling, before, news.weights, reach),
        terms=tuple(term.term for term in news.terms),
        new_terms=news.terms,
        reasons=terms.never_seen(news),
        sources=tuple(dict.fromkeys(reached.source for reached in whole.reached)),
        reached=whole.reached,
        blind=unwatched(blind, (one.post.source for one in (*mentions, *earlier))),
        silent=tuple(silent),
        harmless=harmless.signs(voices, telling, before, news.weights),
        at=at,
    )
    told = _with_roles(told, counted, posts, telling)
    return told if whole is counted else _with_whole(told, whole, posts)


def _with_roles(
    told: Explanation, counted: Census, posts: Mapping[str, Post], telling: Sequence[Mention]
) -> Explanation:
    roles = carriers.roles(counted, posts)
    first = posts.get(counted.first) or (telling[0].post if telling else None)
    return msgspec.structs.replace(
        told,
        first=_quoted(first, counted),
        starter=_quoted(posts.get(roles.starter) or first, counted),
        carriers=roles.carriers,
        observed=_observed(counted, roles),
    )


def _with_whole(told: Explanation, whole: Census, posts: Mapping[str, Post]) -> Explanation:
    """Let the counts, and the first post, be those since the fire began."""
    first = _quoted(posts.get(whole.first), whole) or told.first
    return msgspec.structs.replace(told, first=first, observed=_observed(whole, carriers.roles(whole, posts)))


def _observed(counted: Census, roles: Roles) -> Observed:
    return msgspec.structs.replace(counted.observed, reactors=roles.reactors, unseen=roles.unseen)


def _quoted(post: Post | None, counted: Census) -> Quote | None:
    return quotes.quote(post, passed=counted.reach.get(key_of(post), 0)) if post else None


def _once(mentions: Iterable[Mention]) -> list[Mention]:
    """Return one mention per post, oldest first: what is about two topics was said once."""
    posts: dict[str, Mention] = {}
    for mention in sorted(mentions, key=_when):
        known = posts.setdefault(key_of(mention.post), mention)
        if known is not mention:
            both = (*known.matches, *mention.matches)
            posts[key_of(mention.post)] = msgspec.structs.replace(known, matches=both)
    return list(posts.values())


def _speaks(mention: Mention) -> bool:
    return _has_words(mention) and not mention.late


def _has_words(mention: Mention) -> bool:
    return mention.post.kind != "repost" and bool(mention.post.text.strip())


def _tells(mention: Mention, reach: Mapping[str, int]) -> bool:
    """Tell whether a post can speak for the fire: negative, or not praise and of the risk or passed on."""
    label = mention.score.label if mention.score is not None else ""
    passed = reach.get(key_of(mention.post), 0) >= _PASSED_ON
    return label == "negative" or (label != "positive" and (bool(mention.risks) or passed))


def _when(mention: Mention) -> tuple[datetime, str, str]:
    return mention.post.created_at, key_of(mention.post), mention.topic
