"""A scorer by torch: any Hugging Face sequence classifier, by name or folder."""

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np

from models.mention import Score
from models.sentiment.gist import gist, language, reading
from models.sentiment.labels import columns
from models.sentiment.logits import Encoded, Head, Raw, cut, padded
from models.sentiment.scorer import ScorerError

_LONGEST = 512  # what encoders of this kind were trained on at most


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the torch scorer.

    ``model`` is a name on the hub or a folder; ``revision`` pins it; ``label_map`` says which of the model's
    labels is negative, neutral or positive where the names do not; ``offline`` forbids downloading.
    """

    model: str
    revision: str | None = None
    label_map: dict[str, str] = {}
    max_length: int = 128
    threads: int = 2
    temperature: float = 1.0
    unsure_below: float = 0.5
    offline: bool = False


class Loaded(NamedTuple):
    """A classifier in memory: the module, its tokenizer, how its logits are read, the longest input."""

    model: Any
    tokenizer: Any
    head: Head
    longest: int


class TransformersScorer:
    """Runs a classifier in torch; nothing is loaded before ``warm_up`` or the first text."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.name = settings.model.rstrip("/").rsplit("/", 1)[-1]
        self.version = settings.revision or "unloaded"
        self._model: Any = None
        self._tokenizer: Any = None
        self._head: Head | None = None

    def loaded(self) -> Loaded:
        """Return what is loaded, loading it before; raises ScorerError when it cannot be had."""
        self._load()
        assert self._head is not None, "it is loaded"
        return Loaded(self._model, self._tokenizer, self._head, self._longest)

    def warm_up(self) -> None:
        """Load the model and score one text; raises ScorerError when it cannot be had."""
        self._load()
        self.finish(self.infer(self.prepare(["火の番"])))

    def prepare(self, texts: Sequence[str]) -> list[Encoded]:
        """Return the token ids and the language of each text."""
        self._load()
        if not texts:
            return []
        found = self._tokenizer([reading(text) for text in texts], truncation=False, verbose=False)
        return [
            Encoded(cut(ids, self._longest) or [self._pad], language(gist(text)))
            for text, ids in zip(texts, found["input_ids"], strict=True)
        ]

    def infer(self, prepared: Sequence[Encoded]) -> Raw:
        """Return the logits of one micro-batch."""
        import torch  # noqa: PLC0415 - an extra, and eight seconds

        ids, mask = padded(prepared, self._pad)
        given = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
        with torch.inference_mode():
            logits = self._model(**given).logits
        return Raw(logits.float().numpy().astype(np.float64), None, [one.language for one in prepared])

    def finish(self, raw: Raw) -> list[Score]:
        """Return one score per row."""
        assert self._head is not None, "finish follows infer"
        return self._head.scores(raw)

    @property
    def _longest(self) -> int:
        return min(self._settings.max_length, int(self._tokenizer.model_max_length), _LONGEST)

    @property
    def _pad(self) -> int:
        return int(self._tokenizer.pad_token_id or 0)

    def _load(self) -> None:
        if self._model is not None:
            return
        tokenizer, model = _pretrained(self._settings)
        names = [str(model.config.id2label[index]) for index in sorted(model.config.id2label)]
        found = columns(names, self._settings.label_map, self._settings.model)
        self._head = Head(found, [], {"*": self._settings.temperature}, self._settings.unsure_below)
        self.version = self._settings.revision or _version(model)
        self._tokenizer, self._model = tokenizer, model.eval()


def build(settings: Settings) -> TransformersScorer:
    """Return the torch scorer; ScorerError when the extra is not installed."""
    _libraries()
    return TransformersScorer(settings)


def _libraries() -> tuple[Any, Any]:
    try:
        import torch  # noqa: PLC0415 - an extra, and eight seconds
        import transformers  # noqa: PLC0415 - absolute: the library, not this module
    except ImportError as error:
        raise ScorerError(
            f"the transformers scorer needs {error.name}, which is not installed; "
            "install the extra: pip install 'hinoban[torch]'",
        ) from error
    return torch, transformers


def _pretrained(settings: Settings) -> tuple[Any, Any]:
    torch, transformers = _libraries()
    torch.set_num_threads(settings.threads)
    chosen = {"revision": settings.revision, "local_files_only": settings.offline}
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(settings.model, **chosen)
        model = transformers.AutoModelForSequenceClassification.from_pretrained(settings.model, **chosen)
    except Exception as error:  # the hub, tokenizers and torch each raise their own
        why = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ScorerError(
            f"{settings.model}: is no sequence classifier that can be loaded by name or folder ({why})",
        ) from error
    return tokenizer, model


def _version(model: Any) -> str:
    """Return the hub's commit, or a fingerprint of the classifying layer for a local folder."""
    if commit := getattr(model.config, "_commit_hash", None):
        return str(commit)[:12]
    last = list(model.parameters())[-1].detach().float().numpy()
    return hashlib.sha256(np.ascontiguousarray(last).tobytes()).hexdigest()[:12]
