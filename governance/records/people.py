"""Who may do what: four roles, checked where records are read and written, never by hiding a button."""

from __future__ import annotations

import getpass
import os
import re
from typing import Literal, get_args

import duckdb
from pydantic import BaseModel

from governance.errors import NotAllowed

Role = Literal["viewer", "contributor", "reviewer", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)  # each may do what those before it may

Operation = Literal["read", "write", "review", "sign", "administer"]
NEEDS: dict[Operation, Role] = {
    "read": "viewer",
    "write": "contributor",
    "review": "reviewer",
    "sign": "reviewer",
    "administer": "admin",
}
LOCAL = "local"


class Actor(BaseModel, frozen=True):
    """Somebody at work.

    Args:
        issuer: ``local`` where people say themselves who they are, else the address of the provider that vouches.
        email: The verified e-mail; a short name where the issuer is ``local``.
        name: As others see it.
        role: ``None``: known, but nothing is open to them yet.
    """

    issuer: str = LOCAL
    email: str
    name: str
    role: Role | None

    @property
    def id(self) -> str:
        """Name them in records and in the trail.

        >>> Actor(email="ana", name="Ana", role="admin").id
        'local:ana'
        """
        return f"{self.issuer}:{self.email}"

    @property
    def proven(self) -> bool:
        """Tell whether a provider vouches for them, or they said so themselves."""
        return self.issuer != LOCAL

    def may(self, operation: Operation) -> bool:
        """Tell whether their role allows an operation.

        >>> Actor(email="ana", name="Ana", role="contributor").may("sign")
        False
        """
        return self.role is not None and ROLES.index(self.role) >= ROLES.index(NEEDS[operation])


def local_person(name: str | None = None) -> Actor:
    """Give the one person of a machine of one's own, who may do everything there.

    Args:
        name: What they call themselves; by default ``TOUCHSTONE_USER``, else the name of the account.

    >>> local_person("Ana Maria").id
    'local:ana-maria'
    """
    said = (name or os.environ.get("TOUCHSTONE_USER") or _account())[:120]
    said = "".join(sign for sign in said if sign.isprintable()).strip()  # bytes that are no text are not printable
    return Actor(email=short_name(said), name=said or "somebody", role="admin")


def declared(connection: duckdb.DuckDBPyConnection, issuer: str | None = None) -> tuple[Actor, ...]:
    """List who has a role, by name; it is asked before anybody is known to be at work.

    Args:
        connection: The workbench's.
        issuer: Only those for whom this one vouches.
    """
    part, values = ("", []) if issuer is None else ("WHERE issuer = ?", [issuer])
    query = f"SELECT issuer, email, name, role FROM person {part} ORDER BY lower(name), issuer, email"  # noqa: S608 - a constant
    cursor = connection.cursor()
    try:
        rows = cursor.execute(query, values).fetchall()
    finally:
        cursor.close()
    return tuple(Actor.model_validate(dict(zip(Actor.model_fields, row, strict=True))) for row in rows)


def local_actor(connection: duckdb.DuckDBPyConnection, email: str | None = None) -> Actor:
    """Give who is at work where people say themselves who they are.

    Args:
        connection: The workbench's.
        email: Short name of who they say they are; by default the one person of this machine.

    Returns:
        The declared person, with the role they were given; without a role where others are
        declared and they are not. Until anybody is, the one person may do everything.
    """
    own, known = local_person(), declared(connection, LOCAL)
    if not known:
        return own
    said = own.email if email is None else email
    found = next((person for person in known if person.email == said), None)
    return found or Actor(email=said, name=own.name if email is None else email, role=None)


def short_name(name: str) -> str:
    """Give the short form that stands for a name where no provider vouches for an e-mail.

    >>> short_name("Ana Maria"), short_name("孫")
    ('ana-maria', '孫')
    """
    return re.sub(r"[^\w@.+-]+", "-", name.casefold()).strip("-") or "somebody"


def email_key(issuer: str, email: str) -> str:
    """Give an e-mail, or a short name, as people are told apart by it.

    Only A to Z are lowered: other letters fold onto different ones, and two mailboxes must not become one person.

    >>> email_key("https://id.example", " Ana@Example.ORG "), email_key("https://id.example", "K\u0131m@x.org")
    ('ana@example.org', 'kım@x.org')
    """
    if issuer == LOCAL:
        return short_name(email)
    return "".join(sign.lower() if sign.isascii() else sign for sign in email.strip())


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def refusal(actor: Actor, operation: Operation, where: str) -> NotAllowed:
    """Say why an operation is not open to somebody."""
    role = f"an {actor.role}" if actor.role == "admin" else f"a {actor.role}"
    needs = NEEDS[operation]
    if actor.role is None:
        fix = "ask an admin to add you" if actor.proven else "say who you are: set TOUCHSTONE_USER to a declared person"
        return NotAllowed(f"{actor.name} has no role here", where, fix)
    return NotAllowed(f"{role} may not {operation}", where, f"ask an admin for the role {needs}")
