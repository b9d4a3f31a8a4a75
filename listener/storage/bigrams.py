"""Bigrams for full-text search: FTS5's own tokenizers find nothing for a word of two characters.

A folded text becomes one token per character: the character and its successor, the last one alone. A query
of two characters or more is the phrase of its bigrams, which occurs exactly where the query is a substring;
a query of one character is a prefix.
"""

import itertools
import unicodedata


def fold(text: str) -> str:
    """Return *text* as search sees it: compatibility forms, case and runs of blanks are all one.

    >>> fold("ＡＢＣ　 ｶﾞｽ")
    'abc ガス'
    """
    once = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", once).split())


def index(text: str) -> str:
    """Return the tokens of *text* for the index, separated by spaces."""
    spelled = [_spell(character) for character in fold(text)]
    return " ".join(
        first + second for first, second in itertools.zip_longest(spelled, spelled[1:], fillvalue="")
    )


def query(text: str) -> str:
    """Return the FTS5 expression that finds every word of *text*; empty when there is none.

    Whatever the words hold (quotes, operators), the expression is made of letters and digits only.

    >>> query("火事")
    '"706bg4e8bg"'
    """
    return " AND ".join(_phrase([_spell(character) for character in word]) for word in fold(text).split())


def _phrase(spelled: list[str]) -> str:
    if len(spelled) == 1:
        return f'"{spelled[0]}"*'
    tokens = (first + second for first, second in itertools.pairwise(spelled))
    return f'"{" ".join(tokens)}"'


def _spell(character: str) -> str:
    # "g" ends the hexadecimal number, so that no character's spelling begins another's.
    return f"{ord(character):x}g"
