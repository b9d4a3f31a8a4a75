"""From the settings to the people who are called: receivers, routes and their ladders."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from alerts.digest.standdown import Rule
from alerts.escalation import ladder
from alerts.escalation.ladder import Ladder
from alerts.escalation.route import Fixed, OnCall, People, Route
from alerts.routing import Receiver
from config import routes
from config.settings import Receiver as GivenReceiver
from config.settings import Settings
from models.keyword import Topic, TopicKey

Current = Callable[[str], OnCall]
"""Returns the rota of a name as it is now."""


class Standing(NamedTuple):
    """A rota by its name: whatever was read last answers."""

    current: Current
    name: str

    def on_call(self, at: datetime) -> tuple[str, ...]:
        """Return who is on call now, in order."""
        return self.current(self.name).on_call(at)

    def line(self, at: datetime) -> tuple[str, ...]:
        """Return everyone in the order to ask."""
        return self.current(self.name).line(at)

    def team(self) -> tuple[str, ...]:
        """Return everyone."""
        return self.current(self.name).team()


def nobody(name: str) -> OnCall:
    """Know no rota: whoever is the fallback is called."""
    del name
    return Fixed(())


def fallback(settings: Settings) -> Receiver:
    """Return who is paged when nobody else is named, on every channel where nobody is configured."""
    name = settings.alerting.fallback
    given = settings.receivers.get(name) or GivenReceiver(channels=tuple(settings.channels))
    return receiver(settings, name, given)


def receiver(settings: Settings, name: str, given: GivenReceiver) -> Receiver:
    """Return a receiver as pages reach them."""
    night = routes.NIGHT if settings.route else ""
    return Receiver(
        name=name,
        language=given.language,
        zone=given.zone or settings.time_zone,
        channels=given.channels,
        backup=given.backup,
        louder=given.louder,
        quiet=night if given.quiet == routes.AUTO else given.quiet,
        night_cap=given.night_cap,
        names=(*given.names, *given.shown.values()),
        shown=tuple(given.shown.items()),
    )


def people(settings: Settings, waking: Collection[str]) -> People:
    """Return every receiver, and the channels that can wake one."""
    known = {name: receiver(settings, name, given) for name, given in settings.receivers.items()}
    return People(known, frozenset(waking))


def rules(settings: Settings) -> dict[str, Rule]:
    """Return, per brand, who declares a critical fire over, and after how much quiet."""
    return {
        slug: Rule(declared_by=brand.stand_down.declared_by, quiet_minutes=brand.stand_down.quiet_minutes)
        for slug, brand in settings.brand.items()
    }


def route_of(
    settings: Settings, topics: Mapping[TopicKey, Topic], current: Current = nobody
) -> Callable[[TopicKey], Route | None]:
    """Return what finds the route of a topic: its own, else its brand's, else the general one."""
    built = {name: route(settings, name, current) for name in settings.route}

    return lambda key: built.get(named(settings, topics, key))


def named(settings: Settings, topics: Mapping[TopicKey, Topic], key: TopicKey) -> str:
    """Return the route of a topic by name, empty where it has none; one that is not there is passed over."""
    topic, brand = topics.get(key), settings.brand.get(key.brand)
    given = (topic.route if topic else "", brand.route if brand else "", settings.alerting.route)
    return next((name for name in given if name in settings.route), "")


def route(settings: Settings, name: str, current: Current = nobody) -> Route:
    """Return the route of a name."""
    given, everyone = settings.route[name], people(settings, ())
    return Route(
        name=name,
        on_call=Standing(current, given.rota) if given.rota else Fixed(given.receivers),
        ladder=ladder_of(settings, given.ladder),
        warning=ladder_of(settings, given.warning_ladder or given.ladder),
        owner=given.owner,
        fallback=everyone.receivers.get(given.fallback) or fallback(settings),
    )


def ladder_of(settings: Settings, name: str) -> Ladder:
    """Return a ladder of the settings, or one of those that are always there."""
    if name in settings.escalation:
        found: Ladder = settings.escalation[name]
        return found
    return ladder.steady(settings.alerting.remind_minutes) if name == "steady" else Ladder()
