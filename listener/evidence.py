"""What a page may look at: stored mentions, and what cannot be heard now."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta

from alerts.carriers import Trace
from alerts.terms import Cutter, terms_in
from listener.storage.mentions import Mentions
from listener.storage.traces import Traces
from models.curve import Curve
from models.flareup import Reading
from models.keyword import TopicKey
from models.mention import Mention
from models.post import Post, PostKey

PAST = timedelta(days=14)
"""How far back a topic's own past is asked; a busy topic's newest posts reach less far."""
MOST = 50_000
"""Posts that are counted of one flare-up: more change no share any more."""


CurveOf = Callable[[TopicKey], Curve | None]
ReadingOf = Callable[[TopicKey, datetime], Reading | None]


def uncharted(key: TopicKey) -> Curve | None:
    """Know no curve: pages then carry no picture."""
    del key
    return None


def uncounted(key: TopicKey, now: datetime) -> Reading | None:
    """Know no figures: what a flare-up told stays."""
    del key, now
    return None


class StoredEvidence:
    """Implements ``alerts.evidence.Evidence`` over the database."""

    def __init__(
        self,
        mentions: Mentions,
        traces: Traces,
        *,
        blind: Sequence[str],
        silent: Callable[[datetime], Sequence[tuple[str, datetime]]],
        cut: Cutter = terms_in,
        curve: CurveOf = uncharted,
        reading: ReadingOf = uncounted,
    ) -> None:
        self.blind = blind
        self._mentions = mentions
        self._traces = traces
        self._silent = silent
        self.cut = cut
        self._curve = curve
        self._reading = reading

    async def mentions(
        self, brand: str, topics: Sequence[str], since: datetime, until: datetime, limit: int
    ) -> list[Mention]:
        """Return up to *limit* mentions, the most negative ones when there are more, oldest first."""
        found = await self._mentions.window(brand, topics, since, until, limit)
        return sorted(found, key=lambda mention: (mention.post.created_at, mention.post.id))

    async def earlier(self, brand: str, topics: Sequence[str], before: datetime, limit: int) -> list[Mention]:
        """Return the newest *limit* mentions with words of their own before *before*."""
        return await self._traces.past(brand, topics, before - PAST, before, limit)

    async def traces(
        self, brand: str, topics: Sequence[str], since: datetime, until: datetime
    ) -> list[Trace]:
        """Return what is known of every post beside its words, the oldest where there are too many."""
        rows = await self._traces.window(brand, topics, since, until, MOST)
        return [Trace(*row) for row in rows]

    async def posts(self, keys: Collection[str]) -> list[Post]:
        """Return the posts with these keys that may be shown."""
        named = [PostKey(source, native_id) for source, _, native_id in (key.partition("/") for key in keys)]
        return await self._traces.posts(named)

    def terms_in(self, text: str) -> Iterable[str]:
        """Return the words of *text* that could be news."""
        return self.cut(text)

    def silent_sources(self, now: datetime) -> Sequence[tuple[str, datetime]]:
        """Return the sources that are silent, and since when."""
        return self._silent(now)

    def curve(self, key: TopicKey) -> Curve | None:
        """Return how a topic has gone for some hours."""
        return self._curve(key)

    def reading(self, key: TopicKey, now: datetime) -> Reading | None:
        """Return the figures of a topic as they stand."""
        return self._reading(key, now)
