"""The rooms are joined: what a reload brings reaches every one of them."""

from pathlib import Path

import msgspec

from alerts.severity import SeveritySettings
from config.settings import Alerting, Brand, Settings
from listener import assembly, replay
from listener.assembly import Vocabulary
from listener.matching import lists
from models.sentiment.batching import Scoring
from models.volume.settings import DetectionSettings
from tests.builders import NIGHT, a_post
from tests.fakes_listener import LIST, PUDDING


def words_of(text: str) -> Vocabulary:
    """Return what one keyword list makes."""
    return assembly.compiled((lists.parse(text, Path("sakura.toml")),), NIGHT, dictionary=False)


async def test_new_settings_reach_whoever_judges_and_explains() -> None:
    """What is critical for a brand, what is not watched, which words count, and how a topic is called."""
    before, after = words_of(LIST), words_of(LIST.replace("さくらプリン", "抹茶プリン"))
    given = Settings(schema=1, detection=DetectionSettings())
    severity = SeveritySettings(critical_in_30_min=7)
    changed = msgspec.structs.replace(
        given, brand={"sakura": Brand(severity=severity)}, alerting=Alerting(blind=("Mixi",))
    )
    scoring = Scoring("lexicon", on_fallback=print)
    async with replay.night(given, before, scoring, start=NIGHT, say=lambda _: None) as night:
        engine = night.engine
        assert engine.dispatcher.severity_of("sakura") == SeveritySettings()
        engine.use(changed, after)
        assert engine.dispatcher.severity_of("sakura") == severity
        assert engine.dispatcher.severity_of("minato") == SeveritySettings()
        assert tuple(engine.evidence.blind) == ("Mixi",)
        assert [found.topic for found in engine.pipeline.recognition.mentions_of(a_post("抹茶プリン"))] == [
            "pudding"
        ]
        assert engine.dispatcher.paging.topic_of(PUDDING) == after.topics[PUDDING]
    scoring.close()
