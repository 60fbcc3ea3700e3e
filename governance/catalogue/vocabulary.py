"""Closed words of the catalogue: every check, help text and widget derives from these."""

from __future__ import annotations

from typing import Literal, get_args

UseClass = Literal["commercial", "unspecified", "noncommercial", "academic_only"]
"""What a licence lets one do, from the loosest to the strictest."""
USE_CLASSES: tuple[UseClass, ...] = get_args(UseClass)

Snapshot = Literal["current", "2023-10-25"]
"""A state of the audit: the newest one, or the release the 2023 paper measured."""
SNAPSHOTS: tuple[Snapshot, ...] = get_args(Snapshot)

Modality = Literal["text", "speech", "video"]
MODALITIES: tuple[Modality, ...] = get_args(Modality)

Host = Literal["audit", "huggingface", "github", "paperswithcode"]
"""Who states a licence: the audit itself, or a site that hosts the dataset or its code."""
HOSTS: tuple[Host, ...] = get_args(Host)
SITES: tuple[Host, ...] = HOSTS[1:]
HOST_LABELS: dict[Host, str] = {
    "audit": "Audit",
    "huggingface": "Hugging Face",
    "github": "GitHub",
    "paperswithcode": "Papers with Code",
}

HostAgreement = Literal["agrees", "omits", "more_permissive", "stricter", "no_page"]
"""How a site's stated use class compares with the audit's."""
HOST_AGREEMENTS: tuple[HostAgreement, ...] = get_args(HostAgreement)

NodeKind = Literal["dataset", "collection", "work", "text_source", "model", "application"]
"""A node of the lineage graph; a work is a dataset named as a parent that has no one record."""
NODE_KINDS: tuple[NodeKind, ...] = get_args(NodeKind)

DerivationKind = Literal["derived_from", "text_source", "generated_by", "recorded_as", "has_member"]
"""Why one node stands behind another (child to parent)."""
DERIVATION_KINDS: tuple[DerivationKind, ...] = get_args(DerivationKind)

MatchBasis = Literal["hub_id", "code_url", "id", "name", "normalised_name", "collection", "stated"]
"""How a parent as written was matched to its node, from the surest to the least sure."""

Authorship = Literal["people", "models", "both", "neither_stated"]
"""Who wrote the examples: human annotators, generating models, or both."""
AUTHORSHIPS: tuple[Authorship, ...] = get_args(Authorship)

Restriction = Literal["none", "partial", "full"]
"""What a signal leaves open to an agent: all, some, or nothing of a site."""
RESTRICTIONS: tuple[Restriction, ...] = get_args(Restriction)

Origin = Literal["facts", "import", "user"]
"""Where a row came from: the shipped facts, an import the user asked for, or the user."""

SNAPSHOT_DATES: dict[str, str] = {"current": "2025-03-25", "2023-10-25": "2023-10-25"}
"""When each state of the audit was published."""
