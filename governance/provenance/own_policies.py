"""The user's own licence policies, kept in the workbench beside the shipped ones."""

from __future__ import annotations

from datetime import datetime

from pydantic import ValidationError

from governance.errors import BadInput, NotAllowed
from governance.provenance.policies import POLICIES, Policy, policy_of
from governance.records.documents import delete_document, documents, save_document
from governance.records.store import Workbench

KIND = "policy"


def save_policy(workbench: Workbench, policy: Policy, now: datetime) -> None:
    """Keep a policy of the user's own, or a change of it.

    Raises:
        NotAllowed: The id is a shipped policy's.
    """
    if policy.id in POLICIES:
        raise NotAllowed(f"'{policy.id}' is a shipped policy", "policy id", "give your copy another id")
    present = {document.id: document.revision for document in documents(workbench, KIND)}
    save_document(workbench, KIND, policy.id, policy.model_dump(mode="json"), now, present.get(policy.id))


def own_policies(workbench: Workbench) -> dict[str, Policy]:
    """Give the user's own policies by id."""
    return {document.id: read_policy(document.body) for document in documents(workbench, KIND)}


def remove_policy(workbench: Workbench, policy_id: str) -> None:
    """Forget one of the user's own policies.

    Raises:
        NotAllowed: It is a shipped one.
        NotFound: There is none of that id.
    """
    if policy_id in POLICIES:
        raise NotAllowed(f"'{policy_id}' is a shipped policy", "policy id", "only your own can be removed")
    delete_document(workbench, KIND, policy_id)


def find_policy(workbench: Workbench, policy_id: str) -> Policy:
    """Find a shipped policy or one of the user's own.

    Raises:
        NotFound: There is none of that id.
    """
    return policy_of(policy_id, own_policies(workbench))


def read_policy(data: object) -> Policy:
    """Read a policy from JSON.

    Raises:
        BadInput: A field is missing, unknown or has a wrong value.
    """
    try:
        return Policy.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole policy"
        fix = "copy a shipped one from 'touchstone policies --json' and change it"
        raise BadInput(str(first["msg"]), f"policy, field {where}", fix) from error
