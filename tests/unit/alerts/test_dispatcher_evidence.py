"""What an incident tells of what was said: kept up with while it burns, dropped where posts are deleted."""

from tests.fakes_alerts import NIGHT, PlantedEvidence, a_flare, a_mention, minutes
from tests.fakes_dispatcher import ID, Night


async def test_the_page_goes_out_even_when_the_evidence_cannot_be_read() -> None:
    """A broken store costs the quotes, never the page."""
    night = Night(evidence=PlantedEvidence(broken=True))
    await night.flares(a_flare("opened"))
    assert "監視外: X、Instagram" in next(iter(night.log.pages.values())).text


async def test_a_deleted_post_leaves_the_incident_and_its_state() -> None:
    """Quotes of deleted posts are dropped from memory, log and board."""
    evidence = PlantedEvidence([a_mention("さくらプリンに虫が入っていた", "neko", at=1)])
    night = Night(evidence=evidence, publishers=("mqtt",))
    await night.flares(a_flare("opened"))
    assert night.log.incidents[ID].explanation.quotes[0].id == "neko-1"
    await night.dispatcher.forget(["bluesky/neko-1"], NIGHT + minutes(12))
    assert night.log.incidents[ID].explanation.quotes == ()
    assert "虫" not in bytes(list(night.log.pages.values())[-1].payload).decode()


async def test_reasons_are_measured_again_while_it_burns() -> None:
    """The incident's figures and reasons do not drift apart; what decided stays named."""
    night = Night()
    await night.flares(a_flare("opened", negative=38, expected=5), a_flare("updated", at=30, negative=61))
    kept = night.log.incidents[ID]
    assert kept.decided == ("negative_30_min",)
    assert (kept.reasons[0].signal, kept.reasons[0].value) == ("negative_30_min", 61)


async def test_a_small_fire_beside_a_large_one_does_not_speak_for_it() -> None:
    """The reasons are those of the topic whose figures are told."""
    night = Night()
    await night.flares(
        a_flare("opened", negative=38, expected=5), a_flare("opened", topic="cola", at=12, negative=12)
    )
    assert night.log.incidents[ID].reasons[0].value == 38


async def test_what_was_said_is_looked_up_again_while_it_burns() -> None:
    """Every five minutes, page or no page, and not oftener."""
    evidence = PlantedEvidence([a_mention("さくらプリンに虫が入っていた", "neko", at=1)])
    night = Night(evidence=evidence)
    await night.flares(a_flare("opened"))
    evidence.planted += [a_mention("", f"r{i}", at=11, kind="repost", target="neko-1") for i in range(4)]
    await night.flares(a_flare("updated", at=13))
    assert night.log.incidents[ID].explanation.observed.reposts == 0
    await night.flares(a_flare("updated", at=15))
    assert night.log.incidents[ID].explanation.observed.reposts == 4


async def test_a_headline_is_kept_in_every_language() -> None:
    """A program's reader need not read the receiver's language."""
    night = Night()
    await night.flares(a_flare("opened"))
    told = night.log.incidents[ID]
    assert told.summaries["ja"] == told.summary
    assert told.summaries["en"].startswith("[WARNING] pudding")


async def test_a_carrier_whose_post_was_deleted_is_not_named_any_more() -> None:
    """Not only quotes are forgotten."""
    said = [a_mention("さくらプリンに虫", "neko", at=1), a_mention("さくらプリンに虫だって", "matome", at=2)]
    for target, n in (("neko-1", 4), ("matome-2", 9)):
        said += [a_mention("", f"{target}{i}", at=3, kind="repost", target=target) for i in range(n)]
    night = Night(evidence=PlantedEvidence(said))
    await night.flares(a_flare("opened"))
    assert [one.who for one in night.log.incidents[ID].explanation.carriers] == ["matome"]
    await night.dispatcher.forget(["bluesky/matome-2"], NIGHT + minutes(12))
    assert night.log.incidents[ID].explanation.carriers == ()
