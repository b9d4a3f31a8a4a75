"""Which words are new in a fire: without a tokenizer, from runs of one script and what stands beside them."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from models.mention import Mention
from models.post import Post

TERMS = 4
NOISE = re.compile(r"https?://\S+|[@#＠＃]\S+")
_KANJI = "一-龯々〆"
_RUN = re.compile(rf"[{_KANJI}]+|[ァ-ヴー]{{2,12}}|(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9'-]{{3,20}}")
# A kanji before these is the stem of an inflected word (虫入って, 写真見て): it belongs to no noun.
_INFLECTION = frozenset("っりるれらてめべきくけみんえ")
_AFTER_A_NOUN = re.compile(r"[がをはもとでや、。,.!?！？…」』\s]|の(?!ぞ)|に(?![行来い])|いる|いた|混|入|$")
_LONGEST_KANJI = 8
_COMMON_SINGLE = 0.2  # share of the people who must use a lone kanji
_EVERYBODY = 0.4  # share of the people that makes a lone kanji as good as any word
_RISKY = 0.5  # share of the risk posts in which a word must stand to be a word of the risk
_LONE = 0.5  # what a lone kanji counts beside a longer word
_PRIOR = 0.5
_REPEATED = re.compile(r"(.{1,3})\1+")
# Words that say how people feel, or when, not what happened.
_STOP_WORDS = """
今 私 俺 僕 何 人 中 上 下 前 後 底 横 隣 側 裏 奥 時 日 月 年 子 方 物 者 所 気 目 手 口 声 元 先 他 次 夜 朝
昼 家 店 大 小 超 無 最悪 最低 無理 今日 昨日 明日 今夜 今朝 今回 自分 本当 本気 絶対 大丈夫 全部 一口 一個
時間 最近 写真 マジ ヤバ ヤバイ ホント ウソ キモ キモイ ムリ タイムライン ツイート ニュース コメント リプ
about after again also another anyone because been before being could does doing done dont don't down
even ever every from going gonna have having here i'm into it's its just know last like looks made make
many more most much need never night nope only other over please really right said same saying says
seriously should since some someone something still stop such take than that that's their them then
there these they they're thing think this those time today tonight until very want wants wasn't well
were what what's when where which while will with would yeah you're your
"""
_STOP = frozenset(_STOP_WORDS.split())


def new_terms(now: Sequence[Mention], earlier: Sequence[Mention]) -> dict[str, float]:
    """Return the words that are new in this fire, the most telling first, with their weights.

    z-scores of log-odds with an informative prior (Monroe, Colaresi & Quinn 2008, eq. 16 and 22), over
    how many people use a word; a lone kanji counts half unless the risk posts or very many people share it.
    """
    known = {match.text.casefold() for mention in now for match in mention.matches}
    here, n = _users(now)
    before, m = _users(earlier)
    m = max(m, n)  # where nothing is known, as many people are taken to have said nothing new
    risky, r = _users(mention for mention in now if mention.risks)
    scored: dict[str, float] = {}
    for term, count in here.items():
        if count < 2 or any(term.casefold() in spelling for spelling in known):  # noqa: PLR2004 - two people
            continue
        whole = len(term) > 1 or count >= _EVERYBODY * n or (r > 1 and risky[term] >= _RISKY * r)
        if not whole and count < max(3.0, _COMMON_SINGLE * n):
            continue
        weight = 1.0 if whole else _LONE
        scored[term] = weight * _log_odds(count, n, before[term], m)
    return _chosen(scored)


def person(post: Post) -> str:
    """Return who wrote a post; where nobody is named, every post is somebody else's."""
    return post.author.id if post.author else post.id


def terms_in(text: str) -> Iterator[str]:
    """Yield the words of *text* that could be terms."""
    text = NOISE.sub(" ", text)
    for found in _RUN.finditer(text):
        term = _noun(found[0], text[found.end() : found.end() + 2])
        if term and term.casefold() not in _STOP and not _REPEATED.fullmatch(term):
            yield term


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


def _users(mentions: Iterable[Mention]) -> tuple[Counter[str], int]:
    users: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    people = set()
    for mention in mentions:
        who = person(mention.post)
        people.add(who)
        fresh = {(term, who) for term in terms_in(mention.post.text)} - seen
        seen |= fresh
        users.update(term for term, _ in fresh)
    return users, len(people)


def _log_odds(count: int, n: int, before: int, m: int) -> float:
    odds = math.log((count + _PRIOR) / (n - count + _PRIOR)) - math.log(
        (before + _PRIOR) / (m - before + _PRIOR)
    )
    return odds / math.sqrt(1 / (count + _PRIOR) + 1 / (before + _PRIOR))
