"""`hinoban model export`: any Hugging Face classifier as a folder of the onnx scorer."""

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from models.sentiment import transformers
from models.sentiment.exporting import conversion, posts
from models.sentiment.exporting.conversion import DisagreementError
from models.sentiment.labels import LABELS
from models.sentiment.scorer import ScorerError

DONE, PROBLEMS, USAGE = 0, 1, 2
_OPTION = "--label-map LABEL=negative, once for each label"


def export(
    name: str,
    folder: Path,
    label_map: Sequence[str],
    texts: Path | None,
    out: TextIO,
    err: TextIO,
    *,
    fp32: bool = False,
) -> int:
    """Convert a model, say how large it is and how it agrees with its original, return the exit code."""
    try:
        settings = transformers.Settings(model=name, label_map=_label_map(label_map))
        compared = posts.read(texts)
        found = conversion.convert(
            settings, folder, compared, fp32=fp32, say=lambda line: print(line, file=err)
        )
    except ScorerError as error:
        here = f"; here: {_OPTION}" if "write label_map" in str(error) else ""
        print(f"hinoban: {error}{here}", file=err)
        return PROBLEMS if isinstance(error, DisagreementError) else USAGE
    print(f"{folder}: {found}", file=out)
    print(f'to use it: [scorer] kind = "onnx", folder = "{folder.absolute()}"', file=err)
    return DONE


def _label_map(pairs: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        label, _, feeling = pair.rpartition("=")
        if not label or feeling not in LABELS:
            raise ScorerError(f"--label-map {pair}: is not like LABEL_0=negative, with {', '.join(LABELS)}")
        found[label] = feeling
    return found
