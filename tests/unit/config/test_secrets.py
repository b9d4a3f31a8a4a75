"""Secrets come from files."""

from pathlib import Path

import pytest

from config import secrets
from config.document import SettingsError


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


def test_a_path_is_read_without_its_line_end(tmp_path: Path) -> None:
    """Editors end a file with a line end; passwords do not."""
    file = tmp_path / "password"
    file.write_text("桜 の木\n", "utf-8")
    assert secrets.read(str(file)) == "桜 の木"


def test_a_bare_name_is_a_credential_of_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LoadCredential hands them over in a folder of their own."""
    (tmp_path / "mqtt-password").write_text("from systemd", "utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert secrets.read("mqtt-password") == "from systemd"


def test_a_path_stays_a_path_under_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a bare name is looked up among the credentials."""
    file = tmp_path / "password"
    file.write_text("mine", "utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "elsewhere"))
    assert secrets.read(str(file)) == "mine"


def test_a_missing_credential_says_where_to_put_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of credentials itself is systemd's and gone after the service stops."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with pytest.raises(
        SettingsError, match=r"No such file.*; put it in /etc/credstore/hinoban\.key and restart"
    ):
        secrets.read("key")


@pytest.mark.parametrize(
    ("raw", "why"),
    [(None, "cannot be read: No such file"), (b" \n", "is empty"), (b"\xff\xfe", "is not UTF-8 text")],
    ids=["missing", "empty", "binary"],
)
def test_an_unusable_secret_is_a_sentence(raw: bytes | None, why: str, tmp_path: Path) -> None:
    """It names the file and never what is in it."""
    file = tmp_path / "password"
    if raw is not None:
        file.write_bytes(raw)
    with pytest.raises(SettingsError, match=f"{file}: the secret {why}"):
        secrets.read(str(file))
