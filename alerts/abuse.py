"""Words that a woken person need not read: a post that holds one is told of, not quoted."""

import re
import unicodedata

# Threats and insults to people. Coarse complaints (ゴミ, 最悪, crap) stay: they are what the fire is about.
_JAPANESE = """
死ね 氏ね タヒね しねよ 殺すぞ 殺してやる 殺されろ ぶっ殺 ぶっころ 消え失せろ くたばれ
クズ野郎 クズども クズ会社 ゴミクズ クソ野郎 クソども 糞野郎 クソ会社 糞会社 クソ企業
キチガイ きちがい 基地外 気違い ガイジ 池沼 知恵遅れ ブスども 売女 カスども
"""
_ENGLISH = (
    r"(?:mother)?fuck\w*|shit(?:ty|head|bag|s)?|bitch(?:es|y)?|cunts?|assholes?|arseholes?|bastards?|retard(?:s|ed)?"
    r"|wankers?|dickheads?|whores?|sluts?|kys|(?:kill|hang) (?:yourself|yourselves|them all)|(?:go|just) die"
)
_ABUSE = re.compile(rf"{'|'.join(_JAPANESE.split())}|(?<![a-z])(?:{_ENGLISH})(?![a-z])")


def abusive(text: str) -> bool:
    """Tell whether *text* holds a threat or an insult of the short list."""
    return _ABUSE.search(unicodedata.normalize("NFKC", text).casefold()) is not None
