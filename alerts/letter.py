"""Messages that are of no incident: a digest, a gap of a rota, a notice, a drill."""

from typing import Any

import msgspec

from alerts import bodies, routing
from alerts.notification_log import Page


def letter(page: Page, **more: Any) -> Page:
    """Return *page* with the body that programs get: what it is, to whom, *more*, and whether it rings."""
    line = {"event": page.kind, "to": page.to, "channel": page.channel} | more
    said = {"text": page.text, "rings": routing.rings(page.kind)}
    body = bodies.envelope(page.key, page.created_at) | line | said
    return msgspec.structs.replace(page, payload=msgspec.Raw(bodies.encode(body)))
