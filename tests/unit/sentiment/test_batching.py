"""Scoring off the event loop, and what happens when the scorer cannot be had."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from models.mention import Score
from models.sentiment import Kind, lexicon, onnx
from models.sentiment.batching import Scoring, score_all
from models.sentiment.scorer import ScorerError
from tests.fakes_sentiment import toy_folder


class NoSettings(msgspec.Struct, frozen=True):
    """Nothing to set."""


class Recorder:
    """A scorer that remembers what it was given, and fails when told to."""

    name, version = "recorder", "1"

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.threads: set[int] = set()
        self.failing: Callable[[str], bool] = lambda _: False

    def prepare(self, texts: Sequence[str]) -> list[str]:
        """Return the texts themselves."""
        return list(texts)

    def infer(self, prepared: Sequence[str]) -> list[str]:
        """Remember the batch; raise for a text that is to fail."""
        self.batches.append(list(prepared))
        self.threads.add(threading.get_ident())
        if any(self.failing(text) for text in prepared):
            raise RuntimeError("bad tensor\nwith details")
        return list(prepared)

    def finish(self, raw: Any) -> list[Score]:
        """Return scores that tell the texts apart."""
        return [
            Score(
                label="positive", negative=0.0, neutral=1 / (1 + len(text)), positive=1 - 1 / (1 + len(text))
            )
            for text in raw
        ]

    def warm_up(self) -> None:
        """Do nothing."""


@asynccontextmanager
async def scoring(
    scorer: Recorder, reasons: list[str] | None = None, *, batch: int = 8, remember: int = 100
) -> AsyncIterator[Scoring]:
    """Yield a Scoring over *scorer*."""
    kinds = {"recorder": Kind(NoSettings, lambda _: scorer, batch)}
    found = [] if reasons is None else reasons
    owner = Scoring("recorder", on_fallback=found.append, remember=remember, kinds=kinds)
    try:
        yield owner
    finally:
        owner.close()


async def test_equal_and_nearly_equal_texts_are_scored_once() -> None:
    """Spelling, links and handles do not make a text new; neither does the next call."""
    scorer = Recorder()
    async with scoring(scorer) as owner:
        first = await owner.score(["Same  text!!!!", "same text!!! https://example.org/1", "other"])
        await owner.score(["@someone same text!!!"])
    assert sum(map(len, scorer.batches)) == 2
    assert first[0] == first[1] != first[2]


async def test_batches_are_small_and_of_similar_length() -> None:
    """Micro-batches hold eight texts at most, sorted by length; scores come back in order."""
    scorer = Recorder()
    texts = [chr(ord("a") + at % 26) + "xy" * ((at * 7) % 20 + 1) for at in range(20)]
    async with scoring(scorer) as owner:
        scores = await owner.score(texts)
    assert [len(batch) for batch in scorer.batches] == [8, 8, 4]
    lengths = [len(text) for batch in scorer.batches for text in batch]
    assert lengths == sorted(lengths)
    assert [round(1 / score.neutral) - 1 for score in scores] == [len(text) for text in texts]


async def test_one_thread_owns_the_scorer_and_it_is_not_the_loop_s() -> None:
    """However many ask at once, one thread answers, off the event loop."""
    scorer = Recorder()
    async with scoring(scorer) as owner:
        await asyncio.gather(*(owner.score([f"text {at}"]) for at in range(10)))
    assert len(scorer.threads) == 1
    assert threading.get_ident() not in scorer.threads


async def test_only_recent_texts_are_remembered() -> None:
    """The memory is bounded: the text asked for longest ago goes first."""
    scorer = Recorder()
    async with scoring(scorer, remember=2) as owner:
        for text in ("a", "b", "a", "c", "a", "b"):
            await owner.score([text])
    assert [batch[0] for batch in scorer.batches] == ["a", "b", "c", "b"]


async def test_a_scorer_that_cannot_be_had_is_replaced_and_told_once(tmp_path: Path) -> None:
    """A missing model folder costs one sentence, not the night."""
    reasons: list[str] = []
    owner = Scoring("onnx", onnx.Settings(folder=tmp_path / "none"), on_fallback=reasons.append)
    await owner.warm_up()
    scores = await owner.score(["最悪", "最高"])
    owner.close()
    assert [score.label for score in scores] == ["negative", "positive"]
    assert owner.backend == "lexicon"
    assert len(reasons) == 1
    assert "there is no such folder" in reasons[0]


async def test_a_builder_that_raises_anything_is_replaced_too() -> None:
    """Whatever a library raises while loading, the word lists answer."""

    def broken(_: Any) -> Recorder:
        raise OSError("no memory for that")

    reasons: list[str] = []
    owner = Scoring("x", on_fallback=reasons.append, kinds={"x": Kind(NoSettings, broken)})
    assert (await owner.score(["最悪"]))[0].label == "negative"
    owner.close()
    assert reasons == ["the x scorer cannot be loaded: no memory for that"]


async def test_a_text_that_breaks_the_scorer_is_answered_by_the_word_lists() -> None:
    """One bad text takes the scorer away neither from its neighbours nor from the next ones."""
    scorer, reasons = Recorder(), list[str]()
    scorer.failing = lambda text: "poison" in text
    async with scoring(scorer, reasons) as owner:
        found = await owner.score(["ひどい", "poison 最悪", "無理"])
        assert [score.label for score in found] == ["positive", "negative", "positive"]
        assert (await owner.score(["最悪"]))[0].label == "positive"
        assert owner.backend == "recorder"
    assert reasons == ["the recorder scorer recorder failed on a text: bad tensor"]


async def test_many_texts_that_break_the_scorer_are_no_reason_to_give_it_up() -> None:
    """As long as it answers to a harmless text it stays; a copy of a bad text is not tried again."""
    scorer, reasons = Recorder(), list[str]()
    scorer.failing = lambda text: "poison" in text
    async with scoring(scorer, reasons) as owner:
        for at in range(9):
            await owner.score([f"poison {at // 3}"])
        assert owner.backend == "recorder"
    assert len(reasons) == 3


async def test_a_scorer_that_is_well_again_judges_the_copies_of_what_it_missed() -> None:
    """What the word lists said while it failed for a moment is not repeated for a copy of the text."""
    scorer = Recorder()
    async with scoring(scorer, []) as owner:
        scorer.failing = lambda _: True
        assert (await owner.score(["最悪"]))[0].label == "negative"
        scorer.failing = lambda _: False
        assert (await owner.score(["最悪 "]))[0].label == "positive"
        assert owner.backend == "recorder"
        asked = len(scorer.batches)
        await owner.score(["最悪"])
    assert len(scorer.batches) == asked


async def test_a_scorer_that_keeps_failing_is_given_up() -> None:
    """After failing on a harmless text three times in a row it is not asked again."""
    scorer, reasons = Recorder(), list[str]()
    scorer.failing = lambda _: True
    async with scoring(scorer, reasons) as owner:
        for at in range(5):
            await owner.score([f"最悪 {at}"])
        assert owner.backend == "lexicon"
    assert len(scorer.batches) == 6
    assert "given up" in reasons[-1]


async def test_a_real_model_is_used_when_it_is_there(tmp_path: Path) -> None:
    """With a folder in order nothing falls back."""
    reasons: list[str] = []
    owner = Scoring("onnx", onnx.Settings(folder=toy_folder(tmp_path), threads=1), on_fallback=reasons.append)
    scores = await owner.score(["悪悪", "良"])
    owner.close()
    assert [score.label for score in scores] == ["negative", "positive"]
    assert (owner.backend, reasons) == ("onnx", [])


async def test_nothing_to_score_wakes_nobody() -> None:
    """No texts, no scorer."""
    scorer = Recorder()
    async with scoring(scorer) as owner:
        assert await owner.score([]) == []
    assert scorer.batches == []


def test_a_scorer_error_says_what_it_was_told() -> None:
    """The sentence is the exception."""
    assert str(ScorerError("a: is missing")) == "a: is missing"


def test_the_word_lists_take_big_batches() -> None:
    """Batch size changes no score of the word lists."""
    scorer = lexicon.build(lexicon.Settings())
    texts = [f"{at} 最悪" if at % 3 else f"{at} 美味しい" for at in range(50)]
    assert score_all(scorer, texts, 256) == score_all(scorer, texts, 7)
