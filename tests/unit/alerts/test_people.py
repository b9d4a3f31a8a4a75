"""Who is shown to people: by their name in the reader's language, wherever a page or a digest names them."""

from typing import Any

import msgspec

from alerts import lifecycle, page
from alerts.digest import message
from alerts.digest.morning import Moment, morning
from alerts.escalation.record import Ring
from alerts.escalation.route import People
from alerts.incident import Incident
from alerts.notification_log import PageKind
from alerts.routing import Receiver
from tests.fakes_alerts import NIGHT, an_incident, minutes
from tests.unit.digest.nights import NIGHT as LAST_NIGHT
from tests.unit.digest.nights import READERS, busy, topic_of

SATO = Receiver(name="sato", shown=(("ja", "佐藤"), ("en", "Sato")), names=("佐藤", "Sato", "hanako.s"))
TANAKA = Receiver(name="tanaka", shown=(("", "田中 @ops"),))
ITO = Receiver(name="ito")
CREW = People({one.name: one for one in (SATO, TANAKA, ITO)})
EN = Receiver(name="anna", language="en")


def written(incident: Incident, kind: PageKind, receiver: Receiver = ITO) -> str:
    """Return a page as its receiver reads it."""
    return page.write(incident, kind, receiver=receiver, house=page.House(CREW.shown)).text


def owned(by: str) -> Incident:
    """Return a fire that somebody acknowledged."""
    given: dict[str, Any] = {"by": by, "channel": "mqtt"}
    return lifecycle.acknowledged(an_incident("critical"), **given, at=NIGHT + minutes(20))


def test_somebody_is_called_by_the_name_of_the_readers_language() -> None:
    """Else by the one there is, else as they are known; whatever they called themselves."""
    assert [SATO.called(language) for language in ("ja", "en", "de")] == ["佐藤", "Sato", "佐藤"]
    assert (TANAKA.called("en"), ITO.called("ja")) == ("田中 @ops", "ito")
    assert [CREW.shown(who, "ja") for who in ("SATO", "hanako.s", "nobody", "")] == [
        "佐藤",
        "佐藤",
        "nobody",
        "",
    ]


def test_a_page_names_its_owner() -> None:
    """In both languages; a name cannot mention anybody."""
    assert "対応中: 佐藤(" in written(owned("sato"), "first")
    assert "Owned by Sato since" in written(owned("hanako.s"), "first", EN)
    assert "対応中: 田中 ＠ops(" in written(owned("tanaka"), "first")


def test_a_call_for_help_names_who_did_not_answer() -> None:
    """By the names that the helper knows."""
    rung = (Ring(to="sato", at=NIGHT, severity="critical"), Ring(to="tanaka", at=NIGHT, severity="critical"))
    one = msgspec.structs.replace(an_incident("critical"), rung=rung)
    assert "応答なし: 佐藤 02:40、田中 ＠ops 02:40" in written(one, "escalation")


def test_the_all_clear_and_the_question_name_the_owner() -> None:
    """Who is asked "still on it?" is asked by name."""
    asked = lifecycle.awake(owned("sato"), NIGHT + minutes(50), "still on it?")
    assert "佐藤さん、まだ対応中ですか?" in written(asked, "reminder")
    over = lifecycle.resolved(owned("sato"), by="hinoban", channel="", at=NIGHT + minutes(90))
    assert "handled by Sato (since" in written(over, "resolved", EN)


def test_the_digest_names_people() -> None:
    """Who answered, who owns what, and who was woken how often."""
    told = morning(busy(), Moment(LAST_NIGHT, LAST_NIGHT.end))
    text = message.write(told, READERS["ja"], topic_of, name_of=CREW.shown).text
    assert "田中 ＠opsが6分で応答" in text
    assert "■夜の負担 佐藤 1回、田中 ＠ops 1回" in text
    english = message.write(told, READERS["en"], topic_of, name_of=CREW.shown).text
    assert "Night load: Sato 1, 田中 ＠ops 1" in english
    assert "sato" not in english
