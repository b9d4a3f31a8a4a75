"""One key of the configuration, changed for a trial."""

import pytest

from config import decode
from config.decode import SettingsError
from config.settings import Settings
from listener import assembly
from listener.backtest.setting import adjusted


@pytest.fixture
def settings() -> Settings:
    """Return settings in which one brand has a key of its own."""
    text = "schema = 1\n[detection]\nmin_ratio = 3.0\n[brand.sakura.severity]\nslow_burn = 50\n"
    return decode.settings(text, "hinoban.toml", assembly.TABLES)


def test_one_key_changes_and_the_others_stay(settings: Settings) -> None:
    """Beside it, above it, and of the same brand."""
    changed = adjusted(settings, "detection.threshold = 12")
    assert (changed.detection.threshold, changed.detection.min_ratio) == (12.0, 3.0)
    changed = adjusted(changed, "brand.sakura.severity.critical_in_30_min=9")
    severity = changed.brand["sakura"].severity
    assert (severity.critical_in_30_min, severity.slow_burn) == (9, 50)
    assert changed.detection.threshold == 12.0
    assert adjusted(settings, "brand.minato.zone=Asia/Seoul").brand["minato"].zone == "Asia/Seoul"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("detection.threshold", "write KEY=VALUE"),
        ("=3", "write KEY=VALUE"),
        ("detection.thresold=12", "did you mean `threshold`"),
        ("detection.threshold=high", "expected a number"),
        ("brand.sakura.zone=Tokyo", "unknown time zone"),
        ("storage.posts_days=3", "decides neither matches nor pages"),
        ("detections.threshold=3", "decides neither matches nor pages"),
    ],
)
def test_a_setting_that_cannot_be_tried_is_refused_in_a_sentence(
    settings: Settings, given: str, said: str
) -> None:
    """It names what was typed, says what would be right, and speaks of no line of a file."""
    with pytest.raises(SettingsError) as refused:
        adjusted(settings, given)
    assert str(refused.value).startswith(f"--setting {given}: ")
    assert said in str(refused.value)
    assert ", line" not in str(refused.value)
