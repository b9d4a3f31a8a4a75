"""A page as HTML: a chat bubble of 360 pixels, its picture, its short form, and its lock screen."""

import base64
import html
import re

from alerts.chart import content, picture
from alerts.layout import rows
from alerts.page import Ways, write
from alerts.routing import Receiver
from alerts.wording import Language
from bench.pages.cases import Case
from models.keyword import Topic, TopicKey

WIDE = 360
HOST = "https://watch.example/a/"
READERS: dict[Language, Receiver] = {
    "ja": Receiver(name="当番"),
    "en": Receiver(name="当番", language="en"),
}
_STYLE = """
body{margin:0;background:#dfe6ee;font:14px/20px "Noto Sans CJK JP",sans-serif;color:#111;width:360px}
h1{font-size:12px;font-weight:600;margin:0;padding:8px 12px;background:#23303d;color:#fff}
.lock{margin:10px 12px;padding:8px 12px;border-radius:14px;background:#3b4a5a;color:#fff;font-size:13px;
 white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.bubble{background:#fff;border-radius:12px;padding:10px 12px;white-space:pre-wrap;overflow-wrap:anywhere}
.sms{margin:10px 12px;padding:8px 12px;border-radius:14px;background:#cdeccd;overflow-wrap:anywhere}
img{display:block;width:336px;margin:8px 12px}
a{color:#0b57d0} small{display:block;padding:0 12px 10px;color:#52606d}
"""


def sheet(case: Case, language: Language) -> str:
    """Return the HTML of *case*, as a reader of *language* has it."""
    receiver = READERS[language]
    written = write(
        case.incident, case.kind, receiver=receiver, topic_of=_named, ways=_ways(case), beside=case.beside
    )
    chart = content.of(case.incident, receiver)
    image = base64.b64encode(picture.png(chart)).decode() if chart else ""
    figures = (
        f"{len(written.text)} characters, {rows(written.text)} rows reckoned; short form {len(written.short)}"
    )
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><style>{_STYLE}</style>'
        f"<h1>{case.name} · {language}</h1>"
        f'<div class="lock">{html.escape(written.text.split(chr(10))[0])}</div>'
        f'<div class="bubble" id="page">{_linked(written.text)}</div>'
        + (f'<img alt="" src="data:image/png;base64,{image}">' if image else "")
        + f'<div class="sms">{_linked(written.short)}</div>'
        f'<small>{figures}; <span id="rows"></span> rows</small>'
        "<script>const p=document.getElementById('page');"
        "document.getElementById('rows').textContent=(p.clientHeight-20)/20</script></html>"
    )


def _ways(case: Case) -> Ways:
    if not case.taps:
        return Ways()
    ack, snooze, noise = (f"{HOST}{letter}k3vQ8mZt5rB7wYp2LcN9d" for letter in "XSN")
    return Ways(acknowledge=ack, snooze=snooze, not_a_fire=noise, verdict=ack, tap=ack)


def _named(key: TopicKey) -> Topic:
    return Topic(slug=key.topic, name={"ja": "さくらプリン", "en": "Sakura pudding"})


def _linked(text: str) -> str:
    return re.sub(r"(https://[!-~]+)", r"<a>\1</a>", html.escape(text))
