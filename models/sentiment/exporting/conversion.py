"""From any classifier that the transformers scorer loads to a folder of the onnx scorer."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from models.mention import Score
from models.sentiment import onnx, transformers
from models.sentiment.batching import score_all
from models.sentiment.exporting import folder, graph, smoothing
from models.sentiment.exporting.agreement import Agreement, compare
from models.sentiment.exporting.quantising import RECIPES, Recipe, quantise
from models.sentiment.labels import LABELS
from models.sentiment.scorer import ScorerError

ENOUGH = 0.97
"""The share of labels that must be equal before and after."""
_BATCH = 8


class DisagreementError(ScorerError):
    """The converted model says too often something else than the original."""


class Converted(NamedTuple):
    """What was made: by which recipe, of how many bytes, and how it agrees with the original."""

    recipe: str
    size: int
    agreement: Agreement

    def __str__(self) -> str:
        """Return it as a sentence for people."""
        same = self.agreement
        return (
            f"{self.recipe}, {self.size / 1e6:.1f} MB: {same.equal:.1%} of {same.texts} posts get "
            f"torch's label; probabilities differ by {same.mean:.4f} on average, {same.largest:.3f} at most"
        )


def convert(
    settings: transformers.Settings,
    target: Path,
    texts: Sequence[str],
    *,
    fp32: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Converted:
    """Write the classifier to *target*, by the first recipe by which enough of *texts* keep their label.

    With *fp32* it is not quantised. *say* hears of each attempt. Raises ScorerError when it cannot be done,
    DisagreementError when no attempt is good enough; then nothing is written.
    """
    graph.libraries()
    with folder.prepared(target) as work:
        original = transformers.build(settings)
        loaded = original.loaded()
        wanted = score_all(original, texts, _BATCH)
        attempts = _Attempts(work, texts, wanted)
        source = work / "source.onnx"
        _export(loaded.model, source, settings.model)
        _tokenizer(loaded.tokenizer, work / "tokenizer.json", settings.model)
        folder.describe(work, _config(original, settings, loaded))
        if fp32:
            source.replace(work / "model.onnx")
            return _good(attempts.measured("fp32"), settings.model, "nothing was written")
        peaks = smoothing.peaks(source, [one.ids for one in original.prepare(texts)])
        best: list[Converted] = []
        for recipe in RECIPES:
            best.append(_quantised(attempts, source, recipe, peaks, settings.model))
            say(str(best[-1]))
            if best[-1].agreement.equal >= ENOUGH:
                break
        source.unlink()
        return _good(best[-1], settings.model, "nothing was written; --fp32 writes it as it is")


class _Attempts(NamedTuple):
    """Measures what lies in a folder against what the original said."""

    work: Path
    texts: Sequence[str]
    wanted: Sequence[Score]

    def measured(self, recipe: str) -> Converted:
        folder.seal(self.work)
        scorer = onnx.build(onnx.Settings(folder=self.work))
        scores = score_all(scorer, self.texts, _BATCH)
        size = (self.work / "model.onnx").stat().st_size
        return Converted(recipe, size, compare(scores, self.wanted))


def _quantised(
    attempts: _Attempts, source: Path, recipe: Recipe, peaks: smoothing.Peaks, name: str
) -> Converted:
    try:
        quantise(source, attempts.work / "model.onnx", recipe, peaks)
        return attempts.measured(recipe.name)
    except Exception as error:  # onnx and onnxruntime raise what they like
        raise ScorerError(
            f"{name}: cannot be quantised ({_said(error)}); --fp32 writes it as it is"
        ) from error


def _good(found: Converted, name: str, otherwise: str) -> Converted:
    if found.agreement.equal < ENOUGH:
        raise DisagreementError(f"{name}: {found}, and {ENOUGH:.0%} are needed; {otherwise}")
    return found


def _export(model: Any, path: Path, name: str) -> None:
    import torch  # noqa: PLC0415 - an extra

    class Logits(torch.nn.Module):  # type: ignore[misc]  # torch is not followed
        """Answers with the logits alone, as the exporter wants it."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.model(input_ids=input_ids, attention_mask=attention_mask).logits

    try:
        model.set_attn_implementation("eager")
        graph.write_onnx(Logits(), path)
    except Exception as error:  # the exporter raises whatever the model makes it meet
        raise ScorerError(f"{name}: torch cannot write it as ONNX ({_said(error)})") from error


def _tokenizer(tokenizer: Any, path: Path, name: str) -> None:
    fast = getattr(tokenizer, "backend_tokenizer", None)
    if fast is None or not hasattr(fast, "save"):
        raise ScorerError(
            f"{name}: its tokenizer ({type(tokenizer).__name__}) has no tokenizer.json, which the "
            "onnx scorer needs; use the transformers scorer for it",
        )
    fast.no_truncation()
    fast.no_padding()
    fast.save(str(path))


def _config(
    original: transformers.TransformersScorer, settings: transformers.Settings, loaded: transformers.Loaded
) -> onnx.Config:
    return onnx.Config(
        id2label={str(at): LABELS[column] for at, column in enumerate(loaded.head.columns)},
        name=original.name,
        max_length=loaded.longest,
        pad_token_id=int(loaded.tokenizer.pad_token_id or 0),
        temperature={"*": settings.temperature},
        unsure_below=settings.unsure_below,
    )


def _said(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
