"""Taking a batch apart: what it brings for each table, as a whole and piece by piece."""

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import blake2b

import msgspec
import structlog

from listener.recognition import Recognition
from listener.sighting import identity
from listener.storage.database import Database
from listener.storage.errors import StorageError
from listener.storage.intake import Intake
from models.mention import Mention
from models.post import Batch, Deletion, Gap, Item, Post, PostKey
from models.response import Response
from models.volume.watch import Watch

log = structlog.get_logger(__name__)

OnPoison = Callable[[Item, Exception], None]


class Sorted(msgspec.Struct):
    """One batch taken apart; ``newest`` is when the last of its mentions was received."""

    source: str
    cursor: str | None = None
    confirm: Callable[[], None] | None = None
    mentions: list[Mention] = msgspec.field(default_factory=list)
    unmatched: list[Post] = msgspec.field(default_factory=list)
    deletions: list[Deletion] = msgspec.field(default_factory=list)
    gaps: list[Gap] = msgspec.field(default_factory=list)
    withdrawn: list[Post] = msgspec.field(default_factory=list)
    responses: list[tuple[Post, Response]] = msgspec.field(default_factory=list)
    newest: datetime | None = None

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to remember, not even a cursor."""
        brought = (self.mentions, self.unmatched, self.deletions, self.gaps, self.withdrawn, self.responses)
        return not (any(brought) or self.cursor)

    def intake(self, rate: float) -> Intake:
        """Return what storage is handed; *rate* is the share of unmatched posts that is sampled."""
        return Intake(
            mentions=self.mentions,
            deletions=self.deletions,
            gaps=self.gaps,
            cursor=(self.source, self.cursor) if self.cursor else None,
            unmatched=self.unmatched,
            rate=rate,
            withdrawn=[post.key for post in self.withdrawn],
            responses=[response for _, response in self.responses],
            durable=self.confirm is not None,
        )

    def pieces(self) -> Iterator[tuple[Item, "Sorted"]]:
        """Yield each item alone, in the order in which storage takes them; the cursor is left out."""
        for deletion in self.deletions:
            yield deletion, Sorted(self.source, deletions=[deletion])
        for post in self.withdrawn:
            yield post, Sorted(self.source, withdrawn=[post])
        for _, group in itertools.groupby(self.mentions, key=lambda mention: mention.post.key):
            together = list(group)
            yield together[0].post, Sorted(self.source, mentions=together)
        for post, response in self.responses:
            yield post, Sorted(self.source, responses=[(post, response)])
        for post in self.unmatched:
            yield post, Sorted(self.source, unmatched=[post])
        for gap in self.gaps:
            yield gap, Sorted(self.source, gaps=[gap])


class Sorting:
    """Takes batches apart; what no stage can read is set aside."""

    def __init__(
        self,
        recognition: Recognition,
        watch: Watch,
        database: Database,
        *,
        rate: float,
        set_aside: OnPoison,
    ) -> None:
        self.posts = 0
        self._recognition = recognition
        self._watch = watch
        self._database = database
        self._rate = rate
        self._set_aside = set_aside

    async def sort(self, batch: Batch) -> Sorted:
        """Take *batch* apart; an item that cannot be read is set aside, and the others pass."""
        await self._look_up(self._recognition.wanted(batch.items))
        found = Sorted(source=batch.source, cursor=batch.cursor, confirm=batch.confirm)
        for item in batch.items:
            try:
                self._sort_one(item, found)
            except Exception as error:  # noqa: BLE001 - whatever a text does to a library, the others pass
                self._set_aside(item, error)
        return found

    def _sort_one(self, item: Item, found: Sorted) -> None:
        if isinstance(item, Post):
            self._recognise(item, found)
        elif isinstance(item, Deletion):
            found.deletions.append(item)
        else:
            found.gaps.append(item)

    def _recognise(self, post: Post, found: Sorted) -> None:
        self.posts += 1
        before = self._recognition.known(post.key) if post.edited else ()
        mentions = self._recognition.mentions_of(post)
        found.responses += [(post, one) for one in self._recognition.responses_of(post)]
        after = {mention.key for mention in mentions}
        for mention in before:
            if mention.key not in after:
                self._watch.forget(mention.key, identity(mention))
        if mentions:
            found.mentions += mentions
            found.newest = post.received_at
        elif before:
            self._recognition.forget(post.key)
            found.withdrawn.append(post)
        elif post.text and lot(post.id) < self._rate:
            found.unmatched.append(post)

    async def _look_up(self, wanted: set[PostKey]) -> None:
        """Fetch the stored mentions of posts that are reposted or edited long after they were seen."""
        if not wanted:
            return
        try:
            found = await self._database.mentions.of_posts(wanted)
        except StorageError as error:
            log.warning("reposts_not_looked_up", posts=len(wanted), why=str(error))
            return
        for _, mention in (row for rows in found.values() for row in rows):
            self._recognition.recall(mention)


def lot(native_id: str) -> float:
    """Return a number in [0, 1) that depends on the post alone, so that a sample is a random one."""
    # A checksum is linear: of ids that count up it would take whole last digits, and others never.
    drawn = blake2b(native_id.encode("utf-8", "surrogatepass"), digest_size=4)
    return int.from_bytes(drawn.digest()) / 2**32
