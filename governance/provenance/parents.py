"""Match a parent, as a record writes it, to a node of the lineage graph."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from governance.catalogue.connect import FACTS
from governance.catalogue.normalise import clean_text, github_repo, huggingface_id
from governance.catalogue.vocabulary import MatchBasis, NodeKind

PREFIXES: dict[str, NodeKind] = {
    "work": "work",
    "collection": "collection",
    "source": "text_source",
    "model": "model",
    "application": "application",
}
_CITATION = re.compile(r"\s*\([^()]*\)\s*$")
_FILLER = re.compile(r"\b(?:the|data ?sets?|corpus|corpora|collection|data)\b")
_NOT_WORD = re.compile(r"[\W_]+")


def parent_key(name: str) -> str:
    """Reduce a name to what must agree for two names to meet.

    Case, punctuation, a trailing citation and words such as "dataset" or "corpus" do not count.

    >>> parent_key("Story-Cloze dataset (Mostafazadeh et al., 2016)") == parent_key("StoryCloze")
    True
    """
    text = clean_text(name).casefold().removeprefix("https://").removeprefix("http://").removeprefix("www.")
    if "/" in text:
        return text.rstrip("/")
    stripped = _FILLER.sub(" ", _CITATION.sub("", text).replace("_", " "))
    return _NOT_WORD.sub("", stripped) or _NOT_WORD.sub("", text) or text


def work_id(name: str) -> str:
    """Give the node id of a dataset that is named as a parent.

    >>> work_id("Conceptual Captions")
    'work:conceptualcaptions'
    """
    return f"work:{parent_key(name)}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that a parent's name may mean."""

    id: str
    name: str
    stated_id: str
    collection_id: str
    huggingface_id: str | None
    github: str | None
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A curated answer: this name is, or is not, that node."""

    name: str
    node_id: str
    same: bool


@dataclass(frozen=True, slots=True)
class Parent:
    """The node a stated parent means.

    Args:
        node_id: Its id.
        kind: What kind of node.
        basis: How it was matched, from sure to unsure.
        members: Nodes that record it, where it is a work with several records or collections.
    """

    node_id: str
    kind: NodeKind
    basis: MatchBasis
    members: tuple[str, ...] = ()


@dataclass(slots=True)
class Resolver:
    """All that parents can be matched against in one snapshot."""

    by_hub: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_code: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_id: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_key: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    collections: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    says: dict[str, frozenset[str]] = field(default_factory=dict)
    decided: dict[str, str] = field(default_factory=dict)
    not_same: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def of(cls, candidates: Iterable[Candidate], decisions: Iterable[Decision] = ()) -> Resolver:
        """Index the records and the curated decisions."""
        index = cls()
        for record in candidates:
            if record.huggingface_id:
                index.by_hub[record.huggingface_id.casefold()].append(record.id)
            if record.github:
                index.by_code[record.github.casefold()].append(record.id)
            index.by_id[record.stated_id.casefold()].append(record.id)
            index.by_name[record.name.casefold()].append(record.id)
            index.by_key[parent_key(record.name)].append(record.id)
            index.collections[parent_key(record.collection_id)].add(record.collection_id)
            index.says[record.id] = frozenset(parent_key(parent) for parent in record.parents)
        for decision in decisions:
            if decision.same:
                index.decided[parent_key(decision.name)] = decision.node_id
            else:
                index.not_same.add((parent_key(decision.name), decision.node_id))
        return index

    def resolve(self, stated: str) -> Parent:
        """Find what a stated parent means; a name that nothing matches is a work of its own.

        A record that says it comes from the same parent is a derivative of it, never the parent
        itself, so matching by name passes it over.
        """
        text, key = clean_text(stated), parent_key(stated)
        hub = huggingface_id(text)
        if hub and (found := self.by_hub.get(hub.casefold())):
            return self._parent(stated, found, "hub_id")
        repository = github_repo(text)
        if (
            repository
            and "/tree/" not in text
            and "/blob/" not in text
            and (found := self.by_code.get(repository.casefold()))
        ):
            return self._parent(stated, found, "code_url")
        if key in self.decided:
            node_id = self.decided[key]
            collections = tuple(sorted(self.collections.get(node_id.removeprefix("work:"), ())))
            if node_id.startswith("work:") and collections:
                return Parent(node_id, "work", "stated", tuple(f"collection:{name}" for name in collections))
            return Parent(node_id, _kind_of(node_id), "stated")
        steps: tuple[tuple[MatchBasis, Mapping[str, list[str]], str], ...] = (
            ("id", self.by_id, text.casefold()),
            ("name", self.by_name, text.casefold()),
            ("normalised_name", self.by_key, key),
        )
        for basis, index, wanted in steps:
            found = [
                one for one in index.get(wanted, []) if key not in self.says[one] and (key, one) not in self.not_same
            ]
            if found:
                return self._parent(stated, found, basis)
        return self._collection(key) or Parent(work_id(stated), "work", "stated")

    def _parent(self, stated: str, found: list[str], basis: MatchBasis) -> Parent:
        if len(found) == 1:
            return Parent(found[0], "dataset", basis)
        return Parent(work_id(stated), "work", basis, tuple(sorted(found)))

    def _collection(self, key: str) -> Parent | None:
        found = sorted(self.collections.get(key, ()))
        if len(found) == 1:
            return Parent(f"collection:{found[0]}", "collection", "collection")
        if found:
            return Parent(f"work:{key}", "work", "collection", tuple(f"collection:{name}" for name in found))
        return None


def _kind_of(node_id: str) -> NodeKind:
    return PREFIXES.get(node_id.partition(":")[0], "dataset") if ":" in node_id else "dataset"


def commonest(spellings: Counter[str]) -> str:
    """Give the spelling used most, the first in order among equals."""
    return min(spellings, key=lambda spelling: (-spellings[spelling], spelling))


def read_decisions(snapshot: str) -> list[Decision]:
    """Read the curated decisions on names for one snapshot."""
    file = FACTS / "touchstone" / "alias.csv"
    if not file.is_file():
        return []
    rows = pl.read_csv(file).filter(pl.col("snapshot") == snapshot).iter_rows(named=True)
    return [Decision(name=row["name"], node_id=row["node_id"], same=bool(row["same"])) for row in rows]
