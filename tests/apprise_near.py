"""The near side of Apprise: pages, and notifiers of the URLs that a test names."""

from typing import Any

import msgspec
import pytest

from alerts.delivery.apprise import AppriseNotifier, Settings
from alerts.delivery.notifier import DeliveryError
from alerts.notification_log import Page
from models.clock import VirtualClock
from tests.fakes_alerts import NIGHT, a_paging, an_incident


def a_page(kind: Any = "first", severity: Any = "critical", **changes: Any) -> Page:
    """Build a page of the sakura pudding."""
    page, *_ = a_paging().pages(an_incident(severity), kind, "0", now=NIGHT, decided_at=NIGHT)
    return msgspec.structs.replace(page, **changes)


def a_notifier(*urls: str, **settings: Any) -> AppriseNotifier:
    """Build a notifier of these URLs."""
    return AppriseNotifier(Settings(**settings), urls, VirtualClock(NIGHT))


async def refusal(notifier: AppriseNotifier, page: Page) -> DeliveryError:
    """Return why a page was not delivered."""
    with pytest.raises(DeliveryError) as error:
        await notifier.deliver(page)
    return error.value
