"""The policy: who hears of what, whom a topic's route calls, and how patient everybody is."""

from collections.abc import Callable, Mapping

import msgspec

from alerts.digest.standdown import Rule
from alerts.escalation import ladder
from alerts.escalation.route import People, Route
from alerts.incident import Incident
from alerts.page import Ways
from alerts.routing import Receiver
from models.keyword import TopicKey

RouteOf = Callable[[TopicKey], Route | None]


def unrouted(key: TopicKey) -> Route | None:
    """Know no route: the fallback receiver is paged."""
    del key
    return None


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """Who hears of what: ``route_of`` a topic says whom to call; ``publishers`` are told every present state.

    Where no route is known, ``receiver`` is paged at once, and again every ``repeat_minutes``. ``people``
    are all receivers by name.
    """

    receiver: Receiver = Receiver()
    publishers: tuple[str, ...] = ()
    ways: Ways = Ways()
    repeat_minutes: int = 10  # remind until acknowledged; 0 never
    merge_minutes: int = 120  # fires of one brand that overlap within this are one incident
    remember_hours: int = 72  # how long a resolved incident can be reopened
    bundle_seconds: int = 60  # pages to one person within this are one sound; 0 never
    people: People = People()
    route_of: RouteOf = unrouted
    rules: Mapping[str, Rule] = {}  # by brand: who declares a critical fire over

    def route(self, incident: Incident) -> Route:
        """Return where the pages of *incident* go: the route of the topic where it opened."""
        found = self.route_of(TopicKey(incident.brand, incident.topic))
        if found is not None:
            return found
        steady = ladder.steady(self.repeat_minutes)
        return Route(ladder=steady, warning=steady, fallback=self.receiver)

    def everybody(self) -> People:
        """Return the people, the fallback receiver among them."""
        known = {self.receiver.name: self.receiver, **self.people.receivers}
        return self.people._replace(receivers=known)
