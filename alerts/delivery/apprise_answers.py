"""What services behind Apprise answer: Apprise keeps their headers to itself, and with them Retry-After.

Its plug-ins post by ``requests``, each by a session of its own that nobody else gets hold of; so ``requests``
is listened to where every answer passes, and nothing is changed there (docs/decisions/0018).
"""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import requests


class Answer(NamedTuple):
    """One answer to one request: its status, and what it says about trying again."""

    status: int
    retry_after: str


_heard: ContextVar[list[Answer] | None] = ContextVar("apprise_answers", default=None)
_once = threading.Lock()


@contextmanager
def heard() -> Iterator[list[Answer]]:
    """Yield a list of the answers that this thread's requests get for the length of a ``with``."""
    _listen()
    answers: list[Answer] = []
    token = _heard.set(answers)
    try:
        yield answers
    finally:
        _heard.reset(token)


def _listen() -> None:
    """Let every answer pass by here, from now on; to all but ``heard`` nothing changes."""
    import requests  # noqa: PLC0415 - takes a while, and only who uses it should wait

    with _once:
        if not hasattr(requests.Session.send, "answers_are_heard"):
            requests.Session.send = _listening(requests.Session.send)  # type: ignore[method-assign] # there is no hook for sessions of others


def _listening(send: Any) -> Any:
    @functools.wraps(send)
    def sent(self: "requests.Session", request: "requests.PreparedRequest", **how: Any) -> Any:
        response = send(self, request, **how)
        answers = _heard.get()
        if answers is not None:
            answers.append(Answer(response.status_code, response.headers.get("Retry-After", "")))
        return response

    sent.answers_are_heard = True  # type: ignore[attr-defined] # a mark, so that one listens only once
    return sent
