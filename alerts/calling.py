"""Calling: from the cause of a change to the rounds it begins, the steps it takes, and their pages."""

from collections.abc import Iterable
from datetime import datetime

import structlog

from alerts import routing
from alerts.decision import MORNING, OVER, STEP, Cause
from alerts.escalation import crowd, memory
from alerts.incident import Incident
from alerts.notification_log import LogError, NotificationLog, Page
from alerts.paging import Paging, When

log = structlog.get_logger(__name__)


async def called(
    cause: Cause | None,
    incident: Incident,
    others: Iterable[Incident],
    when: When,
    *,
    by: Paging,
    known: NotificationLog,
) -> tuple[Incident, list[Page]]:
    """Begin the round that *cause* asks for, and take what is due of the incident's ladder.

    *others* are all incidents of the moment, for their sounds; *known* counts everybody's night pages.
    """
    if cause == OVER:
        return by.all_clear(incident, when)
    if cause == MORNING:
        return by.morning(incident, when)
    if cause is None or not routing.pages(incident):
        return incident, []
    if cause != STEP:
        spared = await _spared(incident, by, known, when.now)
        incident = memory.begun(incident, cause.kind, cause.occasion, when.now, ask=cause.ask, spared=spared)
    return by.called(incident, others, when)


async def _spared(incident: Incident, by: Paging, known: NotificationLog, now: datetime) -> tuple[str, ...]:
    if incident.severity != "critical" or not by.capped():
        return ()
    try:
        load = await known.night_pages(now - crowd.WEEK)
    except LogError as error:
        # Who was woken how often is a courtesy; calling somebody is not.
        log.warning("night load unknown", error=str(error))
        return ()
    return by.spared(incident, load, now)
