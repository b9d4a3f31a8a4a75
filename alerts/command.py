"""What people tell the watch about an incident, and what it answers."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Literal

import msgspec

from alerts.answer_wording import WORDS
from alerts.bodies import envelope
from alerts.incident import Verdict
from alerts.wording import Language

Action = Literal["ack", "snooze", "resolve", "verdict", "responded"]
ACTIONS: tuple[Action, ...] = ("ack", "snooze", "resolve", "verdict", "responded")


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A wish about one incident: ``by`` is a principal that the channel vouches for.

    ``mute`` silences ``spelling``, or the one that brought most where none is named; ``at`` is when the brand
    responded, where no source shows it. Whoever asks is answered in ``language``: programs in English.
    """

    action: Action
    incident: str
    by: str
    channel: str
    minutes: int | None = None
    verdict: Verdict | None = None
    reason: str = ""
    mute: bool = False
    spelling: str = ""
    at: datetime | None = None
    expires: datetime | None = None
    language: Language = "en"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a command, in one sentence."""

    ok: bool
    text: str
    action: str
    incident: str
    by: str = ""
    state: str = ""

    def adding(self, said: str, language: Language) -> "Answer":
        """Return the same answer with one sentence more."""
        return msgspec.structs.replace(self, text=f"{self.text}{WORDS[language].end}{said}")


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a command as it arrives; unknown fields are ignored, ``schema`` must be ours."""

    by: str
    schema: Literal[1] = 1
    minutes: int | None = None
    verdict: Verdict | None = None
    reason: str = ""
    mute: bool = False
    at: datetime | None = None
    expires: datetime | None = None


Handle = Callable[[Command], Awaitable[Answer]]


def answer_line(answer: Answer, at: datetime, message: str) -> dict[str, Any]:
    """Return the body that answers a command on ``event``."""
    body = envelope(message, at) | {"event": "answer"}
    return body | {
        "ok": answer.ok,
        "text": answer.text,
        "action": answer.action,
        "incident": answer.incident,
        "by": answer.by,
        "state": answer.state,
    }


def decode(action: str, incident: str, payload: bytes, channel: str) -> Command:
    """Read a command's body; raises ``msgspec.DecodeError`` (of which ``ValidationError`` is one)."""
    if action not in ACTIONS:
        raise msgspec.ValidationError(f"{action!r} is not a command: one of {', '.join(ACTIONS)}")
    wish = msgspec.json.decode(payload, type=Wish)
    if wish.expires is not None and wish.expires.tzinfo is None:
        raise msgspec.ValidationError("expires needs a time zone, such as 2026-11-20T17:40:00Z")
    if wish.at is not None and wish.at.tzinfo is None:
        raise msgspec.ValidationError("at needs a time zone, such as 2026-11-20T17:40:00Z")
    if not 1 <= len(wish.by) <= 80 or len(wish.reason) > 500:  # noqa: PLR2004 - a name and a sentence
        raise msgspec.ValidationError("by is a name of 1 to 80 characters, reason at most 500")
    return Command(
        action=action,
        incident=incident,
        by=wish.by,
        channel=channel,
        minutes=wish.minutes,
        verdict=wish.verdict,
        reason=wish.reason,
        mute=wish.mute,
        at=wish.at,
        expires=wish.expires,
    )
