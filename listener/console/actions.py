"""One-tap links by HTTP: ``/a/<token>`` shows on GET, and acts on POST alone."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qs

import structlog
from litestar import Litestar, Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from alerts.incident import Verdict
from alerts.links.desk import Desk, Outcome, Sight, Wish
from alerts.links.link import PATH
from alerts.routing import NameOf, as_known
from alerts.wording import Language
from listener.console import tap_page
from listener.console.visitors import Network, Patience, visitor
from models.clock import Clock

log = structlog.get_logger(__name__)

MAX_BODY = 4_096
"""Bytes of a form with one button pressed."""
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{tap_page.STYLE_HASH}'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
_VERDICTS: dict[str, Verdict] = {
    "real": "real",
    "noise": "noise",
    "campaign": "campaign",
    "not_us": "not_us",
}
_STATUS: dict[Outcome, int] = {"unknown": 404, "expired": 410, "busy": 503}
_CONFLICT = 409


class Door:
    """Who comes to the desk: strangers are counted, and answered in a language they ask for."""

    def __init__(
        self,
        desk: Desk,
        clock: Clock,
        language: Callable[[], Language],
        trusted: Sequence[Network] = (),
        name_of: NameOf = as_known,
        headline_of: tap_page.HeadlineOf = tap_page.summed,
    ) -> None:
        self.desk = desk
        self._clock = clock
        self._language = language
        self._trusted = tuple(trusted)
        self._name_of = name_of
        self._headline_of = headline_of
        self._patience = Patience()

    def answer(self, sight: Sight, request: Request[Any, Any, Any], *, acted: bool) -> Response[str]:
        """Return the page for *sight*; a link that works is never refused, however many did not before."""
        language = self._spoken(request)
        status = _STATUS.get(sight.outcome, 200)
        if acted and sight.outcome in {"over", "stale", "refused", "taken"}:
            status = _CONFLICT
        if sight.outcome == "unknown" and (wait := self._counted(request)):
            return _page(tap_page.too_many(language), 429, {"Retry-After": str(wait)})
        return _page(tap_page.of(sight, language, self._name_of, self._headline_of), status)

    def _counted(self, request: Request[Any, Any, Any]) -> int:
        peer = request.client.host if request.client else ""
        who = visitor(peer, request.headers.get("x-forwarded-for", ""), self._trusted)
        wait = self._patience.failed(who, self._clock.now())
        if self._patience.lost:
            log.warning("links_guessed", visitor=who)
        return wait

    def _spoken(self, request: Request[Any, Any, Any]) -> Language:
        for part in request.headers.get("accept-language", "").split(","):
            match part.strip().lower()[:2]:
                case "ja":
                    return "ja"
                case "en":
                    return "en"
        return self._language()


def routes(door: Door) -> list[HTTPRouteHandler]:
    """Return the handlers of ``/a/<token>``, for the daemon's server or one of their own."""

    @get(f"{PATH}{{token:str}}")
    async def show(token: FromPath[str], request: Request[Any, Any, Any]) -> Response[str]:
        """Show what the link would do; scanners and previews may look as often as they like."""
        return door.answer(await door.desk.look(token), request, acted=False)

    @post(f"{PATH}{{token:str}}", request_max_body_size=MAX_BODY)
    async def act(token: FromPath[str], request: Request[Any, Any, Any]) -> Response[str]:
        """Do what the link is for."""
        wish = _wish(await request.body())
        return door.answer(await door.desk.tap(token, wish), request, acted=True)

    @get(PATH)
    async def cut(request: Request[Any, Any, Any]) -> Response[str]:
        """Answer a link that lost its end on the way."""
        return door.answer(Sight("unknown"), request, acted=False)

    return [show, act, cut]


def create(door: Door) -> Litestar:
    """Build an app of nothing but the links, for an address of their own."""
    return Litestar(routes(door), openapi_config=None, debug=False, logging_config=None)


def _wish(body: bytes) -> Wish:
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=8)
    except ValueError:
        fields = {}
    verdict = _VERDICTS.get(fields.get("verdict", [""])[0])
    mute = fields.get("mute", [""])[0]
    return Wish("not_us" if mute else verdict, fields.get("instead_of", [""])[0], mute)


def _page(html: str, status: int, more: dict[str, str] | None = None) -> Response[str]:
    return Response(html, status_code=status, headers=HEADERS | (more or {}), media_type="text/html")
