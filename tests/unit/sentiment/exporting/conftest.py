"""A toy of two layers, saved once and converted once."""

from pathlib import Path

import pytest

from tests.fakes_exporting import converted
from tests.fakes_sentiment import toy_bert


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a saved toy with two layers."""
    return toy_bert(tmp_path_factory.mktemp("models") / "toy")


@pytest.fixture(scope="session")
def source(bert: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the toy as a graph in fp32."""
    made = tmp_path_factory.mktemp("graphs") / "made"
    converted(bert, made, fp32=True)
    return made / "model.onnx"
