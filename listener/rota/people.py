"""Whom a calendar means: receivers by their names, and by what else they are called."""

import re
import unicodedata
from collections.abc import Mapping

from config.settings import Receiver

_BEFORE = "|".join(rf"(?<={word})" for word in ("当番", "担当", "交代", "代理"))
_AFTER = r"(?:さん|さま|様|氏|くん|君|ちゃん)?の?(?:当番|担当|オンコール|シフト|代理)?"
_GENERAL = frozenset({"oncall", "on-call", "on call", "当番"})
"""Names that a title may also contain as a mere word."""


class People:
    """Finds receivers in what people write."""

    def __init__(self, receivers: Mapping[str, Receiver]) -> None:
        self.known = sorted(receivers)
        self._called = {
            _folded(called): name
            for name, one in receivers.items()
            for called in (name, *one.names, *one.shown.values())
            if called
        }
        longest_first = sorted(self._called, key=len, reverse=True)
        either = "|".join(map(re.escape, longest_first)) or r"(?!)"
        self._pattern = re.compile(rf"(?:(?<!\w)|{_BEFORE})(?P<name>{either}){_AFTER}(?!\w)")

    def named(self, text: str) -> tuple[str, ...]:
        """Return the receivers that a text names, in its order, each once."""
        found = [match["name"] for match in self._pattern.finditer(_folded(text))]
        plain = [name for name in found if name not in _GENERAL] or found
        return tuple(dict.fromkeys(self._called[name] for name in plain))

    def invited(self, address: str, name: str) -> tuple[str, ...]:
        """Return the receiver of a mail address: by all of it, by *name*, by what stands before the @."""
        mail = _folded(address).removeprefix("mailto:")
        for called in (mail, _folded(name), mail.partition("@")[0]):
            if called in self._called:
                return (self._called[called],)
        return self.named(name)


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).casefold().strip()
