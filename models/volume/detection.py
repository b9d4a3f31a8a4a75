"""One topic: counts in, transitions of its flare-up out; no clock, no I/O, no look-ahead."""

import msgspec

from models.flareup import FlareUp, Mood, Reading, State, Transition
from models.keyword import TopicKey
from models.mention import Label
from models.volume import reading as readings
from models.volume import weighing as weights
from models.volume.buzz import buzz_mood, loudest_buzz, still_buzzes
from models.volume.counting import WINDOW
from models.volume.embers import Embers
from models.volume.episode import Episode, mood, size
from models.volume.expectation import Expectation
from models.volume.settings import DetectionSettings
from models.volume.slowburn import SlowBurn
from models.volume.surroundings import Surroundings
from models.volume.tally import Sighting, Tally
from models.volume.weighing import Scale, Weighing


class Topic(msgspec.Struct):
    """The whole state of one topic; a plain record, so that a restart changes nothing."""

    key: TopicKey
    tally: Tally
    expectation: Expectation
    episode: Episode | None = None
    buzz: Episode | None = None
    slow: SlowBurn = msgspec.field(default_factory=SlowBurn)
    embers: Embers = msgspec.field(default_factory=Embers)
    shelved: Expectation | None = None

    @property
    def head(self) -> int:
        """Return the running minute."""
        return self.tally.head

    @property
    def open(self) -> bool:
        """Tell whether a flare-up is open."""
        return self.episode is not None and self.episode.open

    @property
    def buzzing(self) -> bool:
        """Tell whether a spike that is not negative is going on."""
        return self.buzz is not None and self.buzz.open

    @property
    def idle(self) -> bool:
        """Tell whether nothing can happen before the next post."""
        return self.tally.quiet and not self.open and not self.buzzing

    def cold(self, settings: DetectionSettings) -> bool:
        """Tell whether too little was seen to know what is normal."""
        return self.expectation.baseline.hours < settings.cold_hours

    def begin(self, minute: int, around: Surroundings) -> None:
        """Start to be watched, knowing only what was imported."""
        self.tally = Tally.empty(minute)
        self.expectation.born = minute
        self.expectation.begin(minute, around.calendar)

    def count(self, sighting: Sighting, now: float, around: Surroundings) -> bool:
        """Count a mention; False when it changed nothing."""
        return self.tally.count(sighting, now, around.settings)

    def judge(self, post: str, label: Label, around: Surroundings) -> bool:
        """Count a score; False when it changed nothing."""
        return self.tally.judge(post, label, around.settings)

    def advance(self, minute: int, around: Surroundings) -> list[FlareUp]:
        """Close every minute before *minute*; idle stretches are taken an hour at a time."""
        said: list[FlareUp] = []
        while self.head < minute:
            idle = self.idle
            if not idle:
                said += self.evaluate((self.head + 1) * 60.0, around, closing=True)
            target = min(minute, (self.head // 60 + 1) * 60) if idle else self.head + 1
            said += self._move(target, around, idle=idle)
        return said

    def _move(self, minute: int, around: Surroundings, *, idle: bool) -> list[FlareUp]:
        said = self._end_hour(around, idle=idle) if minute % 60 == 0 else []
        oldest = self.head - WINDOW + 1
        if self.episode is not None:
            expected = self.expectation.leaving(oldest, self.tally.people.ring.values[-WINDOW], around)
            self.episode.leave(oldest, self.tally.negative.ring.values[-WINDOW], expected)
        for leaving in range(oldest, oldest + minute - self.head):
            self.expectation.note_outages(leaving, around.outages, self.tally, around.settings)
        head = self.head
        self.tally.advance(minute)
        self.expectation.advance(head, minute - (minute % 60 == 0))
        if minute % 60 == 0:
            self._learn(minute // 60, around)
        return said

    def _learn(self, hour: int, around: Surroundings) -> None:
        """Learn the hour that has just left the window, and expect the next one."""
        self.expectation.learn_hour(hour - 3, self.tally, around)
        keep = 0.5 ** (1 / (24 * around.settings.level_half_life_days))
        self.tally.sources = {source: count * keep for source, count in self.tally.sources.items()}
        self.expectation.enter(hour, around.calendar)

    def _end_hour(self, around: Surroundings, *, idle: bool) -> list[FlareUp]:
        if idle:
            self.slow.skip(1)
            return []
        settings = around.settings
        if self.open:
            # A fire's own hours are no slow burn.
            self.slow.hours = []
            return []
        weighing = self.weigh(around)
        self.slow.add(weighing)
        if self.cold(settings) or self.head - self.slow.spoke < 24 * 60:
            return []
        steadiness, doubt = self.expectation.steadiness, self.expectation.baseline.share_doubt
        span = self.slow.burns(weighing.usual, steadiness, doubt, settings)
        if not span:
            return []
        self.slow.spoke = self.head
        started = self.head - span * 60 + 1
        *said, opened = self._open(started, "negative", weighing, (self.head + 1) * 60.0, around, slow=True)
        return [*said, msgspec.structs.replace(opened, reasons=(self.slow.reason, *opened.reasons))]

    def weigh(self, around: Surroundings) -> Weighing:
        """Compare the last two hours with the expectation."""
        return weights.weigh(self.tally, self.expectation, around)

    def evaluate(self, at: float, around: Surroundings, *, closing: bool = False) -> list[FlareUp]:
        """Return what has become of the topic at *at*; *closing* at the end of a minute."""
        known = not (self.open or self.buzzing or self.cold(around.settings))
        if known and self.tally.sparse(around.settings):
            return []
        weighing = self.weigh(around)
        if self.episode is not None and self.episode.open:
            return self._follow(self.episode, weighing, at, around, closing=closing)
        return self._look(weighing, at, around) or self._listen(weighing, at, around, closing=closing)

    def _look(self, weighing: Weighing, at: float, around: Surroundings) -> list[FlareUp]:
        settings, last = around.settings, self.episode
        recent = last is not None and last.recent(self.head, settings.reopen_minutes)
        scale = weighing.deciding(settings, self._authors(settings), short=recent)
        if scale is not None and recent and last is not None:
            return self._reignite(last, weighing, at, around)
        if scale is not None:
            started = weights.beginning(self.tally, self.expectation, around)
            return self._open(started, mood(scale), weighing, at, around, scale=scale)
        return self._glow(weighing, at, around, recent=recent)

    def _authors(self, settings: DetectionSettings) -> int:
        learning = self.cold(settings) and not self.tally.risky
        return settings.cold_authors if learning else settings.min_authors

    def _open(
        self,
        started: int,
        feeling: Mood,
        weighing: Weighing,
        at: float,
        around: Surroundings,
        *,
        scale: Scale | None = None,
        slow: bool = False,
    ) -> list[FlareUp]:
        settings = around.settings
        self._freeze(settings)
        self.expectation.lit = started
        self.episode = Episode(started, self.head, feeling, size(weighing), self.head, slow=slow)
        window = scale.minutes if scale is not None else WINDOW
        late = 2 * self.tally.tardy.total(window) > self.tally.posts.total(window)
        said = self._hush(weighing, at, around)
        return [*said, self._say("opened", self.episode, weighing, at, around, late=late)]

    def _freeze(self, settings: DetectionSettings) -> None:
        """Stop learning what is still in the window, and what comes, unless nothing is known yet."""
        if not self.cold(settings):
            self.expectation.blank(self.head - WINDOW + 1, self.head + settings.freeze_hours * 60)

    def _reignite(
        self, episode: Episode, weighing: Weighing, at: float, around: Surroundings
    ) -> list[FlareUp]:
        if episode.closed is not None:
            episode.closed = None
            self.expectation.lit = episode.started
            self._freeze(around.settings)
        episode.easing, episode.easy = False, 0
        episode.announced, episode.updated = size(weighing), self.head
        return [self._say("reignited", episode, weighing, at, around)]

    def _follow(
        self, episode: Episode, weighing: Weighing, at: float, around: Surroundings, *, closing: bool
    ) -> list[FlareUp]:
        settings = around.settings
        if closing and not around.outages.blind(self.head, self.tally.shares()):
            episode.rest(calm=episode.calm(weighing, settings))
        if episode.easing and weighing.deciding(settings, settings.min_authors, short=True):
            return self._reignite(episode, weighing, at, around)
        change = episode.change(self.head, weighing, settings)
        if change is None:
            return []
        episode.updated = self.head
        if change == "closed":
            self.end(episode, settings)
        return [self._say(change, episode, weighing, at, around)]

    def end(self, episode: Episode, settings: DetectionSettings) -> None:
        """Take a fire as over; what is said of the risks that it was about belongs to it for a while."""
        episode.closed, self.expectation.lit, self.expectation.doused = self.head, None, self.head
        self.expectation.unfreeze(self.head)
        self.embers.heed(self.head + settings.reopen_minutes, self.tally.risky, settings.min_authors)

    def _glow(self, weighing: Weighing, at: float, around: Surroundings, *, recent: bool) -> list[FlareUp]:
        """Say that a risk class was seen, or that half a fire is there, unless a *recent* fire left it."""
        settings, half = around.settings, None
        weights.suspect(weighing, self.tally, self.expectation, around)
        if not recent and not self.cold(settings):
            half = weighing.deciding(settings, settings.min_authors, part=settings.ember_share)
        if half is not None and self.embers.hold(self.head, settings):
            self.expectation.blank(self.head - WINDOW + 1, self.head)
        if not self.embers.speak(self.head, settings, risky=self.tally.risky, half=half is not None):
            return []
        began = self.tally.risk_began() if half is None else None
        started = began or weights.beginning(self.tally, self.expectation, around)
        return [self._say("ember", Episode(started, self.head), weighing, at, around)]

    def _listen(self, weighing: Weighing, at: float, around: Surroundings, *, closing: bool) -> list[FlareUp]:
        """Notice spikes that are not negative: never a page, but news."""
        settings = around.settings
        if self.buzz is None or not self.buzz.open:
            # What a fire or a buzz leaves in the window is not another one.
            recent = any(
                last is not None and last.recent(self.head, settings.reopen_minutes)
                for last in (self.buzz, self.episode)
            )
            loudest = loudest_buzz(weighing, self.expectation, settings)
            if loudest is None or recent or self.cold(settings):
                return []
            feeling = buzz_mood(self.tally, loudest.minutes, settings)
            self.buzz = Episode(self.head - loudest.minutes + 1, self.head, feeling)
            return [self._say("opened", self.buzz, weighing, at, around)]
        if closing:
            self.buzz.rest(calm=not still_buzzes(weighing, self.expectation, settings))
        return self._hush(weighing, at, around) if self.buzz.easy >= settings.closing_minutes else []

    def _hush(self, weighing: Weighing, at: float, around: Surroundings) -> list[FlareUp]:
        """End a buzz, because it is over or because it turned into a fire."""
        if self.buzz is None or not self.buzz.open:
            return []
        self.buzz.closed = self.head
        return [self._say("closed", self.buzz, weighing, at, around)]

    def state(self, settings: DetectionSettings) -> State:
        """Return in one word how things stand."""
        if self.episode is not None and self.episode.open:
            return "easing" if self.episode.easing else "burning"
        if self.embers.lately(self.head, settings):
            return "ember"
        return "learning" if self.cold(settings) else "calm"

    def reading(self, at: float, around: Surroundings, weighing: Weighing | None = None) -> Reading:
        """Describe the topic as it stands."""
        weighing = weighing or self.weigh(around)
        cold = self.cold(around.settings)
        return readings.read(
            self.key,
            at,
            self.state(around.settings),
            self.tally,
            self.expectation,
            weighing,
            self.expectation.means(self.head, around, self.tally),
            self.episode,
            readings.instant(self.expectation.born * 60.0) if cold else None,
            around.agenda.during(self.head - WINDOW + 1, self.head),
        )

    def _say(
        self,
        transition: Transition,
        episode: Episode,
        weighing: Weighing,
        at: float,
        around: Surroundings,
        *,
        late: bool = False,
    ) -> FlareUp:
        reading = self.reading(at, around, weighing)
        return FlareUp(
            key=self.key,
            transition=transition,
            at=readings.instant(at),
            started_at=readings.instant(episode.started * 60.0),
            mood=episode.mood,
            reading=reading,
            size=size(weighing),
            found_late=late,
            reasons=readings.reasons(reading, weighing, self.expectation),
        )
