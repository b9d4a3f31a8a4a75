"""The all-clear says who declares a critical fire over, and until when it must stay quiet for that."""

import msgspec
import pytest

from alerts import page
from alerts.digest.standdown import Rule
from alerts.incident import Explanation, Incident
from alerts.layout import rows
from alerts.page import House
from alerts.paging import Paging, Policy, When
from alerts.routing import Receiver
from tests.unit.digest.nights import READERS, clock, fire, over, topic_of

RULE = Rule(declared_by="広報責任者 山田", quiet_minutes=150)
JA, EN = READERS["ja"], READERS["en"]


def line(incident: Incident, reader: Receiver = JA, rule: Rule = RULE) -> str:
    """Return the line about standing down; empty where there is none."""
    text = page.write(incident, "resolved", receiver=reader, topic_of=topic_of, house=House(rule=rule)).text
    said = [one for one in text.split("\n") if one.startswith(("警戒解除", "Stand down"))]
    assert len(said) <= 1
    return "".join(said)


def test_it_says_who_and_until_when() -> None:
    """By the reader's clock, in both languages."""
    burnt = over(fire(), "06:33")
    assert line(burnt) == "警戒解除: 09:03まで静かなら広報責任者 山田が宣言(静穏2時間30分)"
    assert line(burnt, EN) == (
        "Stand down: 広報責任者 山田 declares it if it stays quiet until 09:03 (2 h 30 min)"
    )


def test_without_an_agreement_it_is_the_spokesperson_after_three_hours() -> None:
    """Somebody must say so, and not at once."""
    assert (
        line(over(fire(), "06:33"), rule=Rule()) == "警戒解除: 09:33まで静かなら広報責任者が宣言(静穏3時間)"
    )


def test_what_was_closed_while_it_burnt_has_no_hour_yet() -> None:
    """Quiet begins with the last flame."""
    closed = msgspec.structs.replace(fire(), state="resolved", resolved_at=clock("03:00"))
    assert line(closed) == "警戒解除: 収まってから静穏2時間30分で広報責任者 山田が宣言可"


@pytest.mark.parametrize("verdict", ["noise", "campaign", "not_us"])
def test_what_was_no_fire_is_not_called_off(verdict: str) -> None:
    """Nor is what was only a warning; a real one is."""
    burnt = over(fire(), "06:33")
    assert line(msgspec.structs.replace(burnt, verdict=verdict)) == ""
    assert line(msgspec.structs.replace(burnt, verdict="real")) != ""
    assert line(over(fire("02:10", "warning"), "06:33")) == ""


def test_it_fits_beside_everything_else() -> None:
    """A long name gives way; the page stays within its limits and has no empty line."""
    told = Explanation(
        terms=("異物混入",) * 5, blind=("X", "Instagram", "TikTok"), silent=(("Mastodon", clock("02:00")),)
    )
    burnt = over(fire(explanation=told, owner="tanaka"), "06:33")
    for reader in (JA, EN):
        house = House(rule=Rule(declared_by="本部長" * 40))
        text = page.write(burnt, "resolved", receiver=reader, house=house).text
        assert len(text) <= 900
        assert rows(text) <= 20
        assert all(text.split("\n"))
        assert "…" in text


def test_the_rule_is_that_of_the_brand() -> None:
    """As the policy says, on the page that is sent."""
    burnt = msgspec.structs.replace(over(fire(), "06:33"), paged_at=clock("02:20"))
    policy = Policy(receiver=JA, rules={burnt.brand: RULE})
    _, pages = Paging(policy).all_clear(burnt, When(clock("06:33"), clock("06:33")))
    assert "山田が宣言(静穏2時間30分)" in pages[0].text
