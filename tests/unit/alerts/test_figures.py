"""What nobody knew when a fire was told is told when somebody is asked again."""

import pytest

from alerts import figures
from alerts.dispatcher import Dispatcher
from alerts.incident import Incident
from tests.fakes_alerts import NIGHT, PlantedEvidence, a_flare, a_paging, minutes
from tests.fakes_log import MemoryLog

UNJUDGED = a_flare(
    "ember", negative=0, size=0, share=0.0, share_low=0.0, share_high=1.0, risks={"safety": 14}, at=1
)


async def asked_again(evidence: PlantedEvidence) -> tuple[Incident, str]:
    """Let a danger be told before anything is judged, and nobody answer; return it and its second page."""
    log = MemoryLog()
    dispatcher = Dispatcher(log, a_paging(), evidence=evidence)
    await dispatcher.flared([UNJUDGED], now=NIGHT + minutes(1))
    [incident] = dispatcher.open_incidents
    assert (incident.severity, incident.negative) == ("critical", 0)
    changes = await dispatcher.tick(NIGHT + minutes(12))
    [page] = [page for change in changes for page in change.pages]
    return dispatcher.open_incidents[0], page.text


async def test_a_page_has_the_figures_that_were_judged_meanwhile() -> None:
    """A risk class pages at once; a minute later everything is judged, and the reminder says so."""
    evidence = PlantedEvidence()
    evidence.planted_reading = a_flare(negative=13, share=0.35, share_low=0.2, share_high=0.5).reading
    incident, text = await asked_again(evidence)
    assert (incident.negative, incident.size) == (13, 26.0)
    assert "不満 35%(推定20〜50%)" in text
    assert "まだ判定中" not in text


async def test_what_is_not_judged_yet_stays_unknown() -> None:
    """Also where nobody counts, or counting fails: the page goes out."""
    waits = PlantedEvidence()
    waits.planted_reading = UNJUDGED.reading
    for evidence in (PlantedEvidence(), waits, PlantedEvidence(broken=True)):
        incident, text = await asked_again(evidence)
        assert incident.negative == 0
        assert "まだ判定中" in text


@pytest.mark.parametrize("negative", [0.0, 40.0])
async def test_what_a_flare_up_told_is_not_told_otherwise(negative: float) -> None:
    """It was judged, and belongs to the moment that decided."""
    dispatcher = Dispatcher(MemoryLog(), a_paging())
    await dispatcher.flared([a_flare()], now=NIGHT + minutes(10))
    [incident] = dispatcher.open_incidents
    reading = a_flare(negative=negative).reading
    assert figures.completed(incident, lambda _: reading) == incident
