"""Line 1: the reason that decided, in the reader's language."""

from typing import Any

import msgspec
import pytest

from alerts import lifecycle, page
from alerts.routing import Receiver
from alerts.severity import SeveritySettings, judge
from models.flareup import FlareUp, Reason
from models.keyword import Topic
from tests.fakes_alerts import a_flare, an_incident, minutes

NAMES = {"ja": "さくらプリン", "en": "Sakura pudding"}
RECEIVERS: dict[Any, Receiver] = {"ja": Receiver(), "en": Receiver(language="en")}


def _headline(flare: FlareUp, language: str = "ja") -> str:
    judgement = judge(flare, SeveritySettings())
    incident = lifecycle.opened_by(flare, judgement.severity, judgement.reasons)
    topic = Topic(slug="pudding", name=NAMES)
    return page.title(incident, receiver=RECEIVERS[language], topic_of=lambda _: topic)


def _slow(**changes: Any) -> FlareUp:
    flare = a_flare("opened", negative=4, expected=1, started=-600, at=0, **changes)
    reason = Reason(signal="slow_burn:10h", value=62, expected=20)
    return msgspec.structs.replace(flare, reasons=(reason,))


UNSCORED = a_flare("ember", negative=0, expected=0.4, risks={"safety": 38})


@pytest.mark.parametrize(
    ("flare", "language", "headline"),
    [
        (UNSCORED, "ja", "【緊急】さくらプリン 安全の指摘38人/2時間 02:40〜"),
        (UNSCORED, "en", "[CRITICAL] Sakura pudding: 38 mention safety in 2 h from 02:40"),
        (a_flare(negative=3, risks={"boycott": 9}), "ja", "【緊急】さくらプリン 不買の声9人/2時間 02:40〜"),
        (
            a_flare(negative=3, risks={"leak": 9}),
            "en",
            "[CRITICAL] Sakura pudding: 9 mention a leak in 2 h from 02:40",
        ),
        (a_flare(negative=30, risks={"leak": 9}), "ja", "【緊急】さくらプリン 不満30人/30分(普段2) 02:40〜"),
        (a_flare(negative=3, risks={"leak": 4}), "ja", "【注意】さくらプリン 不満3人/30分(普段2) 02:40〜"),
        (_slow(), "ja", "【注意】さくらプリン 不満62人/10時間(普段20) 16:40〜"),
        (_slow(), "en", "[WARNING] Sakura pudding: 62 unhappy in 10 h (usual 20) from 16:40"),
        (
            a_flare("ember", negative=0, risks={"safety": 1}),
            "ja",
            "【火種】さくらプリン 安全の指摘1人/2時間 02:40〜",
        ),
        (a_flare(mood="positive", size=2, volume=124.0), "ja", "【称賛】さくらプリン 124人/時 02:40〜"),
    ],
)
def test_a_headline_names_what_decided(flare: FlareUp, language: str, headline: str) -> None:
    """Negative people where they decided or are more, else the risk class or the slow burn and its window."""
    assert _headline(flare, language) == headline


def test_every_risk_class_has_a_name_in_both_languages() -> None:
    """No class of the keyword lists is shown as a slug."""
    for risk in ("safety", "leak", "discrimination", "legal", "boycott", "misconduct"):
        assert risk not in _headline(a_flare("ember", negative=0, risks={risk: 9}))
        assert "mention" in _headline(a_flare("ember", negative=0, risks={risk: 9}), "en")


def test_a_headline_follows_the_figures_of_now() -> None:
    """A reminder shows today's authors, and the negative people once they are more."""
    judgement = judge(UNSCORED, SeveritySettings())
    opened = lifecycle.opened_by(UNSCORED, judgement.severity, judgement.reasons)
    more = lifecycle.updated(opened, a_flare("updated", at=20, negative=7, risks={"safety": 52}))
    scored = lifecycle.updated(more, a_flare("updated", at=30, negative=60, risks={"safety": 55}))
    said = [page.title(each, receiver=RECEIVERS["ja"]) for each in (more, scored)]
    assert ["安全の指摘52人/2時間" in said[0], "不満60人/30分" in said[1]] == [True, True]


def test_an_all_clear_names_no_severity_in_its_headline() -> None:
    """Phones that ring for 緊急 or CRITICAL do not ring for the end of it."""
    over = lifecycle.resolved(
        an_incident("critical", peak=90.0), by="sato", channel="cli", at=an_incident().opened_at + minutes(60)
    )
    assert page.title(over, receiver=RECEIVERS["ja"]) == "【収束】pudding 1時間10分 最大 不満90人/時"
    assert "CRITICAL" not in page.title(over, receiver=RECEIVERS["en"])
