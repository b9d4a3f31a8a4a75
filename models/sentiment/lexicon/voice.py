"""What kind of voice a post speaks with, by simple rules."""

import re

from models.mention import Label, Voice
from models.sentiment.lexicon.evidence import Evidence

_STRONG = 2.0  # a sum from which a question is more than a question
_HEADLINE = re.compile(r"^\s*[【[](?!拡散)[^】\]]{1,16}[】\]]")
_ASKS = re.compile(r"[?？]|(?:ですか|ますか|でしょうか|かな|かしら|だろ|だろう|っけ|のか)(?:[。.、…(]|\s|$)")


def voice_of(text: str, label: Label, evidence: Evidence) -> Voice:
    """Return the voice of a folded text whose label and evidence are known."""
    roles = evidence.roles
    if is_news(text, evidence):
        return "news"
    if label == "negative":
        return _critical(text, evidence)
    if "request" in roles and label != "positive":
        return "request"
    if asks(text, evidence) and (label == "neutral" or evidence.positive < _STRONG):
        return "question"
    if label == "positive":
        return "praise"
    return "report" if "report" in roles else "other"


def is_news(text: str, evidence: Evidence) -> bool:
    """Tell whether a folded text reports what others did, without anger of its own."""
    if "anger" in evidence.roles or "request" in evidence.roles:
        return False
    return "news" in evidence.roles or _HEADLINE.match(text) is not None


def asks(text: str, evidence: Evidence) -> bool:
    """Tell whether a folded text asks something."""
    return "ask" in evidence.roles or _ASKS.search(text) is not None


def _critical(text: str, evidence: Evidence) -> Voice:
    roles = evidence.roles
    if "anger" in roles:
        return "complaint"
    if "request" in roles:
        return "request"
    if "report" in roles and "danger" in roles:
        return "report"
    if asks(text, evidence) and evidence.negative < _STRONG:
        return "question"
    return "complaint"
