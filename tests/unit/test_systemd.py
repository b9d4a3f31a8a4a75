"""The systemd unit is right, hardened, and agrees with what the documents promise."""

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "systemd" / "hinoban.service"
DROP_INS = ("torch", "backoff")
INSTALLED = "/opt/hinoban/bin/hinoban"
EXPOSURE = 2.0

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """Copy the unit, its program being one that exists here: nothing else is changed."""
    text = UNIT.read_text("utf-8")
    assert text.count(INSTALLED) == 1
    copy = tmp_path / UNIT.name
    copy.write_text(text.replace(INSTALLED, shutil.which("true") or "/bin/true"), "utf-8")
    return copy


def _verify(unit: Path) -> str:
    # an unknown key is a warning and exit 0: only silence is success
    command = ["systemd-analyze", "verify", str(unit)]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    return result.stdout + result.stderr + (f"exit {result.returncode}" if result.returncode else "")


def _settings(file: Path) -> dict[str, list[str]]:
    """Return every key of [Service] with all its values."""
    values: dict[str, list[str]] = {}
    section = ""
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line
        elif section == "[Service]" and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            values.setdefault(key, []).append(value)
    return values


@needs_systemd
def test_verify_is_silent(unit: Path) -> None:
    """About the unit alone."""
    assert _verify(unit) == ""


@needs_systemd
def test_verify_is_silent_with_the_torch_drop_in(unit: Path) -> None:
    """It lifts a line of the unit; a misspelt one would lift nothing."""
    folder = unit.with_name(f"{unit.name}.d")
    folder.mkdir()
    shutil.copy(ROOT / "systemd" / "hinoban-torch.conf", folder / "torch.conf")
    assert _verify(unit) == ""


@needs_systemd
def test_verify_notices_a_misspelt_key(unit: Path) -> None:
    """The silence above means something."""
    unit.write_text(unit.read_text("utf-8").replace("WatchdogSec", "WachtdogSec"), "utf-8")
    assert "WachtdogSec" in _verify(unit)


@needs_systemd
@pytest.mark.parametrize("torch", [False, True], ids=["light", "torch"])
def test_the_exposure_is_low(unit: Path, *, torch: bool) -> None:
    """At most 2.0 of 10, also with torch's drop-in written into the unit."""
    if torch:
        lifted = unit.read_text("utf-8").replace("MemoryDenyWriteExecute=yes", "MemoryDenyWriteExecute=no")
        assert lifted != unit.read_text("utf-8")
        unit.write_text(lifted, "utf-8")
    command = [
        "systemd-analyze",
        "security",
        "--offline=true",
        "--no-pager",
        f"--threshold={EXPOSURE * 10:.0f}",
    ]
    result = subprocess.run([*command, str(unit)], check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
    said = result.stdout.split("Overall exposure level for hinoban.service: ")[1]
    assert float(said.split()[0]) <= EXPOSURE


def test_the_unit_restarts_for_ever_and_drains() -> None:
    """A watch that gives up sleeps through the fire."""
    service = _settings(UNIT)
    assert service["Restart"] == ["always"]
    assert service["Type"] == ["notify"]
    assert "StartLimitIntervalSec=0" in UNIT.read_text("utf-8").splitlines()
    assert {"WatchdogSec", "TimeoutStopSec", "ExecReload"} <= service.keys()


def test_every_secret_is_a_credential_of_our_own_name() -> None:
    """Found in /etc/credstore as hinoban.NAME, never in the environment."""
    service = _settings(UNIT)
    for credential in service["LoadCredential"]:
        name, _, file = credential.partition(":")
        assert file == f"hinoban.{name}"
    assert not any(word in str(service["Environment"]).lower() for word in ("secret", "password", "token"))


@pytest.mark.parametrize("name", DROP_INS)
def test_a_drop_in_only_changes_the_service(name: str) -> None:
    """It is a piece of the unit, in the unit's own words."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "systemd" / f"hinoban-{name}.conf", "utf-8")
    assert parser.sections() == ["Service"]
