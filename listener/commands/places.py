"""Where the configuration is, unless somebody names it."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from config.decode import SettingsError

PLACES = (Path("config/hinoban.toml"), Path("/etc/hinoban/hinoban.toml"))

Config = Annotated[
    Path | None,
    Parameter(
        name="--config", help="The configuration; else config/hinoban.toml or /etc/hinoban/hinoban.toml."
    ),
]


def place(given: Path | None) -> Path:
    """Return where the configuration is; raises SettingsError when it is nowhere."""
    if given is not None:
        return given
    for usual in PLACES:
        if usual.exists():
            return usual
    raise SettingsError(
        f"no configuration: neither {PLACES[0]} nor {PLACES[1]} exists; name one with --config"
    )
