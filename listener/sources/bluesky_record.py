"""What is read of a Bluesky record: its text, and what may count as text beside it.

Records are whatever their author's client wrote (app.bsky.feed.post, app.bsky.feed.repost), so every
field has a default and nothing is believed.
"""

import contextlib
from typing import Any, Literal

import msgspec

from models.post import PostKind

POST = "app.bsky.feed.post"
REPOST = "app.bsky.feed.repost"
SHORTEST_LINK = 4  # "t.co": anything shorter is a word
Field = Literal["text", "alt", "card"]


class _Ref(msgspec.Struct, gc=False):
    uri: str = ""


class _Reply(msgspec.Struct, gc=False):
    parent: _Ref | None = None


class _Image(msgspec.Struct, gc=False):
    alt: str = ""


class _Card(msgspec.Struct, gc=False):
    title: str = ""
    description: str = ""


class _Media(msgspec.Struct, gc=False):
    alt: str = ""
    images: list[_Image] | None = None
    external: _Card | None = None


class _Quoted(msgspec.Struct, gc=False):
    uri: str = ""
    record: _Ref | None = None


class _Embed(msgspec.Struct, gc=False):
    alt: str = ""
    images: list[_Image] | None = None
    external: _Card | None = None
    media: _Media | None = None
    record: _Quoted | None = None


class _Span(msgspec.Struct, gc=False):
    byteStart: int = 0  # noqa: N815 - the wire's name
    byteEnd: int = 0  # noqa: N815 - the wire's name


class _Feature(msgspec.Struct, gc=False):
    uri: str = ""


class _Facet(msgspec.Struct, gc=False):
    index: _Span
    features: list[_Feature] = []


class Record(msgspec.Struct, gc=False):
    """A post or a repost, as far as it is read."""

    text: str = ""
    createdAt: str = ""  # noqa: N815 - the wire's name
    langs: list[str] | None = None
    reply: _Reply | None = None
    embed: _Embed | None = None
    facets: list[_Facet] | None = None
    subject: _Ref | str | None = None

    @property
    def lang(self) -> str:
        """Return the first language its author's client claimed."""
        return self.langs[0] if self.langs else ""

    def readable(self, fields: frozenset[Field]) -> str:
        """Return the text with its shortened links written out, then the other *fields*, one a line."""
        parts = [linked(self.text, self.facets or [])] if "text" in fields else []
        for media in (self.embed, self.embed.media if self.embed else None):
            if media is None:
                continue
            if "alt" in fields:
                parts += [media.alt, *(image.alt for image in media.images or ())]
            if "card" in fields and media.external is not None:
                parts += [media.external.title, media.external.description]
        return "\n".join(filter(None, parts))


def relation(record: Record, collection: str) -> tuple[PostKind, str | None]:
    """Return what a record is to another post, and that post's at-URI."""
    if collection == REPOST:
        return "repost", record.subject.uri or None if isinstance(record.subject, _Ref) else None
    if record.embed is not None and (quoted := record.embed.record) is not None:
        uri = quoted.record.uri if quoted.record else quoted.uri
        if POST in uri:  # feeds, lists and starter packs are embedded as records too
            return "quote", uri
    if record.reply is not None and record.reply.parent is not None:
        return "reply", record.reply.parent.uri or None
    return "post", None


def linked(text: str, facets: list[_Facet]) -> str:
    """Replace shortened links ("sakura.example/pudd...") by their addresses, which matching then ignores.

    Facet offsets count bytes of UTF-8, not characters (app.bsky.richtext.facet).
    """
    raw = text.encode()
    for facet in sorted(facets, key=lambda facet: -facet.index.byteStart):
        start, end = facet.index.byteStart, facet.index.byteEnd
        uri = next((feature.uri for feature in facet.features if feature.uri), "")
        if uri and 0 <= start < end <= len(raw) and _shortens(raw[start:end], uri):
            raw = raw[:start] + uri.encode() + raw[end:]
    return raw.decode("utf-8", "replace")


def _shortens(shown: bytes, uri: str) -> bool:
    """Tell whether *shown* is the beginning of *uri* as clients shorten it, rather than words."""
    shortened = shown.decode("utf-8", "replace").removesuffix("...").removesuffix("…").lower()
    bare = uri.lower().removeprefix("https://").removeprefix("http://")
    return len(shortened) >= SHORTEST_LINK and (
        bare.startswith(shortened) or bare.removeprefix("www.").startswith(shortened)
    )


def salvaged(record: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a malformed record that can be read: one bad facet must not cost the text."""
    kept: dict[str, Any] = {}
    for name in Record.__struct_fields__:
        if name not in record:
            continue
        with contextlib.suppress(msgspec.ValidationError):
            msgspec.convert({name: record[name]}, Record)
            kept[name] = record[name]
    return kept
