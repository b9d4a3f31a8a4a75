"""A file is decoded by the tables that the root hands in, wherever it lies and however it was saved."""

from pathlib import Path

import msgspec
import pytest

from config import decode
from tests.unit.config.tables import (
    SOURCE,
    TABLES,
    Broker,
    Detection,
    Severity,
    Terminal,
    Tls,
    settings,
)


def test_a_schema_alone_is_a_configuration() -> None:
    """Everything else has a default."""
    decoded = settings("schema = 1")
    assert decoded.time_zone == "Asia/Tokyo"
    assert decoded.scorer == msgspec.structs.replace(decoded.scorer, kind="onnx", settings=Terminal())
    assert decoded.detection == Detection()


def test_each_kind_is_decoded_as_the_type_of_its_table() -> None:
    """The root hands the tables in; config itself knows no source."""
    decoded = settings(SOURCE + 'spool = "spool/a"\n[sources.a.tls]\nca = "ca.pem"\n')
    assert decoded.sources["a"].kind == "mqtt"
    assert decoded.sources["a"].settings == Broker(host="x", spool=Path("spool/a"), tls=Tls(ca="ca.pem"))


def test_a_brand_overrides_the_severity_table() -> None:
    """What is not said keeps its default."""
    decoded = settings("schema = 1\n[brand.sakura.severity]\ncritical_in_30_min = 30")
    assert decoded.brand["sakura"].severity == Severity(critical_in_30_min=30)


def test_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration means the same wherever it is started from."""
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    file = tmp_path / "hinoban.toml"
    file.write_text('schema = 1\nkeywords = ["lists", "/srv/lists"]\n[storage]\npath = "a.db"\n', "utf-8")
    decoded = decode.read(file, TABLES)
    assert decoded.keywords == (tmp_path / "lists", Path("/srv/lists"))
    assert decoded.storage.path == tmp_path / "a.db"


def test_the_database_lives_in_the_state_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under systemd the folder of the configuration is read-only."""
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    file = tmp_path / "hinoban.toml"
    file.write_text("schema = 1\n", "utf-8")
    assert decode.read(file, TABLES).storage.path == tmp_path / "state" / "hinoban.db"


@pytest.mark.parametrize("raw", [b"\xef\xbb\xbfschema = 1\n", b'schema = 1\r\nsite = "a"\r\n'])
def test_what_editors_of_windows_write_is_read(raw: bytes, tmp_path: Path) -> None:
    """A byte order mark and CRLF are no mistakes."""
    file = tmp_path / "hinoban.toml"
    file.write_bytes(raw)
    assert decode.read(file, TABLES).schema == 1


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("schema = 1\nsite = 'さくら'".encode("cp932"), ", line 2: not UTF-8 text; save the file as UTF-8"),
        ("schema = 1".encode("utf-16"), ", line 1: not UTF-8 text; save the file as UTF-8"),
        (None, ": there is no such file"),
    ],
    ids=["Shift_JIS", "UTF-16", "no file"],
)
def test_a_file_that_cannot_be_read_is_told_so(raw: bytes | None, sentence: str, tmp_path: Path) -> None:
    """Not with a traceback."""
    file = tmp_path / "hinoban.toml"
    if raw is not None:
        file.write_bytes(raw)
    with pytest.raises(decode.SettingsError) as raised:
        decode.read(file, TABLES)
    assert str(raised.value) == f"{file}{sentence}"


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    """The operating system's own words are handed on."""
    with pytest.raises(decode.SettingsError, match="cannot be read: Is a directory"):
        decode.read(tmp_path, TABLES)
