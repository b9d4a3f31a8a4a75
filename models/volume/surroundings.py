"""What a topic shares with others while it is judged."""

from typing import NamedTuple

from models.volume.baseline import Calendar
from models.volume.outages import Outages
from models.volume.settings import DetectionSettings


class Surroundings(NamedTuple):
    """The constants, the calendar of the brand's zone, and which sources were dead when."""

    settings: DetectionSettings
    calendar: Calendar
    outages: Outages
