"""Scores off the event loop: one owner thread, micro-batches, and a fall-back that always works."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import structlog

from models.mention import Score
from models.sentiment import SCORERS, Kind, lexicon
from models.sentiment.gist import gist
from models.sentiment.scorer import Scorer, ScorerError

log = structlog.get_logger(__name__)

T = TypeVar("T")
_GIVE_UP = 3  # times in a row that a harmless text may fail before the scorer is given up
_HARMLESS = "火の番"


def score_all(scorer: Scorer, texts: Sequence[str], batch: int) -> list[Score]:
    """Return one score per text, in order, inferring texts of similar length together."""
    prepared = scorer.prepare(texts)
    order = sorted(range(len(texts)), key=lambda at: len(prepared[at]))
    scores: dict[int, Score] = {}
    for start in range(0, len(order), batch):
        chosen = order[start : start + batch]
        finished = scorer.finish(scorer.infer([prepared[at] for at in chosen]))
        scores.update(zip(chosen, finished, strict=True))
    return [scores[at] for at in range(len(texts))]


class Scoring:
    """Owns a scorer: scores equal and nearly equal texts once, and never fails.

    The scorer is built in the owner thread at the first use or by ``warm_up``. When it cannot be had, or
    raises, the word lists take over and ``on_fallback`` is called on the event loop with one sentence.
    """

    def __init__(
        self,
        kind: str,
        settings: Any = None,
        *,
        on_fallback: Callable[[str], None],
        remember: int = 20_000,
        kinds: Mapping[str, Kind] = SCORERS,
    ) -> None:
        self._kind, self._settings, self._on_fallback = kinds[kind], settings, on_fallback
        self._scorer: Scorer | None = None
        self._lexicon = lexicon.build(lexicon.Settings())
        self._owner = ThreadPoolExecutor(1, thread_name_prefix="scoring")
        self._recent: OrderedDict[str, Score] = OrderedDict()
        self._remember = remember
        self._failures = 0
        self._reasons: list[str] = []
        self.backend = kind

    @property
    def version(self) -> str:
        """Return the version of the scorer in use."""
        return (self._scorer or self._lexicon).version

    async def warm_up(self) -> None:
        """Load what is slow to load, so that the first post does not wait for it."""
        await self._in_owner(self._ready)

    async def score(self, texts: Sequence[str]) -> list[Score]:
        """Return one score per text, in order."""
        if not texts:
            return []
        return await self._in_owner(lambda: self._score(list(texts)))

    def close(self) -> None:
        """Let the owner thread finish what it does and end."""
        self._owner.shutdown(wait=True, cancel_futures=True)

    async def _in_owner(self, work: Callable[[], T]) -> T:
        done = await asyncio.get_running_loop().run_in_executor(self._owner, work)
        reasons, self._reasons = self._reasons, []
        for reason in dict.fromkeys(reasons):
            self._on_fallback(reason)
        return done

    def _score(self, texts: list[str]) -> list[Score]:
        gists = [gist(text) for text in texts]
        known = {key: self._recent[key] for key in gists if key in self._recent}
        new = {key: text for key, text in zip(gists, texts, strict=True) if key not in known}
        failures = self._failures
        known.update(zip(new, self._scored(list(new.values())), strict=True))
        if self._failures > failures:
            # The word lists stood in: a copy of these texts may find the scorer well again.
            return [known[key] for key in gists]
        for key in gists:
            self._recent[key] = known[key]
            self._recent.move_to_end(key)
        while len(self._recent) > self._remember:
            self._recent.popitem(last=False)
        return [known[key] for key in gists]

    def _scored(self, texts: list[str]) -> list[Score]:
        if not texts:
            return []
        scorer = self._ready()
        if scorer is self._lexicon:
            return score_all(scorer, texts, SCORERS["lexicon"].batch)
        try:
            scores = score_all(scorer, texts, self._kind.batch)
        except Exception as error:  # noqa: BLE001 - whatever a library raises, the night goes on
            return self._saved(scorer, texts, error)
        self._failures = 0
        return scores

    def _saved(self, scorer: Scorer, texts: Sequence[str], error: Exception) -> list[Score]:
        """Score what can be scored after *error*, which may be a text's fault or the scorer's own."""
        try:
            score_all(scorer, [_HARMLESS], 1)
        except Exception as again:  # noqa: BLE001 - as above
            self._failed(scorer, again)
            return score_all(self._lexicon, texts, SCORERS["lexicon"].batch)
        self._failures = 0
        log.warning("text broke the scorer", backend=self.backend, error=_said(error))
        self._reasons.append(f"the {self.backend} scorer {scorer.name} failed on a text: {_said(error)}")
        return [self._alone(scorer, text) for text in texts]

    def _alone(self, scorer: Scorer, text: str) -> Score:
        try:
            [score] = score_all(scorer, [text], 1)
        except Exception:  # noqa: BLE001 - was logged for the batch
            [score] = score_all(self._lexicon, [text], 1)
        return score

    def _ready(self) -> Scorer:
        if self._scorer is None:
            self._scorer = self._built()
        return self._scorer

    def _built(self) -> Scorer:
        try:
            scorer = self._kind.build(self._settings or self._kind.settings())
            scorer.warm_up()
        except ScorerError as error:
            return self._fallen_back(str(error))
        except Exception as error:  # noqa: BLE001 - whatever a library raises, the night goes on
            return self._fallen_back(f"the {self.backend} scorer cannot be loaded: {_said(error)}")
        log.info("scorer ready", backend=self.backend, model=scorer.name, version=scorer.version)
        return scorer

    def _failed(self, scorer: Scorer, error: Exception) -> None:
        self._failures += 1
        reason = f"the {self.backend} scorer {scorer.name} failed: {_said(error)}"
        if self._failures < _GIVE_UP:
            log.warning("scorer failed", backend=self.backend, error=_said(error))
            self._reasons.append(reason)
        else:
            self._scorer = self._fallen_back(f"{reason} ({self._failures} times in a row, given up)")

    def _fallen_back(self, reason: str) -> Scorer:
        log.error("scorer replaced by the word lists", backend=self.backend, reason=reason)
        self._reasons.append(reason)
        self._recent.clear()
        self.backend = "lexicon"
        return self._lexicon


def _said(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
