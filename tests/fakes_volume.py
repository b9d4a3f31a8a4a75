"""A driver for the detector: minutes in, transitions out."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from models.flareup import FlareUp
from models.keyword import TopicKey
from models.mention import Label
from models.volume.settings import DetectionSettings
from models.volume.tally import Sighting
from models.volume.watch import Watch

KEY = TopicKey("sakura", "pudding")
START = datetime(2026, 11, 16, tzinfo=UTC).timestamp()


class Driver:
    """Feeds a `Watch` with an even stream of posts, and whatever a test adds."""

    def __init__(self, watch: Watch | None = None, key: TopicKey = KEY) -> None:
        self.key = key
        self.watch = watch or fresh(key)
        self.minute = 0
        self.posts = 0
        self.said: list[FlareUp] = []

    @property
    def now(self) -> float:
        """Return the start of the running minute."""
        return START + self.minute * 60.0

    def post(self, label: Label | None = "neutral", *, ago: float = 0.0, **fields: object) -> str:
        """Count one post by a new author, and score it."""
        self.posts += 1
        name = f"post{self.posts}"
        given = {"id": name, "author": name, "source": "jsonl", "at": self.now + 10.0 - ago} | fields
        self.watch.count(Sighting(key=self.key, **given), self.now + 20.0)  # type: ignore[arg-type]  # test data
        if label is not None:
            self.watch.judge(self.key, str(given["id"]), label, self.now + 21.0)
        return str(given["id"])

    def end(self) -> list[FlareUp]:
        """End the minute; return what was said in it."""
        said = self.watch.evaluate(self.now + 30.0) + self.watch.tick(self.now + 60.0)
        self.minute += 1
        self.said += said
        return said

    def run(self, minutes: int, *, negative: int = 0, neutral: int = 0) -> list[FlareUp]:
        """Let *minutes* pass with so many posts in each."""
        said: list[FlareUp] = []
        for _ in range(minutes):
            for _ in range(negative):
                self.post("negative")
            for _ in range(neutral):
                self.post("neutral")
            said += self.end()
        return said

    def transitions(self) -> list[str]:
        """Return what was said so far, the steady updates left out."""
        return [one.transition for one in self.said if one.transition != "updated"]


def fresh(*keys: TopicKey, settings: DetectionSettings | None = None) -> Watch:
    """Return a watch that knows nothing."""
    return Watch(keys or (KEY,), settings or DetectionSettings(), {"sakura": ZoneInfo("Asia/Tokyo")})


def taught(
    *keys: TopicKey,
    people: int = 20,
    negative: int = 3,
    hours: int = 240,
    settings: DetectionSettings | None = None,
) -> Watch:
    """Return a watch that has learned so many hours up to the start."""
    watch = fresh(*keys, settings=settings)
    for key in keys or (KEY,):
        for hour in range(-hours, 0):
            watch.learn_hour(key, datetime.fromtimestamp(START + hour * 3600, UTC), people, negative)
    return watch
