"""Sixty-four bits that stand for a post or an account without naming it."""

from hashlib import blake2b


def of_post(source: str, native_id: str) -> int:
    """Return the digest of a post's identity, a signed 64-bit number."""
    return _digest("post", source, native_id)


def of_author(source: str, author_id: str) -> int:
    """Return the digest of an account's identity, a signed 64-bit number."""
    return _digest("author", source, author_id)


def of_handle(handle: str) -> int:
    """Return the digest of an author's handle, a signed 64-bit number."""
    return _digest("handle", handle)


def of_quoted(key: str) -> int:
    """Return the digest of a post that a page names as ``source/id``."""
    source, _, native_id = key.partition("/")
    return of_post(source, native_id)


def _digest(*parts: str) -> int:
    # surrogatepass: a lone surrogate in an id is bad manners, not a reason to fail.
    raw = "\0".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(raw, digest_size=8).digest(), "big", signed=True)
