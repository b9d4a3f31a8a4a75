"""One service behind Apprise: sends in a thread of its own, and says whether to try again."""

import asyncio
import contextlib
import logging
import re
import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal, NamedTuple

from alerts.chart import picture
from alerts.defuse import clip, defuse
from alerts.delivery.apprise_urls import addressed, notify_type, scheme
from alerts.delivery.notifier import DeliveryError
from alerts.notification_log import Page

if TYPE_CHECKING:
    from apprise import AppriseAttachment, NotifyBase

Form = Literal["auto", "page", "short"]

_SMALL = 200  # a service that takes no more characters than this gets the short form
_HANGING = 4  # attempts of one service that may hang at once; more would only hang too
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


class Service:
    """One URL, and what of it is still under way."""

    def __init__(
        self, url: str, number: int, *, form: Form, pictures: bool, patience: float, throttled: float
    ) -> None:
        self.name = f"{scheme(url)} ({number})"
        self._url = url
        self._form = form
        self._pictures = pictures
        self._patience = patience
        self._throttled = throttled
        self._under_way: dict[str, asyncio.Future[Failure]] = {}

    async def tell(self, page: Page) -> Failure:
        """Send *page*; return what went wrong, if anything.

        An attempt that outlasts our patience goes on: it is waited for again when the page is tried again,
        so that a slow service does not get it twice.
        """
        attempt = self._under_way.get(page.key)
        if attempt is None:
            if len(self._under_way) >= _HANGING:
                return self._error("does not answer; earlier pages still hang there", retryable=True)
            attempt = in_a_thread(lambda: self._sent(page))
            self._under_way[page.key] = attempt
            attempt.add_done_callback(lambda _: self._under_way.pop(page.key, None))
        done, _ = await asyncio.wait({attempt}, timeout=self._patience)
        if not done:
            return self._error(f"did not answer within {self._patience:g} s", retryable=True)
        return attempt.result()

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
            failure = self._judged(*_notified(plugin, message))
            if failure is None or message.picture is None or failure.retry_after is not None:
                return failure
            # The picture may be what it did not take, and a page must not wait for its picture.
            return self._judged(*_notified(plugin, message._replace(picture=None)))
        except Exception as error:  # noqa: BLE001 - a plug-in that breaks must not end the thread unseen
            return self._error(f"broke: {type(error).__name__}", retryable=True)

    def _small(self, plugin: "NotifyBase") -> bool:
        return self._form == "short" or (self._form == "auto" and 0 < plugin.body_maxlen <= _SMALL)

    def _judged(self, sent: bool, warnings: list[str], everything: str) -> Failure:  # noqa: FBT001 - Apprise's answer
        if sent:
            return None
        words = _said("; ".join(warnings)) or "did not take it"
        if found := _HTTP.findall(everything):
            status = int(found[-1])
            again = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _WORTH_TRYING
            return self._error(words, retryable=again, throttled=status == HTTPStatus.TOO_MANY_REQUESTS)
        if found := _SMTP.findall(everything):
            # 5yz is final for a mail server, 4yz is not (RFC 5321, 4.2.1).
            return self._error(f"{words} ({found[-1]})", retryable=not found[-1].startswith("5"))
        return self._error(words, retryable=True)

    def _error(self, words: str, *, retryable: bool, throttled: bool = False) -> DeliveryError:
        # Apprise does not hand on Retry-After, so who was told "too many" waits for a while of its own.
        after = self._throttled if throttled else None
        return DeliveryError(f"{self.name}: {words}", retryable=retryable, retry_after=after)


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
