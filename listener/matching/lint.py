"""Tell brand teams what is odd in their lists: too broad, twice, shadowed, expired, meaning many things."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, Literal

import msgspec

from listener.matching.boundary import WordBoundaries
from listener.matching.markup import is_address, without_addresses
from listener.matching.matcher import DEFAULT_WORDS, Matcher
from listener.matching.normalise import cleaned
from listener.matching.query import Rule, contains
from listener.matching.spelling import Haystack
from listener.matching.term import Term
from models.keyword import Keyword, KeywordList

Kind = Literal[
    "broad",
    "duplicate",
    "shadowed",
    "removes-everything",
    "one-character",
    "expired",
    "folds-alike",
    "homonym",
    "typo",
    "never-matches",
    "signs-only",
]
_LETTER: Final = re.compile(r"[^\W_ー]")

HOMONYMS: Final = {
    "スーパーカップ": "an ice cream, a noodle and several football cups",
    "ライン": "a messenger and a line",
    "アマゾン": "a shop and a river",
    "アップル": "a computer maker and an apple",
    "楽天": "a shop, and 楽天的 is cheerful",
    "マック": "a restaurant, a computer and a first name",
    "セブン": "a shop and the number seven",
    "さくら": "a brand, a flower, a first name and a shill",
    "ファンタ": "a drink and the beginning of fantasy",
    "キリン": "a brewer and a giraffe",
    "アサヒ": "a brewer, a newspaper and the morning sun",
    "エース": "a brand and the best player",
    "イオン": "a shop and an ion",
    "ソフトバンク": "a carrier and a baseball team",
    "ロッテ": "a sweet maker and a baseball team",
    "みなと": "a harbour and many places called so",
    "apple": "a computer maker and an apple",
    "target": "a shop and a target",
    "gap": "a shop and a gap",
    "line": "a messenger and a line",
}


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One odd thing: where, which term, of which kind, and what to do about it."""

    list: str
    topic: str
    keyword: str
    term: str
    kind: Kind
    message: str


def findings(
    lists: Sequence[KeywordList],
    recent: Iterable[str] = (),
    *,
    now: datetime,
    rate: float = 0.01,
    words: WordBoundaries | None = DEFAULT_WORDS,
) -> list[Finding]:
    """Return what is odd in *lists*, given the texts of *recent* posts; *rate* is how much is too broad."""
    rules = [Rule(one, keyword) for one in lists for keyword in one.keywords]
    found = [finding for rule in rules for finding in _about_one(rule, now)]
    found += _across(rules)
    found += _too_broad(lists, list(recent), now, rate, words)
    return sorted(found, key=lambda f: (f.list, f.topic, f.keyword, f.kind, f.term))


def _finding(rule: Rule, term: str, kind: Kind, message: str) -> Finding:
    keyword = rule.keyword
    return Finding(
        list=rule.list.slug,
        topic=keyword.topic,
        keyword=keyword.any[0],
        term=term,
        kind=kind,
        message=message,
    )


def _about_one(rule: Rule, now: datetime) -> Iterator[Finding]:
    keyword = rule.keyword
    if keyword.expires and keyword.expires <= now:
        yield _finding(
            rule, keyword.any[0], "expired", f"expired on {keyword.expires:%Y-%m-%d}; delete it or extend it"
        )
    known = {topic.slug for topic in rule.list.topics}
    if known and keyword.topic not in known:
        message = (
            f"topic {keyword.topic} is not among the list's topics ({', '.join(sorted(known))}); a typo?"
        )
        yield _finding(rule, keyword.any[0], "typo", message)
    for term in rule.any:
        yield from _about_spelling(rule, term)
    yield from _alike(rule)
    for exclusion in keyword.none:
        yield from _about_exclusion(rule, exclusion)


def _about_spelling(rule: Rule, term: Term) -> Iterator[Finding]:
    if without_addresses(cleaned(term.text)) != cleaned(term.text) and not is_address(cleaned(term.text)):
        yield _finding(
            rule,
            term.text,
            "never-matches",
            "is an address, and those are not searched; write the name itself",
        )
    if not _LETTER.search(term.spelling.letters):
        yield _finding(
            rule, term.text, "signs-only", "has no letter or digit, so it matches far and wide; write a word"
        )
    elif len(term.spelling.letters) == 1:
        yield _finding(
            rule, term.text, "one-character", "one character matches nearly everything; write a longer term"
        )
    meanings = HOMONYMS.get(term.text) or HOMONYMS.get(cleaned(term.text))
    if meanings and not (rule.keyword.none or rule.keyword.near or rule.keyword.all):
        yield _finding(rule, term.text, "homonym", f"means {meanings}; add exclusions, near or all")


def _alike(rule: Rule) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for term in rule.any:
        before = first.setdefault(term.spelling.folded, term.text)
        if before is not term.text:
            yield _finding(
                rule, term.text, "folds-alike", f"is the same as {before} to the matcher; one is enough"
            )


def _about_exclusion(rule: Rule, exclusion: str) -> Iterator[Finding]:
    term = Term(exclusion, rule.keyword.mode, rule.keyword.kana)
    if any(term.spelling.letters == one.spelling.letters for one in rule.any):
        yield _finding(
            rule, exclusion, "removes-everything", "is itself a spelling, so nothing is left; delete one"
        )
        return
    if any(contains(term, one) for one in rule.any):
        return
    emptied = [one.text for one in rule.any if _stands_in(term, one)]
    if emptied:
        message = f"stands inside {emptied[0]}, so every post with it is refused; write a longer exclusion"
        yield _finding(rule, exclusion, "removes-everything", message)


def _stands_in(term: Term, spelling: Term) -> bool:
    return any(True for _ in term.spelling.places(Haystack(cleaned(spelling.text))))


def _across(rules: list[Rule]) -> Iterator[Finding]:
    """Compare the keywords of a topic with each other: the same spelling twice, one inside another."""
    topics: dict[tuple[str, str], list[tuple[Rule, Term]]] = {}
    for rule in rules:
        for term in rule.any:
            topics.setdefault((rule.list.brand, rule.keyword.topic), []).append((rule, term))
    for entries in topics.values():
        yield from _twice(entries)
        yield from _shadowed(entries)


def _twice(entries: list[tuple[Rule, Term]]) -> Iterator[Finding]:
    first: dict[tuple[str, str], Rule] = {}
    for rule, term in entries:
        before = first.setdefault((term.spelling.letters, rule.keyword.risk), rule)
        if before is not rule and _conditions(before.keyword) == _conditions(rule.keyword):
            where = "" if before.list.slug == rule.list.slug else f" of {before.list.slug}"
            yield _finding(
                rule,
                term.text,
                "duplicate",
                f"is also in {before.keyword.any[0]}{where}; keep one of the two",
            )


def _conditions(keyword: Keyword) -> Keyword:
    return msgspec.structs.replace(keyword, any=(), none=(), note="")


def _shadowed(entries: list[tuple[Rule, Term]]) -> Iterator[Finding]:
    """Find spellings that add nothing: a shorter one without further conditions already matches there."""
    free = {
        t.spelling.letters: t for r, t in entries if r.keyword.mode == "substring" and _is_free(r.keyword)
    }
    edges = {t.spelling.letters: t for r, t in entries if _is_free(r.keyword)}
    for rule, term in entries:
        if rule.keyword.risk:
            continue
        shadow = next((free[part] for part in _inner(term.spelling.letters) if part in free), None)
        shadow = shadow or next((edges[p] for p in _whole_words(term.text) if p in edges), None)
        if shadow and shadow.spelling.letters != term.spelling.letters:
            message = f"adds nothing: {shadow.text} of the same topic already matches there"
            yield _finding(rule, term.text, "shadowed", message)


def _is_free(keyword: Keyword) -> bool:
    conditions = (keyword.none, keyword.all, keyword.near, keyword.authors, keyword.sources)
    return not any(conditions) and not keyword.starts and not keyword.expires and not keyword.risk


def _inner(letters: str) -> Iterator[str]:
    sizes = range(2, len(letters))
    return (letters[start : start + size] for size in sizes for start in range(len(letters) - size + 1))


def _whole_words(text: str) -> Iterator[str]:
    parts = text.split()
    if len(parts) > 1:
        for part in parts:
            yield Term(part).spelling.letters


def _too_broad(
    lists: Sequence[KeywordList], recent: list[str], now: datetime, rate: float, words: WordBoundaries | None
) -> Iterator[Finding]:
    if not recent:
        return
    matcher = Matcher(lists, words=words, now=now)
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for text in recent:
        counts.update({(m.list, m.topic, m.keyword, m.spelling) for m in matcher.find(text)})
    for (slug, topic, keyword, spelling), count in counts.items():
        share = count / len(recent)
        if share > rate and count > 1:
            message = (
                f"matches {share:.1%} of {len(recent)} recent posts; narrow it with exclusions, near or all"
            )
            yield Finding(
                list=slug, topic=topic, keyword=keyword, term=spelling, kind="broad", message=message
            )
