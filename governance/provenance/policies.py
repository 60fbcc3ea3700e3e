"""Licence policies: named, visible rules for reading licences, as data a user may copy and change."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from governance.catalogue.vocabulary import HOSTS, Host, UseClass
from governance.errors import NotFound

Combine = Literal["strictest", "loosest"]


class Policy(BaseModel):
    """How stated licences become one use class.

    Args:
        id: Short name, used in URLs.
        title: Name on the page.
        help: What it does, in one sentence.
        ignored_licences: Licence ids left out; if none remain the dataset counts as unspecified.
        unspecified_as: The class that "no licence stated" counts as.
        unknown_as: The class that a licence in no table counts as.
        missing_parent_as: The class of a parent without a record; ``None`` adds nothing.
        model_terms: Whether the terms of a generating model's provider bind what it wrote.
        hosts: Whose statements count.
        combine: Over hosts that state something: all must allow it (strictest) or any (loosest).
        overrides: Licence id to the use class that this policy gives it.

    >>> POLICIES["ignore-generated-terms"].ignored_licences
    ('OpenAI',)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    title: str = Field(min_length=1, max_length=80)
    help: str = Field(default="", max_length=400)
    ignored_licences: tuple[str, ...] = ()
    unspecified_as: UseClass = "unspecified"
    unknown_as: UseClass = "academic_only"
    missing_parent_as: UseClass | None = None
    model_terms: bool = False
    hosts: tuple[Host, ...] = Field(default=("audit",), min_length=1)
    combine: Combine = "strictest"
    overrides: dict[str, UseClass] = Field(default_factory=dict)


POLICIES: dict[str, Policy] = {
    policy.id: policy
    for policy in (
        Policy(
            id="audit",
            title="Audit rule",
            help="The published rule: the strictest licence wins, a licence in no table counts as academic only.",
        ),
        Policy(
            id="ignore-generated-terms",
            title="Ignore generated-data terms",
            help="As the audit rule, but the terms attached to text written by OpenAI's models do not count.",
            ignored_licences=("OpenAI",),
        ),
        Policy(
            id="cautious",
            title="Cautious",
            help=(
                "Unspecified and unknown count as no, also for parents without a record; "
                "terms of generating models bind."
            ),
            unspecified_as="academic_only",
            missing_parent_as="academic_only",
            model_terms=True,
        ),
        Policy(
            id="any-host",
            title="Any host",
            help="The loosest statement among the audit and the hosting sites; silent sites do not count.",
            hosts=HOSTS,
            combine="loosest",
        ),
        Policy(
            id="all-hosts",
            title="All hosts",
            help="The strictest statement among the audit and the hosting sites; silent sites do not count.",
            hosts=HOSTS,
        ),
    )
}


def policy_of(policy_id: str, own: dict[str, Policy] | None = None) -> Policy:
    """Find a shipped policy or one of the user's own.

    Raises:
        NotFound: There is none of that id.
    """
    known = {**POLICIES, **(own or {})}
    if policy_id not in known:
        raise NotFound(f"there is no policy '{policy_id}'", "option policy", f"use one of {', '.join(known)}")
    return known[policy_id]
