"""A scorer by word lists: no weights to load, the floor a model must beat and the fall-back."""

import hashlib
import math
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from models.mention import Label, Score
from models.sentiment.gist import gist, language
from models.sentiment.lexicon import english, japanese
from models.sentiment.lexicon.evidence import Evidence, Sum
from models.sentiment.lexicon.voice import asks, is_news, voice_of
from models.sentiment.lexicon.wordlist import Entry, read
from models.sentiment.scorer import ScorerError

_HERE = Path(__file__).parent
_LABELS: tuple[Label, ...] = ("negative", "neutral", "positive")

# Logits of the three labels, fitted by hand on posts labelled for it (docs/sentiment.md).
_SLOPE, _AGAINST, _NEUTRAL, _NEWS, _QUESTION = 1.1, 0.7, 0.95, 1.6, 0.3
_MIXED = 1.5  # both sums above this: praise and blame in one post


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the word-list scorer.

    ``words`` names further lists (form, tab, weight from -3 to 3, tab, roles) whose entries replace the
    shipped ones; a post whose best label is less probable than ``unsure_below`` is marked unsure.
    """

    words: tuple[Path, ...] = ()
    unsure_below: float = 0.5


class LexiconScorer:
    """Adds up the words of a text; each text is scored by itself."""

    name = "lexicon"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.version = _fingerprint(settings.words)

    def prepare(self, texts: Sequence[str]) -> list[str]:
        """Return the gist of each text."""
        return [gist(text) for text in texts]

    def infer(self, prepared: Sequence[str]) -> list[tuple[str, Evidence]]:
        """Return each folded text with what its words add up to."""
        return [(text, self._evidence(text)) for text in prepared]

    def finish(self, raw: Any) -> list[Score]:
        """Return one score per text."""
        return [self._score(text, evidence) for text, evidence in raw]

    def warm_up(self) -> None:
        """Read the lists; raises ScorerError when one cannot be read."""
        _ = self._readers

    @cached_property
    def _readers(self) -> tuple[japanese.Reader, english.Reader]:
        own: dict[str, Entry] = {}
        for path in self._settings.words:
            own |= read(path)
        signs = read(_HERE / "signs.tsv")
        spoken_ja = {form: entry for form, entry in own.items() if not form.isascii()}
        spoken_en = {form: entry for form, entry in own.items() if form.isascii()}
        ja = read(_HERE / "ja.tsv") | signs | spoken_ja
        en = read(_HERE / "en.tsv") | spoken_en
        return japanese.Reader(ja.values()), english.Reader(en.values())

    def _evidence(self, text: str) -> Evidence:
        ja, en = self._readers
        spoken, written = Sum(reach=8), Sum(reach=1)
        spoken.add_all(ja.hits(text))
        written.add_all(en.hits(text))
        return spoken.total().joined(written.total())

    def _score(self, text: str, evidence: Evidence) -> Score:
        negative, neutral, positive = _probabilities(text, evidence)
        best = max(negative, neutral, positive)
        label = _LABELS[(negative, neutral, positive).index(best)]
        mixed = min(evidence.negative, evidence.positive) > _MIXED
        return Score(
            label=label,
            negative=negative,
            neutral=neutral,
            positive=positive,
            unsure=best < self._settings.unsure_below or mixed or not language(text),
            voice=voice_of(text, label, evidence),
        )


def _probabilities(text: str, evidence: Evidence) -> tuple[float, float, float]:
    # a long post says more of everything: its sums count for less
    scale = _SLOPE / math.sqrt(1 + max(0, len(text) - 140) / 140)
    against, favour = min(evidence.negative, 6.0) * scale, min(evidence.positive, 6.0) * scale
    neutral = _NEUTRAL + _NEWS * is_news(text, evidence) + _QUESTION * asks(text, evidence)
    logits = (against - _AGAINST * favour, neutral, favour - _AGAINST * against)
    powers = [math.exp(logit - max(logits)) for logit in logits]
    total = sum(powers)
    return powers[0] / total, powers[1] / total, powers[2] / total


def _fingerprint(words: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in (_HERE / "ja.tsv", _HERE / "en.tsv", _HERE / "signs.tsv", *words):
        try:
            digest.update(path.read_bytes())
        except OSError as error:
            raise ScorerError(f"{path}: the word list cannot be read ({error.strerror})") from error
    return digest.hexdigest()[:12]


def build(settings: Settings) -> LexiconScorer:
    """Return the word-list scorer."""
    return LexiconScorer(settings)
