"""The people of the night: who hears what, and what they do about it."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import aiohttp

from alerts.notification_log import NotificationLog, Page
from alerts.routing import rings

LINK = re.compile(r"https://watch\.example(/a/[A-Za-z0-9]{22})")
UP = timedelta(minutes=45)
"""How long somebody who answered is awake, and sees whatever comes."""


class Habit(NamedTuple):
    """A sleeper: which channel gets them up, from when on, and how soon they answer then."""

    hears: str
    since: datetime
    takes: timedelta


class Act(NamedTuple):
    """What somebody did with the link of a page, what the watch said, and how the incident stood then."""

    at: datetime
    who: str
    what: str  # "opened" or "pressed"
    status: int
    state: str


class Plan(NamedTuple):
    """Somebody is up, and is about to open the link of a page."""

    at: datetime
    who: str
    incident: str
    path: str


class People:
    """Hear pages, each by their habit, and answer by one-tap link over HTTP, as a phone does."""

    def __init__(self, habits: Mapping[str, Habit], log: NotificationLog, port: int) -> None:
        self.plans: list[Plan] = []
        self._habits = habits
        self._log = log
        self._url = f"http://127.0.0.1:{port}"
        self._answered: dict[str, datetime] = {}

    def hear(self, page: Page, now: datetime) -> None:
        """Let a page reach its receiver, who plans to answer it if they are up, or if it gets them up."""
        link, habit = LINK.search(page.link), self._habits.get(page.to)
        planned = any((plan.who, plan.incident) == (page.to, page.incident) for plan in self.plans)
        if not (link and habit and rings(page.kind)) or planned:
            return
        last = self._answered.get(page.to)
        up = last is not None and now - last < UP
        if up or (habit.since <= now and habit.hears == page.channel):
            self.plans.append(Plan(now + habit.takes, page.to, page.incident, link[1]))

    async def act(self, now: datetime) -> list[Act]:
        """Do what was planned for *now*: open the link, read, press the button."""
        due = [plan for plan in self.plans if plan.at <= now]
        self.plans = [plan for plan in self.plans if plan.at > now]
        self._answered |= {plan.who: now for plan in due}
        return [
            await self._ask(plan, *way) for plan in due for way in (("GET", "opened"), ("POST", "pressed"))
        ]

    async def _ask(self, plan: Plan, method: str, what: str) -> Act:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self._url + plan.path) as answer,
        ):
            await answer.read()
        incident = await self._log.incident(plan.incident)
        return Act(plan.at, plan.who, what, answer.status, incident.state if incident else "unknown")
