"""What a page may look at: stored mentions, and what cannot be heard now."""

from collections.abc import Callable, Sequence
from datetime import datetime

from listener.storage.mentions import Mentions
from models.mention import Mention


class StoredEvidence:
    """Implements ``alerts.evidence.Evidence`` over the database."""

    def __init__(
        self,
        mentions: Mentions,
        *,
        blind: Sequence[str],
        silent: Callable[[datetime], Sequence[tuple[str, datetime]]],
    ) -> None:
        self.blind = blind
        self._mentions = mentions
        self._silent = silent

    async def mentions(
        self, brand: str, topics: Sequence[str], since: datetime, until: datetime, limit: int
    ) -> list[Mention]:
        """Return up to *limit* mentions, the most negative ones when there are more, oldest first."""
        found = await self._mentions.window(brand, topics, since, until, limit)
        return sorted(found, key=lambda mention: (mention.post.created_at, mention.post.id))

    def silent_sources(self, now: datetime) -> Sequence[tuple[str, datetime]]:
        """Return the sources that are silent, and since when."""
        return self._silent(now)
