"""The course of something that goes on: it opens, eases and closes."""

from math import inf
from typing import Literal

from models.volume.settings import DetectionSettings

Stage = Literal["closed", "open", "easing"]


class Course:
    """Opens when told, and closes after enough easy time."""

    def __init__(self, seconds: float, settings: DetectionSettings) -> None:
        self._seconds = seconds
        self._settings = settings
        self._opened = False
        self._closed = -inf
        self._calm_since: float | None = None

    def recent(self, at: float) -> bool:
        """Tell whether it is closed, and not for long."""
        return not self._opened and at - self._closed <= self._settings.reopen_minutes * 60.0

    def follow(self, at: float, *, opens: bool, goes_on: bool) -> Stage:
        """Return the stage after a row that *opens*, or shows that it *goes_on*."""
        if not self._opened:
            if opens:
                self._opened, self._calm_since = True, None
            return "open" if opens else "closed"
        if goes_on:
            self._calm_since = None
        elif self._calm_since is None:
            self._calm_since = at
        easy = at - self._calm_since + self._seconds if self._calm_since is not None else -inf
        if easy >= self._settings.closing_minutes * 60.0:
            self._opened, self._closed = False, at
            return "closed"
        return "easing" if easy >= self._settings.easing_minutes * 60.0 else "open"
