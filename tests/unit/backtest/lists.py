"""Keyword lists of a few lines, and settings that name them."""

from pathlib import Path

from config import decode
from config.settings import Settings
from listener import assembly

HEAD = 'schema = 1\nbrand = "{brand}"\nname = "{brand}"\n'
PUDDING = '[[keyword]]\ntopic = "pudding"\nany = ["さくらプリン"]\n'


def a_list(folder: Path, name: str, *keywords: str, brand: str = "sakura") -> Path:
    """Write a list of *keywords*, each a whole table, and return its file."""
    folder.mkdir(exist_ok=True, parents=True)
    file = folder / f"{name}.toml"
    file.write_text(HEAD.format(brand=brand) + "".join(keywords), "utf-8")
    return file


def settings_of(folder: Path) -> Settings:
    """Return default settings that listen for the lists in *folder*."""
    return decode.settings(f'schema = 1\nkeywords = ["{folder}"]\n', "hinoban.toml", assembly.TABLES)
