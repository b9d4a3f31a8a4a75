"""Signs that a flare-up may be no fire; each is a share that was counted, none is concluded.

They are told beside the fire and never hide it: nothing here decides whether anybody is woken.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import timedelta

import msgspec

from alerts.carriers import key_of, who
from alerts.incident import Harmless, Sign
from alerts.terms import HASHTAG
from models.mention import Mention

SIGNS = 2
_LEAST = 5  # of fewer posts or people nothing is said
_MOST = 0.6  # "mostly"
_ALMOST_ALL = 0.85
_NEWLY = 0.5  # a source is news when it had at most this share before
_FRIENDLY = 1 / 3  # a campaign's tag stands in posts of which at most this part is negative
_TEXTS = 2  # copies are those of so many texts
_COPIED = 3  # people who make a text one that is copied
_DELAY = timedelta(minutes=15)  # a post that arrives so late was held up somewhere
_GIVEAWAY = re.compile(
    r"キャンペーン|懸賞|当選|抽選|プレゼント企画|フォロー[&＆]|giveaway|sweepstake|retweet to win",
    re.IGNORECASE,
)
_ON_AIR = re.compile(
    r"テレビ|番組|放送|オンエア|実況|特番|最終回|\b(?:on tv|live stream|aired|tonight's (?:show|episode))\b",
    re.IGNORECASE,
)

CAUSES: dict[Sign, str] = {
    "hashtag": "campaign",
    "campaign": "campaign",
    "broadcast": "broadcast",
    "delayed": "outage",
    "copies": "spam",
    "author": "spam",
    "source": "brigade",
    "weak": "namesake",
    "scattered": "chance",
}
"""What each sign would mean, if it is what it looks like."""


def signs(
    voices: Sequence[Mention],
    angry: Sequence[Mention],
    earlier: Sequence[Mention],
    terms: Mapping[str, float],
) -> tuple[Harmless, ...]:
    """Return what speaks for no fire, the strongest first: among all *voices*, and among the *angry* ones."""
    found = (_tagged(voices), _spoken(voices, "campaign", _GIVEAWAY), _spoken(voices, "broadcast", _ON_AIR),
             _delayed(voices), _copies(angry), _weak(angry), _one_author(angry), _one_source(angry, earlier),
             _scattered(angry, terms))  # fmt: skip
    return tuple(sorted((sign for sign in found if sign), key=lambda sign: -sign.share)[:SIGNS])


def _tagged(voices: Sequence[Mention]) -> Harmless | None:
    """Most people use one hashtag, and few of them are unhappy: a tag of protest is no campaign."""
    tags = [
        (tag.casefold(), mention) for mention in voices for tag in set(HASHTAG.findall(mention.post.text))
    ]
    tag, users = _most((tag, who(mention.post)) for tag, mention in tags)
    if not _friendly([mention for name, mention in tags if name == tag]):
        return None
    return _mostly("hashtag", users, _people(voices), f"#{tag}")


def _spoken(voices: Sequence[Mention], sign: Sign, words: re.Pattern[str]) -> Harmless | None:
    """Most people speak of a giveaway or a broadcast, and few of them are unhappy."""
    speaking = [mention for mention in voices if words.search(mention.post.text)]
    if not _friendly(speaking):
        return None
    word, _ = _most((found[0], key_of(m.post)) for m in speaking if (found := words.search(m.post.text)))
    return _mostly(sign, _people(speaking), _people(voices), word)


def _friendly(mentions: Sequence[Mention]) -> bool:
    unhappy = sum(mention.score is None or mention.score.label == "negative" for mention in mentions)
    risky = any(mention.risks for mention in mentions)
    return bool(mentions) and unhappy <= _FRIENDLY * len(mentions) and not risky


def _delayed(voices: Sequence[Mention]) -> Harmless | None:
    """Report that most posts came late and at once, as after an outage: the burst may be ours."""
    late = sum(mention.post.received_at - mention.post.created_at >= _DELAY for mention in voices)
    return _mostly("delayed", late, len(voices))


def _copies(angry: Sequence[Mention]) -> Harmless | None:
    """Report that most people repeat one or two texts."""
    writers: Counter[str] = Counter()
    writers.update(text for text, _ in {(m.cluster, who(m.post)) for m in angry if m.cluster})
    texts = sorted((text for text in writers if writers[text] >= _COPIED), key=lambda t: (-writers[t], t))
    repeated = set(texts[:_TEXTS])
    people = _people([mention for mention in angry if mention.cluster in repeated])
    sign = _mostly("copies", people, _people(angry))
    return msgspec.structs.replace(sign, texts=len(repeated)) if sign else None


def _weak(angry: Sequence[Mention]) -> Harmless | None:
    return _mostly("weak", sum(mention.weak for mention in angry), len(angry))


def _one_author(angry: Sequence[Mention]) -> Harmless | None:
    _, posts = _most((who(m.post), key_of(m.post)) for m in angry if m.post.author)
    return _mostly("author", posts, len(angry))


def _one_source(angry: Sequence[Mention], earlier: Sequence[Mention]) -> Harmless | None:
    """Report a source that almost all come from now and did not before; that one leads is no news."""
    source, people = _most((mention.post.source, who(mention.post)) for mention in angry)
    usual = sum(mention.post.source == source for mention in earlier) / (len(earlier) or 1)
    if len(earlier) < _LEAST or usual > _NEWLY:
        return None
    return _mostly("source", people, _people(angry), source, _ALMOST_ALL)


def _scattered(angry: Sequence[Mention], terms: Mapping[str, float]) -> Harmless | None:
    """Report that almost nobody shares a word with anybody; a risk class is a thing in common."""
    if not terms or any(mention.risks for mention in angry):
        return None
    alone = sum(not any(term in mention.post.text for term in terms) for mention in angry)
    return _mostly("scattered", alone, len(angry), least=_ALMOST_ALL)


def _mostly(sign: Sign, counted: int, of: int, what: str = "", least: float = _MOST) -> Harmless | None:
    if of < _LEAST or counted < least * of:
        return None
    return Harmless(sign=sign, share=counted / of, of=of, what=what, count=counted)


def _people(mentions: Iterable[Mention]) -> int:
    return len({who(mention.post) for mention in mentions})


def _most(pairs: Iterable[tuple[str, Hashable]]) -> tuple[str, int]:
    """Return the name with the most distinct partners, and how many."""
    counts = Counter(name for name, _ in set(pairs))
    return max(counts.items(), key=lambda item: (item[1], item[0]), default=("", 0))
