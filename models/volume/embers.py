"""Embers: what glows is said once in a while, and not learned."""

from collections.abc import Mapping

import msgspec

from models.volume.settings import DetectionSettings

LONG_AGO = -(1 << 40)


class Embers(msgspec.Struct):
    """When a topic last glowed, for half a fire and for a risk class; in minutes since the epoch."""

    glowed: int = LONG_AGO
    warned: int = LONG_AGO
    heeded: int = LONG_AGO
    """Up to here what is said of a risk may belong to a fire that was told anyway."""
    about: list[str] = []
    """The risk classes that it was about."""
    told: dict[str, int] = msgspec.field(default_factory=dict, name="told_of")
    """How many people spoke of each risk class when that was last said: each one more is news."""
    held: tuple[int, int] = (LONG_AGO, LONG_AGO)
    """First and last minute of the present stretch of half a fire."""

    def speak(self, head: int, settings: DetectionSettings, *, risky: Mapping[str, int], half: bool) -> bool:
        """Tell whether an ember is due, and remember that it was said; *risky* are people by risk class."""
        told = self.told if head - max(self.warned, self.heeded) < settings.ember_minutes else {}
        ours = self.about if head - self.heeded < settings.ember_minutes else []
        warn = any(people > told.get(risk, 0) for risk, people in risky.items() if risk not in ours)
        if warn:
            # A class of which nobody spoke for two hours is news again, whatever was told of others.
            self.told = {risk: max(people, told.get(risk, 0)) for risk, people in risky.items()}
        glow = half and head - self.glowed >= settings.ember_minutes
        self.warned = head if warn else self.warned
        self.glowed = head if glow else self.glowed
        return warn or glow

    def heed(self, until: int, risky: Mapping[str, int], authors: int) -> None:
        """Let those who speak of a risk as a fire ends belong to it; where *authors* do, also who follows."""
        if risky:
            self.heeded, self.told = until, dict(risky)
            self.about = [risk for risk, people in risky.items() if people >= authors]

    def lately(self, head: int, settings: DetectionSettings) -> bool:
        """Tell whether the topic still glows."""
        return head - max(self.glowed, self.warned) < settings.ember_minutes

    def hold(self, head: int, settings: DetectionSettings) -> bool:
        """Tell whether half a fire keeps what is in the window from being learned, but not for ever.

        A fire that was missed and learned would hide the next one.
        """
        first = self.held[0] if head - self.held[1] <= settings.ember_minutes else head
        self.held = (first, head)
        return head - first <= settings.hold_hours * 60
