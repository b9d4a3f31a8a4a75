"""Signs that a flare-up may be no fire; each is a share that was counted, none is concluded."""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence

from alerts.incident import Harmless, Sign
from alerts.terms import person
from models.mention import Mention

SIGNS = 2
_LEAST = 5  # of fewer posts or people nothing is said
_MOST = 0.6  # "mostly"
_ALMOST_ALL = 0.85
_NEWLY = 0.5  # a source is news when it had at most this share before
_FRIENDLY = 1 / 3  # a campaign's tag stands in posts of which at most this part is negative
_TAG = re.compile(r"[#＃](\w{2,40})")


def signs(
    voices: Sequence[Mention],
    angry: Sequence[Mention],
    earlier: Sequence[Mention],
    terms: Mapping[str, float],
) -> tuple[Harmless, ...]:
    """Return what speaks for no fire, the strongest first: among all *voices*, and among the *angry* ones."""
    found = (_campaign(voices), _copies(angry), _weak(angry), _one_author(angry), _one_source(angry, earlier),
             _scattered(angry, terms))  # fmt: skip
    return tuple(sorted((sign for sign in found if sign), key=lambda sign: -sign.share)[:SIGNS])


def _campaign(voices: Sequence[Mention]) -> Harmless | None:
    """Most people use one hashtag, and few of them are unhappy: a tag of protest is no campaign."""
    tags = [(tag.casefold(), mention) for mention in voices for tag in set(_TAG.findall(mention.post.text))]
    tag, users = _most((tag, person(mention.post)) for tag, mention in tags)
    using = [mention for name, mention in tags if name == tag]
    unhappy = sum(mention.score is None or mention.score.label == "negative" for mention in using)
    if not using or unhappy > _FRIENDLY * len(using) or any(mention.risks for mention in using):
        return None
    return _mostly("hashtag", users, len({person(mention.post) for mention in voices}), f"#{tag}")


def _copies(angry: Sequence[Mention]) -> Harmless | None:
    _, people = _most((mention.cluster, person(mention.post)) for mention in angry if mention.cluster)
    return _mostly("copies", people, len({person(mention.post) for mention in angry}))


def _weak(angry: Sequence[Mention]) -> Harmless | None:
    return _mostly("weak", sum(mention.weak for mention in angry), len(angry))


def _one_author(angry: Sequence[Mention]) -> Harmless | None:
    _, posts = _most((person(m.post), (m.post.source, m.post.id)) for m in angry if m.post.author)
    return _mostly("author", posts, len(angry))


def _one_source(angry: Sequence[Mention], earlier: Sequence[Mention]) -> Harmless | None:
    """Report a source that almost all come from now and did not before; that one leads is no news."""
    source, people = _most((mention.post.source, person(mention.post)) for mention in angry)
    usual = sum(mention.post.source == source for mention in earlier) / (len(earlier) or 1)
    if len(earlier) < _LEAST or usual > _NEWLY:
        return None
    return _mostly("source", people, len({person(mention.post) for mention in angry}), source, _ALMOST_ALL)


def _scattered(angry: Sequence[Mention], terms: Mapping[str, float]) -> Harmless | None:
    """Report that almost nobody shares a word with anybody; a risk class is a thing in common."""
    if not terms or any(mention.risks for mention in angry):
        return None
    alone = sum(not any(term in mention.post.text for term in terms) for mention in angry)
    return _mostly("scattered", alone, len(angry), least=_ALMOST_ALL)


def _mostly(sign: Sign, counted: int, of: int, what: str = "", least: float = _MOST) -> Harmless | None:
    if of < _LEAST or counted < least * of:
        return None
    return Harmless(sign=sign, share=counted / of, of=of, what=what)


def _most(pairs: Iterable[tuple[str, Hashable]]) -> tuple[str, int]:
    """Return the name with the most distinct partners, and how many."""
    counts = Counter(name for name, _ in set(pairs))
    return max(counts.items(), key=lambda item: (item[1], item[0]), default=("", 0))
