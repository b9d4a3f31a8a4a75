"""A post that concerns a brand: why it matched, and how it was scored."""

from typing import Literal

import msgspec

from models.keyword import RiskClass, TopicKey
from models.post import Post

Label = Literal["negative", "neutral", "positive"]
Voice = Literal["complaint", "question", "request", "praise", "report", "news", "other"]


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """Why a text matched; ``start`` and ``end`` count characters of the original text."""

    list: str
    brand: str
    topic: str
    keyword: str
    spelling: str
    start: int
    end: int
    text: str
    strength: Literal["strong", "weak"] = "strong"
    risk: RiskClass = ""


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How a text feels: three probabilities that sum to 1, and what kind of voice it is."""

    label: Label
    negative: float
    neutral: float
    positive: float
    unsure: bool = False
    voice: Voice = "other"


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """A post counted to one topic of a brand.

    ``matches`` is empty for a repost that inherits its target's (``inherited``). ``cluster`` is the
    near-duplicate cluster of the text, ``late`` says that it came too late to page (history only).
    """

    post: Post
    brand: str
    topic: str
    matches: tuple[Match, ...] = ()
    inherited: bool = False
    cluster: str = ""
    late: bool = False
    score: Score | None = None

    @property
    def key(self) -> TopicKey:
        """Return the topic this mention is counted to."""
        return TopicKey(self.brand, self.topic)

    @property
    def weak(self) -> bool:
        """Tell whether every match is weak: such a mention never pages alone."""
        return bool(self.matches) and all(match.strength == "weak" for match in self.matches)

    @property
    def risks(self) -> frozenset[RiskClass]:
        """Return the risk classes of the strong matches."""
        return frozenset(match.risk for match in self.matches if match.risk and match.strength == "strong")
