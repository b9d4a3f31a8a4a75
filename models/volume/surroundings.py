"""What a topic shares with others while it is judged."""

from typing import NamedTuple

from models.volume.calendar import NOTHING, Agenda, Calendar
from models.volume.outages import Outages
from models.volume.settings import DetectionSettings


class Surroundings(NamedTuple):
    """The constants, the week of the brand, which sources were dead when, and the topic's own events."""

    settings: DetectionSettings
    calendar: Calendar
    outages: Outages
    agenda: Agenda = NOTHING
