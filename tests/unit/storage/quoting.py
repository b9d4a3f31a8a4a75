"""An incident and a page that quote post "a" of neko at bluesky."""

from typing import Any

import msgspec

from alerts.incident import Carrier, Explanation, Incident, Quote
from alerts.notification_log import Page
from tests.builders import NIGHT

WORDS = "さくらプリンに虫が入ってたんだけど写真あり"


def an_incident(*quotes: Quote, **changes: Any) -> Incident:
    """Return an open incident that quotes posts."""
    return msgspec.structs.replace(
        Incident(
            id="sakura:pudding:20261120T1710Z",
            brand="sakura",
            topic="pudding",
            topics=("pudding",),
            state="triggered",
            severity="critical",
            mood="negative",
            started_at=NIGHT,
            opened_at=NIGHT,
            updated_at=NIGHT,
            explanation=Explanation(
                quotes=quotes, starter=quotes[0], carriers=(Carrier("neko", NIGHT, 212),)
            ),
        ),
        **changes,
    )


def a_page(**changes: Any) -> Page:
    """Return a page that quotes post "a" of neko, shortened and defused as pages are."""
    lines = [
        "【緊急】さくらプリン 不満38人/30分(普段5) 02:10〜",
        "対応する https://watch.example/a/Xk3v",
        "①「さくらプリンに虫が入っ\u200bてたんだ…」ほか19件",
        "②「電話したけど深夜で誰も出ない」ほか9件",
        "発端 @neko 02:10 → 拡散 @matome 02:17(212)",
    ]
    quotes = [{"source": "bluesky", "id": "a", "text": WORDS, "author": "neko"}, {"text": "電話したけど"}]
    return msgspec.structs.replace(
        Page(
            key="k",
            incident="sakura:pudding:20261120T1710Z",
            brand="sakura",
            channel="stdout",
            to="team",
            kind="first",
            severity="critical",
            created_at=NIGHT,
            decided_at=NIGHT,
            text="\n".join(lines),
            short=lines[0],
            payload=msgspec.Raw(msgspec.json.encode({"text": "\n".join(lines), "quotes": quotes})),
            quoted=("bluesky/a", "bluesky/b"),
        ),
        **changes,
    )


QUOTE = Quote(source="bluesky", id="a", text=WORDS, author="neko", url="https://x.test/a", others=19)
OTHER = Quote(source="bluesky", id="b", text="電話したけど深夜で誰も出ない", author="inu", others=9)
