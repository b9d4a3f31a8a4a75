"""What a brand says in public about what is said about it: answers to posts, and statements."""

from datetime import datetime
from typing import Literal

import msgspec

ResponseKind = Literal["reply", "quote", "statement", "told"]
"""``told``: what no source shows (by phone, on television), told by somebody."""


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """An answer of a brand to the post ``target``, or a statement of it on ``topic``.

    ``at`` is when it was written; what it says, and its id, are nobody's business here.
    """

    brand: str
    source: str
    kind: ResponseKind
    account: str
    at: datetime
    received_at: datetime
    target: str = ""
    topic: str = ""


class FirstResponse(msgspec.Struct, frozen=True, kw_only=True):
    """When a brand first answered to a fire, how, by whom, and through which source or channel."""

    at: datetime
    kind: ResponseKind
    by: str
    channel: str = ""
