"""A scorer by onnxruntime: a folder with model.onnx, tokenizer.json, config.json and SHA256SUMS."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from models.mention import Score
from models.sentiment.gist import gist, language, reading
from models.sentiment.labels import columns, voices
from models.sentiment.logits import Encoded, Head, Raw, cut, padded
from models.sentiment.scorer import ScorerError

FILES = ("model.onnx", "tokenizer.json", "config.json")
_SUM = re.compile(r"(?P<sum>[0-9a-f]{64}) [ *](?P<file>.+)")


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the onnxruntime scorer: the model's folder, and how many threads it may use."""

    folder: Path = Path(__file__).parent / "weights"
    threads: int = 2


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What a model's config.json says; other keys are ignored.

    ``temperature`` maps a language (``ja``, ``en``, ``*``) to its softmax temperature; ``id2voice`` names
    the columns of the optional second output.
    """

    id2label: dict[str, str] = {}
    id2voice: dict[str, str] = {}
    name: str = "onnx"
    version: str = ""
    max_length: int = 128
    pad_token_id: int = 0
    temperature: dict[str, float] = {}
    unsure_below: float = 0.5


class OnnxScorer:
    """Runs an exported classifier; nothing is loaded before ``warm_up`` or the first text."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sums = _verified(settings.folder)
        self._config = _config(settings.folder / "config.json")
        self._head = _head(self._config, str(settings.folder / "config.json"))
        self.name = self._config.name
        self.version = self._config.version or self._sums["model.onnx"][:12]
        self._tokenizer: Any = None
        self._session: Any = None
        self._inputs: set[str] = set()

    def warm_up(self) -> None:
        """Load tokenizer and model and score one text; raises ScorerError when they cannot be had."""
        self._load()
        self.finish(self.infer(self.prepare(["火の番"])))

    def prepare(self, texts: Sequence[str]) -> list[Encoded]:
        """Return the token ids and the language of each text."""
        self._load()
        encodings = self._tokenizer.encode_batch([reading(text) for text in texts])
        return [
            Encoded(
                cut(found.ids, self._config.max_length) or [self._config.pad_token_id], language(gist(text))
            )
            for text, found in zip(texts, encodings, strict=True)
        ]

    def infer(self, prepared: Sequence[Encoded]) -> Raw:
        """Return the logits of one micro-batch."""
        ids, mask = padded(prepared, self._config.pad_token_id)
        offered = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        outputs = self._session.run(None, {name: offered[name] for name in self._inputs})
        voice = outputs[1].astype(np.float64) if len(outputs) > 1 and self._config.id2voice else None
        return Raw(outputs[0].astype(np.float64), voice, [one.language for one in prepared])

    def finish(self, raw: Raw) -> list[Score]:
        """Return one score per row."""
        return self._head.scores(raw)

    def _load(self) -> None:
        if self._session is not None:
            return
        self._tokenizer = _tokenizer(self._settings.folder / "tokenizer.json")
        session = _session(self._settings.folder / "model.onnx", self._settings.threads)
        self._inputs = {one.name for one in session.get_inputs()}
        if unknown := self._inputs - {"input_ids", "attention_mask", "token_type_ids"}:
            where = self._settings.folder / "model.onnx"
            raise ScorerError(f"{where}: asks for the input {min(unknown)!r}, which no text gives")
        wide = session.get_outputs()[0].shape[-1]
        if isinstance(wide, int) and wide != len(self._head.columns):
            where = self._settings.folder / "config.json"
            raise ScorerError(
                f"{where}: id2label names {len(self._head.columns)} labels, the model has {wide}"
            )
        self._session = session


def build(settings: Settings) -> OnnxScorer:
    """Return the onnxruntime scorer; ScorerError when its folder is missing, damaged or unlabelled."""
    return OnnxScorer(settings)


def _verified(folder: Path) -> dict[str, str]:
    """Return the checksum of each file of *folder*, after comparing them all."""
    if not folder.is_dir():
        raise ScorerError(
            f"{folder}: there is no such folder; it should hold {', '.join(FILES)} and SHA256SUMS"
        )
    sums = _promised(folder / "SHA256SUMS")
    for name in FILES:
        if name not in sums:
            raise ScorerError(f"{folder / 'SHA256SUMS'}: has no line for {name}")
        if not (folder / name).is_file():
            raise ScorerError(f"{folder / name}: the file is missing")
        if _sum(folder / name) != sums[name]:
            raise ScorerError(f"{folder / name}: is damaged or cut short (SHA-256 differs from SHA256SUMS)")
    return sums


def _promised(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ScorerError(f"{path}: cannot be read; the folder needs the output of sha256sum") from error
    found = [_SUM.fullmatch(line.strip()) for line in lines if line.strip()]
    return {one["file"].removeprefix("./"): one["sum"] for one in found if one}


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _config(path: Path) -> Config:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Config)
    except (msgspec.DecodeError, OSError) as error:
        raise ScorerError(f"{path}: is no usable model configuration ({error})") from error


def _head(config: Config, where: str) -> Head:
    try:
        names = [config.id2label[str(index)] for index in range(len(config.id2label))]
        spoken = [config.id2voice[str(index)] for index in range(len(config.id2voice))]
    except KeyError as error:
        raise ScorerError(f"{where}: id2label and id2voice must count from 0; {error} is missing") from None
    if any(value <= 0 for value in config.temperature.values()):
        raise ScorerError(f"{where}: every temperature must be above 0")
    return Head(columns(names, {}, where), voices(spoken, where), config.temperature, config.unsure_below)


def _tokenizer(path: Path) -> Any:
    import tokenizers  # noqa: PLC0415 - only this scorer needs it

    try:
        tokenizer = tokenizers.Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises bare Exception
        raise ScorerError(f"{path}: is no usable tokenizer ({error})") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _session(path: Path, threads: int) -> Any:
    # costs a third of a second and 60 MB; ships no type hints
    import onnxruntime  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # a watch sleeps most of the time: threads that wait for work by spinning cost twice the CPU of the work
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no base but Exception
        raise ScorerError(f"{path}: onnxruntime cannot load it ({error})") from error
