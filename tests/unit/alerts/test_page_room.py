"""What a page makes room for: posts that can be read, and what speaks against a fire."""

import msgspec
import pytest

from alerts import lifecycle, page
from alerts.incident import Carrier, Explanation, Incident, Quote
from alerts.notification_log import PageKind
from alerts.routing import Receiver
from models.flareup import Mood
from tests.fakes_alerts import NIGHT, an_incident, minutes

JA = Receiver(name="hanako")
EN = Receiver(name="anna", language="en", zone="Europe/Berlin")
LONG = "honestly cannot log in to Norvell since this morning, the hotline is dead and my rent is due today"


def _text(incident: Incident, receiver: Receiver, kind: PageKind = "first") -> str:
    return page.write(incident, kind, receiver=receiver).text


@pytest.mark.parametrize(
    ("receiver", "said"), [(JA, "増えた人の半分以上は不満ではない"), (EN, "most of the extra people")]
)
def test_a_mixed_fire_says_so(receiver: Receiver, said: str) -> None:
    """Where most of those who came on top are not unhappy, that speaks against a fire."""
    moods: tuple[Mood, Mood] = ("mixed", "negative")
    mixed, negative = (_text(an_incident("critical", mood=mood), receiver) for mood in moods)
    assert said in mixed
    assert said not in negative


@pytest.mark.parametrize("receiver", [JA, EN])
def test_a_full_page_shows_two_posts_that_can_be_read(receiver: Receiver) -> None:
    """Three beginnings tell less, on the page of a growth too."""
    told = Explanation(
        quotes=tuple(Quote(source="b", id=f"{n}", text=f"{n} {LONG}", others=4) for n in range(3)),
        terms=("login", "balance", "outage", "statement"),
        starter=Quote(source="b", id="1", text="", author="neko", at=NIGHT),
        carriers=(Carrier("matome", NIGHT + minutes(7), 212),),
        blind=("X", "Instagram", "TikTok"),
        silent=(("Mastodon", NIGHT),),
    )
    burning = an_incident("warning", explanation=told, found_late=True)
    risen = lifecycle.raised(burning, "critical", (), NIGHT + minutes(30))
    text = _text(msgspec.structs.replace(risen, sources=("b", "5ch")), receiver, "grown")
    shown = [line for line in text.split("\n") if line[0] in page.MARKS]
    assert len(shown) == 2
    assert all("cannot log in to Norvell since this" in line for line in shown)
