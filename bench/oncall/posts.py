"""What people write in the night of calls: a quiet evening, and three fires."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from models.post import Author, Post

HERE = Path(__file__).parent
BEGINS = datetime.fromisoformat("2026-11-21T00:00:00+09:00")
BREAKS_OUT = datetime.fromisoformat("2026-11-21T02:10:00+09:00")
OUTAGE = datetime.fromisoformat("2026-11-21T03:30:00+09:00")
AGAIN = datetime.fromisoformat("2026-11-21T05:00:00+09:00")
SEED = 20261121

COMPLAINTS = (
    "みなとモバイル圏外なんだけど。夜中に困る",
    "え、みなとモバイルまた通信障害？最悪",
    "みなとモバイル全然つながらない…ひどい",
    "夜勤中にみなとモバイルが圏外になって仕事にならない、ふざけんな",
    "みなモバ死んでる。地図が開けなくて帰れない",
    "みなとモバイル遅すぎて話にならない。金返せ",
    "またみなとモバイルか…先月も落ちたよね。もう解約する",
    "みなとモバイルのサポート誰も出ない。不安しかない",
    "みなモバ圏外で始発の時間も調べられない。困った",
    "みなとモバイル、障害のお知らせすら出さないの不誠実すぎる",
    "みなとモバイルつながらなくて目覚ましの通知も来ない。腹立つ",
    "みなモバの障害、これで今年3回目。うんざり",
    "みなとモバイル使えなくてタクシー呼べない。最低",
    "みなとモバイル落ちてて親に連絡できない、怖い",
)


def items() -> list[Post]:
    """Return every post of the night in the order in which they arrive."""
    chance, words = random.Random(SEED), _lines("fire.txt")
    evening, early = _lines("evening.txt"), (BREAKS_OUT - BEGINS) / timedelta(minutes=1)
    posts = [
        *_written(evening, BEGINS, [early * chance.random() for _ in evening], "machi"),
        *_written(words[:60], BREAKS_OUT, _soon(60, 24, chance), "neko"),
        *_written(COMPLAINTS, OUTAGE, _soon(len(COMPLAINTS), 40, chance), "denpa"),
        *_written(words[60:], AGAIN, _soon(len(words) - 60, 20, chance), "asa"),
    ]
    return sorted(posts, key=lambda post: (post.received_at, post.id))


def _lines(name: str) -> list[str]:
    return (HERE / name).read_text("utf-8").splitlines()


def _soon(people: int, minutes: float, chance: random.Random) -> list[float]:
    """Return after how many minutes each of *people* writes: the first at once, most of them soon."""
    waits = sorted(minutes * chance.random() ** 1.5 for _ in range(people))
    return [wait - waits[0] for wait in waits]


def _written(texts: Sequence[str], start: datetime, waits: Sequence[float], who: str) -> Iterator[Post]:
    """Yield a post by somebody else for each text, so many minutes after *start*."""
    for number, (text, wait) in enumerate(zip(texts, waits, strict=True)):
        at = start + timedelta(minutes=wait)
        yield Post(
            id=f"{who}{number:03}",
            source="street",
            text=text,
            created_at=at,
            received_at=at + timedelta(seconds=2),
            author=Author(id=f"{who}{number}", handle=f"{who}_{number}"),
            lang="ja",
        )
