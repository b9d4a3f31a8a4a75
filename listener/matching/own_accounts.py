"""The accounts that brands call their own: what these write is no mention, it may be an answer."""

from collections.abc import Iterable

from listener.matching.normalise import cleaned
from listener.matching.query import account
from models.keyword import KeywordList


class OwnAccounts:
    """Whose accounts are whose, by all lists of a brand, and what its topics are called."""

    def __init__(self, lists: Iterable[KeywordList]) -> None:
        self._of_brand: dict[str, set[str]] = {}
        self._brands: dict[str, set[str]] = {}
        self._names: dict[str, dict[str, set[str]]] = {}
        for one in lists:
            self._of_brand.setdefault(one.brand, set()).update(map(account, one.own_accounts))
            names = self._names.setdefault(one.brand, {})
            for topic in one.topics:
                spelled = (cleaned(name).strip() for name in topic.name.values())
                names.setdefault(topic.slug, set()).update(filter(None, spelled))
        for brand, accounts in self._of_brand.items():
            for name in accounts:
                self._brands.setdefault(name, set()).add(brand)

    def of(self, brand: str) -> frozenset[str]:
        """Return the accounts of *brand*, as ``account`` spells them."""
        return frozenset(self._of_brand.get(brand, ()))

    def brands(self, author: str, handle: str) -> frozenset[str]:
        """Return the brands that call the account with this id or handle their own."""
        if not self._brands:
            return frozenset()
        return frozenset().union(*(self._brands.get(account(name), ()) for name in (author, handle) if name))

    def topics_named(self, brand: str, text: str) -> frozenset[str]:
        """Return the topics of *brand* whose name *text* holds."""
        clean = cleaned(text)
        names = self._names.get(brand, {})
        return frozenset(topic for topic, spelled in names.items() if any(one in clean for one in spelled))
