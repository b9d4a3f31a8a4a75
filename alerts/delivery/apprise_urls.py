"""What is added to an Apprise URL for one page: its incident, how loud it is, and where a tap leads."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import parse_qsl, quote

from alerts import routing
from alerts.notification_log import Page

Loudness = Literal["critical", "warning", "quiet"]
Levels = tuple[str, str, str]

# What the service calls an alert that goes on: one incident is one alert there, and the all-clear ends it.
_ONGOING = {
    **dict.fromkeys(
        ("pagerduty", "firehydrant", "ilert", "squadcast", "incidentio", "signl4", "pagertree"), "dedup"
    ),
    **dict.fromkeys(("goalert", "goalerts"), "dedup"),
    "jira": "alias",
    **dict.fromkeys(("splunk", "victorops"), "entity_id"),
}
# The words for critical, for a warning, and for what must not ring, by the parameter that takes them.
_LEVELS: dict[str, tuple[str, Levels]] = {
    **dict.fromkeys(("ntfy", "ntfys"), ("priority", ("max", "high", "low"))),
    **dict.fromkeys(("gotify", "gotifys"), ("priority", ("emergency", "high", "low"))),
    **dict.fromkeys(("bark", "barks"), ("level", ("critical", "timeSensitive", "passive"))),
    **dict.fromkeys(("pinglet", "pinglets"), ("priority", ("urgent", "urgent", "silent"))),
    "jira": ("priority", ("emergency", "high", "low")),
    **dict.fromkeys(("pover", "prowl", "lauther"), ("priority", ("2", "1", "-1"))),
    **dict.fromkeys(("growl", "join"), ("priority", ("emergency", "high", "moderate"))),
    **dict.fromkeys(("psafer", "psafers"), ("priority", ("2", "1", "-1"))),
    **dict.fromkeys(("fcm", "exotel", "gorush", "gorushs"), ("priority", ("high", "high", "normal"))),
    **dict.fromkeys(("trigv", "trigvs"), ("urgency", ("time_sensitive", "time_sensitive", "standard"))),
    **dict.fromkeys(("smseagle", "smseagles", "dapnet"), ("priority", ("1", "1", "0"))),
    **dict.fromkeys(("dbus", "glib", "gio", "gnome"), ("urgency", ("high", "normal", "low"))),
    "pagerduty": ("severity", ("critical", "warning", "info")),
    "pushward": ("level", ("critical", "time-sensitive", "passive")),
    "youlmk": ("priority", ("critical", "high", "low")),
    "squadcast": ("priority", ("P1", "P2", "P5")),
    "pagertree": ("urgency", ("critical", "high", "low")),
    "ilert": ("priority", ("high", "high", "low")),
    "firehydrant": ("level", ("fatal", "warn", "info")),
    "lametric": ("priority", ("critical", "warning", "info")),
}
# Where a tap on the notification itself can lead.
_TAPPED = frozenset(
    ("ntfy", "ntfys", "bark", "barks", "pagerduty", "ilert", "incidentio", "firehydrant", "lauther")
)
_PLAIN_HTTP = frozenset(("json", "jsons", "form", "forms", "xml", "xmls"))
_MAIL = frozenset(("mailto", "mailtos"))


def scheme(url: str) -> str:
    """Return which service *url* means; never anything secret."""
    return url.partition("://")[0].strip().lower()


def loudness(page: Page) -> Loudness:
    """Return how loud a page may be: an all-clear, and one of two that came together, are quiet."""
    if page.silent or not routing.rings(page.kind):
        return "quiet"
    return "critical" if page.severity == "critical" else "warning"


def notify_type(url: str, page: Page) -> str:
    """Return what Apprise calls the kind of a page: failure, warning, info, or success when it is over."""
    if page.kind == "resolved":
        return "success"
    loud = loudness(page)
    if loud == "quiet" and scheme(url) in _ONGOING and routing.rings(page.kind):
        # To a pager "info" is a note on an alert; that another page rang makes this one no less an alert.
        loud = "critical" if page.severity == "critical" else "warning"
    return {"critical": "failure", "warning": "warning", "quiet": "info"}[loud]


def addressed(url: str, page: Page) -> str:
    """Return *url* for one page; what it says itself is left as it is."""
    url = _filled(url, page)
    said = {key.lower() for key, _ in parse_qsl(url.partition("?")[2], keep_blank_values=True)}
    more = {key: value for key, value in _wanted(scheme(url), page).items() if key.lower() not in said}
    if not more:
        return url
    pairs = "&".join(f"{quote(key, safe='+')}={quote(value, safe='')}" for key, value in more.items())
    return f"{url}{'&' if '?' in url else '?'}{pairs}"


def _wanted(service: str, page: Page) -> dict[str, str]:
    wanted = {"overflow": "truncate"}
    if key := _ONGOING.get(service):
        # Without `map` an all-clear would raise the alert again.
        wanted |= {key: page.incident, "action": "map"}
    if service in _LEVELS:
        key, (critical, warning, quiet) = _LEVELS[service]
        wanted[key] = {"critical": critical, "warning": warning, "quiet": quiet}[loudness(page)]
    if page.link and service in _TAPPED:
        wanted["click"] = page.link
    if service in _PLAIN_HTTP:
        wanted["+Idempotency-Key"] = page.key
    if service in _MAIL:
        wanted |= _mail_headers(page)
    return wanted


def _mail_headers(page: Page) -> dict[str, str]:
    # The same ancestor in every mail: readers show an incident as one thread.
    headers = {"+References": f"<{page.incident.replace(':', '.')}@hinoban>", "+X-Hinoban-Page": page.key}
    return headers | ({"+X-Priority": "1"} if loudness(page) == "critical" else {})


def _filled(url: str, page: Page) -> str:
    known: Mapping[str, str] = {
        "incident": page.incident,
        "key": page.key,
        "severity": page.severity,
        "kind": page.kind,
        "link": page.link,
    }
    for name, value in known.items():
        url = url.replace(f"{{{name}}}", quote(value, safe=""))
    return url
