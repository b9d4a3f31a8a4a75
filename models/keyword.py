"""What a brand listens for: keyword lists as people write them."""

from datetime import datetime
from typing import Literal

import msgspec

RiskClass = Literal["", "safety", "leak", "discrimination", "legal", "boycott", "misconduct"]


class TopicKey(msgspec.Struct, frozen=True, order=True, gc=False):
    """The unit that is counted and can flare up: a topic of a brand, both ASCII slugs."""

    brand: str
    topic: str

    def __str__(self) -> str:
        return f"{self.brand}:{self.topic}"


class Near(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At least one of *terms* must occur within *within* characters of the keyword."""

    terms: tuple[str, ...]
    within: int = 20


class Topic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A topic of a brand: its names per language, and what to do when it burns."""

    slug: str
    name: dict[str, str] = {}
    runbook: str = ""
    route: str = ""

    def called(self, language: str) -> str:
        """Return the topic's name in *language*, else in any language, else its slug."""
        return self.name.get(language) or next(iter(self.name.values()), "") or self.slug


class Keyword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule of a list; the meaning of each field is in docs (keyword lists)."""

    topic: str
    any: tuple[str, ...]
    none: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    near: Near | None = None
    mode: Literal["auto", "word", "substring", "exact"] = "auto"
    kana: Literal["auto", "fold", "keep"] = "auto"
    risk: RiskClass = ""
    obfuscation: bool = False
    authors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    starts: datetime | None = None
    expires: datetime | None = None
    note: str = ""


class KeywordList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A keyword list as it stands in its file; ``slug`` is the file's stem."""

    schema: Literal[1]
    brand: str
    name: str
    owner: str = ""
    purpose: str = ""
    own_accounts: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = msgspec.field(default=(), name="topic")
    keywords: tuple[Keyword, ...] = msgspec.field(default=(), name="keyword")
    slug: str = ""
