"""What matching costs: bytes of Jetstream commits to matches, beside a regular expression and ripgrep.

Run ``make bench ARGS=matching``. Everything is measured in one run, on one core, in CPU time; texts, keywords
and shares come from a seed, so a run can be repeated. Two lists of 10,000 words: invented brands (half
katakana, a quarter kanji, a quarter Latin), and real names of two to six letters from SudachiPy's dictionary.
"""

import json
import random
import re
import resource
import subprocess
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import which
from typing import Any, NamedTuple

import msgspec
import sudachipy

from listener.matching.matcher import Matcher
from models.keyword import Keyword, KeywordList

SEED = 20261120
NOW = datetime(2026, 11, 20, tzinfo=UTC)
SYLLABLES = (
    "アイウエオカキクケコサシスセソタチツテトナニネノハヒフホマミムメモヤユヨラリルレロワ"
    "ガギグゴザジズダデドバビブベボパピプペポ"
)
KANJI = (
    "桜港海山川森林風花月星空雪光泉橋島崎原野村町松竹梅藤菊蘭鶴亀龍虎鷹翔陽葵蒼翠紫銀鋼石"
    "堂屋庵亭館舎社商店製菓飲料工業電機通信"
)
_ROOTS = "bra cli dro fen gla hev ilo jun kar lum mox nar ozo pel qui ras sol tav uve vix wol xan yor zet"
ROOTS = _ROOTS.split()
_JAPANESE = """
きのうの夜、コンビニで買ったチョコレートがとっても美味しかったです！
待って今日だったの知らなかった……観られるっぽいよかった💦 朝から雨で電車が遅れてる〜もう会社行きたくない。
新しいスマホのカメラすごい、夜景がきれいに撮れる📷 #写真好きな人と繋がりたい うちの猫が布団から出てこないwww
昨日のライブ最高でした！！ありがとうございました お昼はカレーにしようかな それともラーメン？
明日の会議の資料まだ作ってない… 推しが尊い❤️ 締め切りは２８日らしい 駅前の本屋が閉店するそうで寂しい
「また今度ね」って言われたまま三年たった 待ち合わせに三十分も遅れてくるなんて信じられない
データの移行に失敗してゲームが最初からになった 今年の紅葉は例年よりきれいだと思う
子どもの頃に読んだ絵本をまた見つけて泣いてしまった 早く寝ようと思っていたのにもうこんな時間
"""
JAPANESE = _JAPANESE.split()
_ENGLISH = """
I went to the store last night and bought some chocolate it was really delicious you should try it too
just watched the finale and wow what an ending can't believe they did that reading a good book about the sea
today's sunset was unreal sooo pretty new blog post is up https://example.com/posts/12345 have a look
a café opened near my flat the match was boring but the crowd wasn't let's go team 🎉
does anyone else feel like this week has been a month long my train was late again and nobody told us why
"""
ENGLISH = _ENGLISH.split()
_REPLIES = 0.4
_NAME = re.compile(r"[ァ-ヺー]{2,6}|[一-鿿]{2,6}")
SLOW_RIPGREP = 30.0
LONGEST_BUILD = 3.0
MOST_GROWTH = 2.5
LEAST_OVER_RE = 60


class _Record(msgspec.Struct):
    text: str = ""


class _Commit(msgspec.Struct):
    record: _Record | None = None


class _Event(msgspec.Struct):
    did: str
    commit: _Commit | None = None


def keywords(count: int, rng: random.Random) -> list[str]:
    """Return *count* invented brand names: katakana, kanji and Latin, of the lengths brands have."""
    found: dict[str, None] = {}
    while len(found) < count:
        draw = rng.random()
        if draw < 0.5:
            word = "".join(rng.choices(SYLLABLES, k=rng.randint(4, 8))) + rng.choice(["", "", "ー", "ン"])
        elif draw < 0.75:
            word = "".join(rng.choices(KANJI, k=rng.randint(3, 5)))
        else:
            word = "".join(rng.choices(ROOTS, k=rng.randint(2, 3))).capitalize()
        found[word] = None
    return list(found)


def _text(rng: random.Random, word: str | None) -> str:
    japanese = rng.random() < 0.5
    parts = (
        rng.choices(JAPANESE, k=rng.randint(3, 9))
        if japanese
        else rng.choices(ENGLISH, k=rng.randint(12, 52))
    )
    if word:
        parts.insert(rng.randrange(len(parts) + 1), f"「{word}」" if japanese else word)
    return ("" if japanese else " ").join(parts)


def posts(count: int, words: list[str], rng: random.Random, share: float = 0.01) -> list[bytes]:
    """Return *count* Jetstream commits of about 800 bytes; *share* of them name one of *words*."""
    lines = []
    for number in range(count):
        text = _text(rng, rng.choice(words) if rng.random() < share else None)
        lines.append(_commit(text, number, rng))
    return lines


def _commit(text: str, number: int, rng: random.Random) -> bytes:
    def token(prefix: str, length: int) -> str:
        return prefix + "".join(rng.choices("abcdefghijklmnopqrstuvwxyz234567", k=length))

    reference = {
        "cid": token("bafyrei", 52),
        "uri": f"at://{token('did:plc:', 24)}/app.bsky.feed.post/{token('3', 12)}",
    }
    record = {
        "$type": "app.bsky.feed.post",
        "createdAt": "2026-11-20T17:40:12.240Z",
        "langs": ["ja"],
        **({"reply": {"parent": reference, "root": reference}} if rng.random() < _REPLIES else {}),
        "text": text,
    }
    commit = {
        "rev": token("3", 12),
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": token("3", 12),
        "record": record,
        "cid": token("bafyrei", 52),
    }
    event = {
        "did": token("did:plc:", 24),
        "time_us": 1_783_175_888_090_631 + number,
        "kind": "commit",
        "commit": commit,
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def matcher(words: Iterable[str]) -> Matcher:
    """Return a matcher for *words*, each a keyword of its own."""
    rules = tuple(Keyword(topic="t", any=(word,)) for word in words)
    return Matcher(
        [KeywordList(schema=1, brand="bench", name="bench", slug="bench", keywords=rules)], now=NOW
    )


def ours(lines: list[bytes], compiled: Matcher) -> list[set[str]]:
    """Take *lines* from bytes to the spellings that match."""
    decode = msgspec.json.Decoder(_Event).decode
    found = []
    for line in lines:
        commit = decode(line).commit
        matches = compiled.find(commit.record.text) if commit and commit.record else ()
        found.append({match.spelling for match in matches})
    return found


def naive(lines: list[bytes], compiled: Matcher) -> list[set[str]]:
    """Do the same without the sieve: every spelling is tried on every text."""
    rules = {rule: set(range(len(one.any))) for rule, one in enumerate(compiled._rules)}  # noqa: SLF001  # the reference
    texts = [json.loads(line)["commit"]["record"]["text"] for line in lines]
    return [{match.spelling for match in compiled._read(text, rules)} for text in texts]  # noqa: SLF001  # the same


def rival(lines: list[bytes], pattern: re.Pattern[str]) -> list[list[str]]:
    """Do what a first version would do: json, NFKC, one regular expression of alternatives."""
    found = []
    for line in lines:
        text = json.loads(line)["commit"]["record"]["text"]
        found.append(pattern.findall(unicodedata.normalize("NFKC", text).casefold()))
    return found


def _cpu(work: Callable[[], Any], least: float = 0.0) -> float:
    """Return the CPU seconds of the best of three runs (one, if it takes longer than *least*)."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
        if least and best > least:
            break
    return best


def _ripgrep(lines: list[bytes], words: list[str], *options: str) -> float | None:
    """Return the CPU microseconds per post ripgrep takes on the same bytes, less its reading of patterns."""
    if which("rg") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        listed, data, empty = (Path(folder, name) for name in ("words", "posts", "empty"))
        listed.write_text("\n".join(words) + "\n", encoding="utf-8")
        data.write_bytes(b"\n".join(lines) + b"\n")
        empty.write_bytes(b"\n")
        command = ["rg", "-j1", "-F", *options, "-f", listed]
        seconds = [min(_child([*command, file]) for _ in range(3)) for file in (data, empty)]
    return (seconds[0] - seconds[1]) * 1e6 / len(lines)


def _child(command: list[Any]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryFile() as out:  # some searchers stop at the first match when nobody reads
        subprocess.run(command, check=False, stdout=out)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Cost(NamedTuple):
    """What one list of words costs, in CPU microseconds per post."""

    ours: float
    plain: float | None
    any_case: float | None


def _cost(lines: list[bytes], words: list[str], compiled: Matcher) -> Cost:
    mine = _cpu(lambda: ours(lines, compiled)) * 1e6 / len(lines)
    any_case = _ripgrep(lines[:2000], words, "-i")
    if any_case is not None and any_case < SLOW_RIPGREP:  # too little of it to tell from noise
        any_case = _ripgrep(lines, words, "-i")
    return Cost(mine, _ripgrep(lines, words), any_case)


def names(count: int, rng: random.Random) -> list[str]:
    """Return *count* proper names of katakana or kanji that the bench's sentences do not have by chance."""
    entries = sudachipy.Dictionary(dict="small").entries()
    found = {e.surface() for e in entries if e.part_of_speech()[1] == "固有名詞"}
    sentences = "".join(JAPANESE)
    return rng.sample(sorted(n for n in found if _NAME.fullmatch(n) and n not in sentences), count)


Row = tuple[str, str] | tuple[str, str, str, bool | None]


def _against_ripgrep(called: str, cost: Cost) -> Iterator[Row]:
    yield (f"{called}: bytes → matches", f"{cost.ours:.1f} µs per post", "≤ 12 µs on an idle core", None)
    for what, theirs in (
        ("rg -j1 -F -f", cost.plain),
        ("rg -j1 -F -i -f, which ignores case as we do", cost.any_case),
    ):
        if theirs is None:
            yield f"{called}: {what}", "not measured: ripgrep is not installed"
            continue
        figure = f"{theirs:.1f} µs per post; we are {theirs / cost.ours:.2f} times as fast"
        asked = theirs >= SLOW_RIPGREP and "-i" not in what
        yield (
            f"{called}: {what}",
            figure,
            "≥ 3 times where rg takes ≥ 30 µs",
            theirs >= 3 * cost.ours if asked else None,
        )


def measure(count: int = 20_000, size: int = 10_000) -> Iterator[Row]:
    """Measure all side by side; yield what was measured, the figure, the goal and whether it was met."""
    rng = random.Random(SEED)
    words = keywords(size, rng)
    lines = posts(count, words, rng)
    start = time.process_time()
    large = matcher(words)
    build = time.process_time() - start
    large.find(words[0] + "ア")  # loads the dictionary
    cost = _cost(lines, words, large)
    yield "compile 10,000 keywords", f"{build:.2f} s", "≤ 3 s", build <= LONGEST_BUILD
    yield from _against_ripgrep("10,000 invented brands", cost)
    yield _against_re(lines[:1000], words, cost.ours)
    small = matcher(words[:100])
    growth = cost.ours / (_cpu(lambda: ours(lines, small)) * 1e6 / count)
    yield "cost of 10,000 keywords over 100", f"{growth:.2f} times", "≤ 2.5 times", growth <= MOST_GROWTH
    same = ours(lines[:200], large) == naive(lines[:200], large)
    yield "matches identical to trying every spelling", str(same), "True", same
    real = names(size, rng)
    lines = posts(count, real, rng)
    yield from _against_ripgrep("10,000 real proper names", _cost(lines, real, matcher(real)))


def _against_re(lines: list[bytes], words: list[str], mine: float) -> Row:
    alike = sorted({unicodedata.normalize("NFKC", word).casefold() for word in words}, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, alike)))
    theirs = _cpu(lambda: rival(lines, pattern), least=1.0) * 1e6 / len(lines)
    figure = f"{theirs:.0f} µs per post; we are {theirs / mine:.0f} times as fast"
    return "json + NFKC + one `re` of alternatives", figure, "≥ 60 times", theirs >= LEAST_OVER_RE * mine
