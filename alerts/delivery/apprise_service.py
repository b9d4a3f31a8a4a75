"""One service behind Apprise: sends in a thread of its own, and says whether to try again."""

import asyncio
import contextlib
import logging
import re
import threading
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal, NamedTuple

from alerts.chart import picture
from alerts.defuse import clip, defuse
from alerts.delivery import apprise_answers
from alerts.delivery.apprise_answers import Answer
from alerts.delivery.apprise_urls import addressed, notify_type, scheme
from alerts.delivery.http import retry_after
from alerts.delivery.notifier import DeliveryError
from alerts.notification_log import Page
from models.clock import Clock

if TYPE_CHECKING:
    from apprise import AppriseAttachment, NotifyBase

Form = Literal["auto", "page", "short"]

_SMALL = 200  # a service that takes no more characters than this gets the short form
_HANGING = 4  # attempts of one service that may hang at once; more would only hang too
_SLOW = 1.0  # seconds: whoever takes longer to fail is not waited for again until something succeeds
_HTTP = re.compile(r"\berror=(\d{3})\b")
_SMTP = re.compile(r"\((\d{3}), b['\"]")
_WORTH_TRYING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
_UNFIT = re.compile(r"^(Socket Exception|SMTP)")

_REFUSED = "Apprise refuses the URL: something in it is missing or malformed"
_NO_URL = "no URL that Apprise can use"

Failure = DeliveryError | None


class _Message(NamedTuple):
    title: str
    body: str
    kind: str
    picture: bytes | None = None


class Manner(NamedTuple):
    """How a channel tells its services: in which form, and with how much patience, in seconds."""

    form: Form
    pictures: bool
    patience: float
    throttled: float


class Service:
    """One URL, and what of it is still under way."""

    def __init__(self, url: str, number: int, manner: Manner, clock: Clock) -> None:
        self.name = f"{scheme(url)} ({number})"
        self._url = url
        self._form, self._pictures, self._patience, self._throttled = manner
        self._clock = clock
        self._under_way: dict[str, asyncio.Future[Failure]] = {}
        self._slow = False

    async def tell(self, page: Page) -> Failure:
        """Send *page*; return what went wrong, if anything.

        An attempt that outlasts our patience goes on: what becomes of it is asked when the page is tried
        again, so that a slow service does not get it twice. Once it was slow to fail, the other services of
        the channel do not wait for it again before it succeeds.
        """
        attempt = self._under_way.get(page.key)
        if attempt is not None and attempt.done():
            failure = self._ended(page, 0.0)
            if failure is None or not failure.retryable or failure.retry_after:
                return failure
            attempt = None
        attempt = attempt or self._begun(page)
        if attempt is None:
            return self._error("does not answer; earlier pages still hang there", retryable=True)
        moments = asyncio.get_running_loop().time
        began, patience = moments(), 0.0 if self._slow else self._patience
        done, _ = await asyncio.wait({attempt}, timeout=patience)
        if not done:
            self._slow = True
            return self._error(f"did not answer within {self._patience:g} s", retryable=True)
        return self._ended(page, moments() - began)

    def _ended(self, page: Page, seconds: float) -> Failure:
        """Return what became of an attempt that was waited for so long."""
        failure = self._under_way.pop(page.key).result()
        self._slow = failure is not None and (self._slow or seconds >= _SLOW)
        return failure

    def _begun(self, page: Page) -> asyncio.Future[Failure] | None:
        """Begin to send *page*, unless too many attempts hang already."""
        if sum(not attempt.done() for attempt in self._under_way.values()) >= _HANGING:
            return None
        self._under_way[page.key] = in_a_thread(lambda: self._sent(page))
        return self._under_way[page.key]

    def mistake(self) -> str:
        """Say what is wrong with the URL, without showing it; empty when Apprise can use it."""
        try:
            made = _made(self._url)
        except Exception:  # noqa: BLE001 - a plug-in raises what it likes about a URL, tokens and all
            return f"{self.name}: {_REFUSED}"
        return "" if made is not None else f"{self.name}: {_NO_URL}"

    def _sent(self, page: Page) -> Failure:
        try:
            plugin = _made(addressed(self._url, page))
        except Exception:  # noqa: BLE001 - as above
            return self._error(_REFUSED, retryable=False)
        if plugin is None:
            return self._error(_NO_URL, retryable=False)
        try:
            message = _worded(page, notify_type(self._url, page), small=self._small(plugin))
            if self._pictures and plugin.attachment_support and not self._small(plugin):
                message = message._replace(picture=picture.drawn(page))
            failure = self._tried(plugin, message)
            if failure is None or message.picture is None or failure.retry_after is not None:
                return failure
            # The picture may be what it did not take, and a page must not wait for its picture.
            return self._tried(plugin, message._replace(picture=None))
        except Exception as error:  # noqa: BLE001 - a plug-in that breaks must not end the thread unseen
            return self._error(f"broke: {type(error).__name__}", retryable=True)

    def _small(self, plugin: "NotifyBase") -> bool:
        return self._form == "short" or (self._form == "auto" and 0 < plugin.body_maxlen <= _SMALL)

    def _tried(self, plugin: "NotifyBase", message: _Message) -> Failure:
        with apprise_answers.heard() as answers:
            sent, warnings, everything = _notified(plugin, message)
        return None if sent else self._judged(warnings, everything, answers)

    def _judged(self, warnings: list[str], everything: str, answers: Sequence[Answer]) -> Failure:
        words = _said("; ".join(warnings)) or "did not take it"
        if status := _status(everything, answers):
            after = self._asked(status, answers) if _again(status) else None
            return self._error(words, retryable=_again(status), after=after)
        if found := _SMTP.findall(everything):
            # 5yz is final for a mail server, 4yz is not (RFC 5321, 4.2.1).
            return self._error(f"{words} ({found[-1]})", retryable=not found[-1].startswith("5"))
        return self._error(words, retryable=True)

    def _asked(self, status: int, answers: Sequence[Answer]) -> float | None:
        """Return for how many seconds the service wants to be left alone; None if it does not say."""
        now = self._clock.now()
        said = [retry_after(one.retry_after, now) for one in answers if _again(one.status)]
        wanted = [seconds for seconds in said if seconds is not None]
        unsaid = self._throttled if status == HTTPStatus.TOO_MANY_REQUESTS else None
        return max(wanted, default=unsaid)

    def _error(self, words: str, *, retryable: bool, after: float | None = None) -> DeliveryError:
        return DeliveryError(f"{self.name}: {words}", retryable=retryable, retry_after=after)


def _status(everything: str, answers: Sequence[Answer]) -> int | None:
    """Return the HTTP status that a service refused with, None where it is not that."""
    if answers and answers[-1].status >= HTTPStatus.MULTIPLE_CHOICES:
        return answers[-1].status
    found = _HTTP.findall(everything)
    return int(found[-1]) if found else None


def _again(status: int) -> bool:
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _WORTH_TRYING


def in_a_thread(work: Callable[[], Failure]) -> asyncio.Future[Failure]:
    """Run *work* in a thread that does not outlive the process, whatever hangs in it."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Failure] = loop.create_future()

    def settle(outcome: Failure) -> None:
        if not future.done():
            future.set_result(outcome)

    def run() -> None:
        outcome = work()
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, outcome)

    threading.Thread(target=run, daemon=True, name="apprise").start()
    return future


def _made(url: str) -> "NotifyBase | None":
    import apprise  # noqa: PLC0415 - takes a second, and only who uses it should wait

    logger = logging.getLogger("apprise")
    logger.propagate = False
    # Captured per attempt and read for status codes; nothing of it is printed.
    logger.setLevel(logging.DEBUG)
    asset = apprise.AppriseAsset(
        app_id="Hinoban",
        app_desc="Hinoban",
        app_url="",
        storage_mode="memory",
        service_timeout=0,
        http_redirects=False,
        interpret_emojis=False,
    )
    return apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=False)


def _notified(plugin: "NotifyBase", message: _Message) -> tuple[bool, list[str], str]:
    """Send by *plugin*; return whether it was taken, its warnings, and everything it logged."""
    import apprise  # noqa: PLC0415 - as above

    one = apprise.Apprise(asset=plugin.asset)
    one.add(plugin)
    result = one.notify(
        body=message.body,
        title=message.title,
        notify_type=message.kind,
        body_format="text",
        attach=_attached(message.picture),
        log_level=logging.DEBUG,
    )
    entries = [entry for each in result.results for attempt in each for entry in attempt]
    entries += list(result.call_logs())
    warnings = [entry.message for entry in entries if entry.level in {"WARNING", "ERROR"}]
    codes = [entry.message for entry in entries if entry.level == "DEBUG" and _UNFIT.match(entry.message)]
    return bool(result), warnings, "\n".join((*warnings, *codes))


def _worded(page: Page, kind: str, *, small: bool) -> _Message:
    """Split a page into title and body; a short message has no title."""
    title, _, body = page.text.partition("\n")
    if small or not body:
        return _Message("", page.short or title if small else title, kind)
    return _Message(title, body, kind)


def _attached(image: bytes | None) -> "AppriseAttachment | None":
    if image is None:
        return None
    from apprise import AppriseAttachment  # noqa: PLC0415 - as above
    from apprise.attachment.memory import AttachMemory  # noqa: PLC0415 - as above

    attachment = AppriseAttachment()
    chart = AttachMemory(image, name="chart.png", mimetype=picture.MEDIA_TYPE)  # type: ignore[no-untyped-call] # Apprise has types nearly everywhere
    attachment.add(chart)
    return attachment


def _said(words: str) -> str:
    return clip(defuse(words), 160)
