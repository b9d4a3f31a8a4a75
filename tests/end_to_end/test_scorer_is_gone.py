"""A daemon and commands whose model is missing."""

import json
from pathlib import Path

import pytest

from models.clock import SystemClock
from tests.watch import ALONE, Watch, hinoban, until

pytestmark = pytest.mark.servers

WITHOUT_MODEL = (
    ALONE
    + """
[scorer]
kind = "onnx"
folder = "{folder}/no-model"
"""
)


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    """Configure a watch whose scorer has no weights."""
    home = tmp_path / "hinoban"
    return Watch(home, WITHOUT_MODEL.format(folder=home))


async def test_the_night_goes_on_with_word_lists_and_the_operator_is_told(watch: Watch) -> None:
    """It starts, counts the fall-back, says it in its log and on /readyz, and scores what comes."""
    async with watch:
        await watch.start()
        assert await watch.metric("hinoban_scorer_fallbacks_total") == 1
        samples = await watch.samples()
        assert [labels["backend"] for name, labels, _ in samples if name == "hinoban_scorer_info"] == [
            "lexicon"
        ]
        status, answer = await watch.get("/readyz")
        assert status == 503
        assert "no-model: there is no such folder" in json.dumps(answer)
        [said] = watch.entries("scorer replaced by the word lists")
        assert said["level"] == "error"
        now = SystemClock().now().isoformat()
        post = {"id": "1", "text": "さくらプリン、最悪", "created_at": now}
        (watch.folder / "inbox.jsonl").write_text(json.dumps(post) + "\n", encoding="utf-8")
        await until(lambda: _negative(watch), "the post is scored by the word lists")
        assert await watch.stop() == 0


async def test_check_and_score_say_it_in_one_sentence(watch: Watch) -> None:
    """`check` calls it a problem; `score` does not answer with the scores of another scorer."""
    checked = await hinoban("check", "--config", watch.config)
    [line] = [line for line in checked.lines if line["check"] == "scorer"]
    assert checked.code == 1
    assert "there is no such folder" in json.dumps(line)
    assert "until then the word lists judge" in json.dumps(line)
    scored = await hinoban("score", "--config", watch.config, given='{"id":"1","text":"最悪"}\n')
    assert (scored.code, scored.out, scored.err.count("\n")) == (2, "", 1)
    assert "there is no such folder" in scored.err


async def _negative(watch: Watch) -> float:
    return await watch.metric(
        "hinoban_mentions_scored_total", brand="sakura", topic="pudding", sentiment="negative"
    )
