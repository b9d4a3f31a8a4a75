"""Which words are new in a fire, beside what the topic's own past says.

Words come from a *cutter*; the one here needs no dictionary: runs of one script, and what stands beside them.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from alerts.carriers import who
from alerts.commonplace import EVERYBODYS
from alerts.incident import Term
from models.flareup import Reason
from models.mention import Mention

NEVER_SEEN = "never_seen_terms"
TERMS = 4
HASHTAG = re.compile(r"[#＃](\w{2,40})")
NOISE = re.compile(r"https?://\S+|[@＠][\w.-]+|[#＃]\w+")
_KANJI = "一-龯々〆"
_RUN = re.compile(rf"[{_KANJI}]+|[ァ-ヴー]{{2,12}}|(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9'-]{{3,20}}")
# A kanji before these is the stem of an inflected word (虫入って, 写真見て): it belongs to no noun.
_INFLECTION = frozenset("っりるれらてめべきくけみんえ")
_AFTER_A_NOUN = re.compile(r"[がをはもとでや、。,.!?！？…」』\s]|の(?!ぞ)|に(?![行来い])|いる|いた|混|入|$")
_LONGEST_KANJI = 8
_COMMON_SINGLE = 0.2  # share of the people who must use a lone kanji
_EVERYBODY = 0.4  # share of the people that makes a lone kanji as good as any word
_RISKY = 0.5  # share of the risk posts in which a word must stand to be a word of the risk
_LONE = 0.5  # what a lone kanji, or a verb, counts beside a longer word
_MANNER = re.compile(
    r"(?!(?:jelly|family|supply|assembly|reply|anomaly|italy|emily)$)[a-z]{3,}ly"
)  # how, not what
_VERB = re.compile(r"[a-z]{3,}(?:ing|ed)")
_ONE_IN = 30  # of so many people one more must say a word before it is told
_HANDFUL = 10  # people of whom two that say the same are something
_NOBODY = 0.5  # people whom a word is worth that nobody has said
_HEARD = 30  # people to have heard before, for a word to be called never seen
_NEWS = 3  # people who must share a never-seen word to make it a signal
_DOUBT = 0.05
_FINALISTS = 60  # words of which the parts of others are left out
_WHOLE = 0.5  # share of a word's people who say it within a longer one, for that to stand for both
_REPEATED = re.compile(r"(.{1,3})\1+")
_PERSON = re.compile(r"(?:さん|くん|ちゃん|さま|君|氏|様)")


Cutter = Callable[[str], Iterable[str]]
"""Cuts a text into the words that could be terms."""


class News(NamedTuple):
    """The new words, the most telling first, and what each weighs."""

    terms: tuple[Term, ...]
    weights: Mapping[str, float]


class _Corpus(NamedTuple):
    """How many people use each word, of how many."""

    users: Counter[str]
    people: int


def news(now: Sequence[Mention], earlier: Sequence[Mention], cut: Cutter | None = None) -> News:
    """Return the words that are new in this fire.

    A word is weighed by the z-score of its log-odds; a lone kanji counts half unless the risk posts or very
    many people share it. Names of those who post are no words, nor is what the keyword lists look for.
    """
    cut = cut or terms_in
    known = {match.text.casefold() for mention in now for match in mention.matches}
    names = _names(now)
    here, before = _corpus(now, cut), _corpus(earlier, cut)
    risky = _corpus([mention for mention in now if mention.risks], cut)
    weighed: dict[str, float] = {}
    several = _several(here.people)
    for word, count in here.users.items():
        bare = word.lstrip("#").casefold()
        if count < several or bare in names or any(bare in spelling for spelling in known):
            continue
        share = _worth(word, here, risky)
        if share:
            weighed[word] = share * _rise(word, here, before)
    best = dict(sorted(weighed.items(), key=lambda item: (-item[1], item[0]))[:_FINALISTS])
    chosen = _chosen({word: weight for word, weight in best.items() if not _part(word, best, here)})
    return News(tuple(_term(word, here, before) for word in chosen), chosen)


def never_seen(found: News) -> tuple[Reason, ...]:
    """Return the signal of a word that nobody said before, if enough people say it now.

    ``high`` is what chance explains: of ``before_of`` people nobody said it, so with 95 % certainty at most
    1 - .05^(1/before_of) of people do (the exact "rule of three", Hanley and Lippman-Hand 1983).
    """
    fresh = [term for term in found.terms if term.never_seen]
    if not fresh:
        return ()
    lead = max(fresh, key=lambda term: term.people)
    expected = lead.of * _NOBODY / (lead.before_of + 1)
    high = lead.of * (1 - _DOUBT ** (1 / lead.before_of))
    if lead.people < max(_NEWS, high):
        return ()
    return (Reason(signal=NEVER_SEEN, value=float(lead.people), expected=expected, low=0.0, high=high),)


def terms_in(text: str) -> Iterator[str]:
    """Yield the words of *text* that could be terms."""
    text = NOISE.sub(" ", text)
    for found in _RUN.finditer(text):
        after = text[found.end() : found.end() + 3]
        term = _noun(found[0], after[:2])
        if term and sayable(term) and not _PERSON.match(after):
            yield term


def sayable(word: str) -> bool:
    """Tell whether *word* says what happened: not how people feel, or when, and no laughter."""
    bare = word.lstrip("#＃").casefold()
    return bare not in EVERYBODYS and not _MANNER.fullmatch(bare) and not _REPEATED.fullmatch(bare)


def _worth(word: str, here: _Corpus, risky: _Corpus) -> float:
    """Return what a word counts: a lone kanji may be a piece of one, a verb says less than a noun."""
    if _VERB.fullmatch(word):
        return _LONE
    count, n = here.users[word], here.people
    shared = risky.people > 1 and risky.users[word] >= _RISKY * risky.people
    if len(word) > 1 or count >= _EVERYBODY * n or shared:
        return 1.0
    return _LONE if count >= max(3.0, _COMMON_SINGLE * n) else 0.0


def _several(people: int) -> int:
    """Return how many people make a word a thing that is said."""
    return max(2 if people < _HANDFUL else 3, math.ceil(people / _ONE_IN))


def _part(word: str, words: Iterable[str], here: _Corpus) -> bool:
    """Tell whether *word* is mostly said as a part of a longer one."""
    enough = _WHOLE * here.users[word]
    return any(word != other and word in other and here.users[other] >= enough for other in words)


def _noun(run: str, after: str) -> str:
    if not re.match(f"[{_KANJI}]", run):
        return run
    stem = len(run) > 1 and after[:1] in _INFLECTION and after[:1] != ""
    noun = run[:-1] if stem else run
    if len(noun) == 1 and not stem and not _AFTER_A_NOUN.match(after):
        return ""
    return noun if len(noun) <= _LONGEST_KANJI else ""


def _chosen(scored: dict[str, float]) -> dict[str, float]:
    """Take the best, but no part of a word beside the word."""
    chosen: dict[str, float] = {}
    for term in sorted(scored, key=lambda term: (-scored[term], -len(term), term)):
        if scored[term] <= 0 or len(chosen) == TERMS:
            break
        if not any(term in other or other in term for other in chosen):
            chosen[term] = scored[term]
    return chosen


def _names(mentions: Iterable[Mention]) -> set[str]:
    """Return the names of those who post: a fire is not told by naming private people."""
    authors = (mention.post.author for mention in mentions)
    given = {name.casefold() for author in authors if author for name in (author.handle, author.name)}
    return given | {name.partition(".")[0] for name in given}


def _corpus(mentions: Iterable[Mention], cut: Cutter) -> _Corpus:
    said: set[tuple[str, str]] = set()
    people = set()
    for mention in mentions:
        author = who(mention.post)
        people.add(author)
        said |= {(word, author) for word in _words(mention, cut)}
    return _Corpus(Counter(word for word, _ in said), len(people))


def _words(mention: Mention, cut: Cutter) -> Iterator[str]:
    text = mention.post.text
    yield from (f"#{tag}" for tag in HASHTAG.findall(text) if sayable(tag))
    for match in mention.matches:
        # What the lists look for is no news; nor may a word grow out of it.
        text = text.replace(match.text, " ") if match.text else text
    yield from cut(NOISE.sub(" ", text))


def _rise(word: str, here: _Corpus, before: _Corpus) -> float:
    """Return the z-score of the word's log-odds now against before.

    Monroe, Colaresi & Quinn 2008, eq. 15, 19 and 22, for people instead of tokens. The informative prior is
    what everybody said, here and before, and worth as much.
    """
    y, n, past = here.users[word], here.people, before.users[word]
    m = max(before.people, n)  # where little is known, as many people are taken to have said nothing new
    usual = (y + past + _NOBODY) / (n + m + 2 * _NOBODY)
    prior, rest = (n + m) * usual, (n + m) * (1 - usual)
    rise = math.log((y + prior) / (n - y + rest)) - math.log((past + prior) / (m - past + rest))
    return rise / math.sqrt(1 / (y + prior) + 1 / (past + prior))


def _term(word: str, here: _Corpus, before: _Corpus) -> Term:
    past = before.users[word]
    return Term(
        term=word,
        people=here.users[word],
        of=here.people,
        before=past,
        before_of=before.people,
        z=_rise(word, here, before),
        never_seen=not past and before.people >= _HEARD,
    )
