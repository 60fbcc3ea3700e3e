"""The people of a shared workbench and the tokens their programs show."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel

from governance.errors import BadInput, Conflict, NotFound, NotSignedIn
from governance.records.people import (
    LOCAL,
    ROLES,
    Actor,
    Role,
    declared,
    email_key,
    local_actor,
    local_person,
    short_name,
)
from governance.records.store import Change, Workbench, as_utc, write
from governance.records.words import one_line

TOKEN_DAYS = 90
MAX_DAYS = 366
_TOKEN = "touchstone_"  # nosec B105 # what tokens begin with, to tell them apart


class Token(BaseModel, frozen=True):
    """A token as it may be shown: without what opens the door.

    Args:
        id: 8 hex digits, in the token and in the list.
        issuer: Of the person it stands for.
        email: Of the person it stands for.
        label: What it is for.
        created: When, UTC.
        expires: Until when it is taken, UTC.
    """

    id: str
    issuer: str
    email: str
    label: str
    created: datetime
    expires: datetime


def save_person(workbench: Workbench, person: Actor, now: datetime) -> Actor:
    """Add somebody, or change their name or role.

    Args:
        workbench: The workbench.
        person: Issuer and e-mail say who; the role must be set.
        now: When, UTC.

    Raises:
        BadInput: A part is missing.
        Conflict: There would be no admin.
        NotAllowed: The actor is no admin.
    """
    person = _tidy(person)

    def save(change: Change) -> Actor:
        present = _person(change, person.issuer, person.email)
        if person.role != "admin":
            _keep_an_admin(change, person)
        change.fetch(
            "INSERT INTO person VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (issuer, email) DO UPDATE SET name = excluded.name, role = excluded.role",
            [person.issuer, person.email, person.name, person.role, change.at],
        )
        before = None if present is None else {"name": present.name, "role": present.role}
        action = "create" if present is None else "update"
        change.note(action, "person", person.id, before, {"name": person.name, "role": person.role})
        return person

    return write(workbench, save, now, "administer", "people")


def change_role(workbench: Workbench, issuer: str, email: str, role: Role, now: datetime) -> Actor:
    """Give somebody who is here another role.

    Raises:
        Conflict: There would be no admin.
        NotAllowed: The actor is no admin.
        NotFound: Nobody of that issuer and e-mail is here.
    """
    workbench.require("administer", "people")
    found = find_person(workbench, issuer, email)
    if found.role is None:
        raise NotFound(f"nobody is known as '{email:.80}'", "people", "list them to see who is")
    return save_person(workbench, found.model_copy(update={"role": role}), now)


def remove_person(workbench: Workbench, issuer: str, email: str, now: datetime) -> None:
    """Take somebody's role and tokens away; what they did stays under their name.

    Raises:
        Conflict: They are the last admin.
        NotAllowed: The actor is no admin.
        NotFound: Nobody of that issuer and e-mail is here.
    """

    def remove(change: Change) -> None:
        present = _person(change, issuer, email_key(issuer, email))
        if present is None:
            raise NotFound(f"nobody is known as '{email:.80}'", "people", "list them to see who is")
        if present.role == "admin":
            _keep_an_admin(change, present)
        for table in ("person", "token"):
            change.fetch(
                f"DELETE FROM {table} WHERE issuer = ? AND email = ?",  # noqa: S608 - constants
                [issuer, present.email],
            )
        change.note("delete", "person", present.id, {"name": present.name, "role": present.role}, None)

    write(workbench, remove, now, "administer", "people")


def people(workbench: Workbench) -> tuple[Actor, ...]:
    """List who has a role here, by name."""
    workbench.require("read", "people")
    return declared(workbench.connection)


def find_person(workbench: Workbench, issuer: str, email: str, name: str = "") -> Actor:
    """Give the actor behind a verified issuer and e-mail; without a role where nobody gave them one.

    It is asked before anybody is known to be at work, so it does not check who asks.
    """
    key = email_key(issuer, email)
    rows = workbench.look_up(
        "SELECT issuer, email, name, role FROM person WHERE issuer = ? AND email = ?", [issuer, key]
    )
    if not rows:
        return Actor(issuer=issuer, email=key, name=name or email, role=None)
    return Actor.model_validate(dict(zip(Actor.model_fields, rows[0], strict=True)))


def local_people(workbench: Workbench) -> tuple[Actor, ...]:
    """List those who say themselves who they are, by name; asked before anybody is known to be at work."""
    return declared(workbench.connection, LOCAL)


def who_says(workbench: Workbench, name: str | None = None) -> Actor:
    """Give who somebody at this machine says they are; asked before anybody is known to be at work.

    Args:
        workbench: The workbench, whose people are asked.
        name: Their name or its short form; by default the one person of this machine.

    Returns:
        The declared person with their role; until anybody is declared, anybody may do everything.
    """
    if name is None:
        return local_actor(workbench.connection)
    return local_actor(workbench.connection, short_name(name)) if local_people(workbench) else local_person(name)


def make_token(
    workbench: Workbench, label: str, now: datetime, days: int = TOKEN_DAYS, secret: str | None = None
) -> tuple[str, Token]:
    """Make a token for the actor's own programs; it is shown once and only its hash is kept.

    Args:
        workbench: The workbench; the token stands for who is at work.
        label: What it is for, 1 to 120 characters.
        now: When, UTC.
        days: How long it is taken, 1 to 366.
        secret: The random part; by default from the system, 256 bits.

    Raises:
        BadInput: The label or the days are not allowed.
        NotAllowed: The actor has no role that may write.
    """
    label, now = one_line(label, "token label", "label"), as_utc(now).replace(tzinfo=UTC)
    if not 1 <= days <= MAX_DAYS:
        raise BadInput(f"{days} days", "token", f"use 1 to {MAX_DAYS}")
    token_id = secrets.token_hex(4)
    text = f"{_TOKEN}{token_id}_{secret or secrets.token_urlsafe(32)}"
    actor, expires = workbench.actor, now + timedelta(days=days)
    token = Token(id=token_id, issuer=actor.issuer, email=actor.email, label=label, created=now, expires=expires)

    def insert(change: Change) -> None:
        values = [token_id, _digest(text), actor.issuer, actor.email, token.label, change.at]
        change.fetch("INSERT INTO token VALUES (?, ?, ?, ?, ?, ?, ?)", [*values, expires.replace(tzinfo=None)])
        change.note("create", "token", token_id, None, {"label": token.label, "expires": expires.isoformat()})

    write(workbench, insert, now, where="tokens")
    return text, token


def tokens(workbench: Workbench) -> tuple[Token, ...]:
    """List one's own tokens, or all of them for an admin, the newest first."""
    rows = workbench.read(
        "SELECT id, issuer, email, label, created, expires FROM token "
        "WHERE ? OR (issuer = ? AND email = ?) ORDER BY created DESC, id",
        [workbench.actor.may("administer"), workbench.actor.issuer, workbench.actor.email],
    )
    return tuple(_token(row) for row in rows)


def revoke_token(workbench: Workbench, token_id: str, now: datetime) -> None:
    """Stop taking a token, one's own, or anybody's for an admin.

    Raises:
        NotFound: There is none of that id that the actor may revoke.
    """

    def revoke(change: Change) -> None:
        gone = change.fetch(
            "DELETE FROM token WHERE id = ? AND (? OR (issuer = ? AND email = ?)) RETURNING label",
            [token_id, change.actor.may("administer"), change.actor.issuer, change.actor.email],
        )
        if not gone:
            raise NotFound(f"there is no token '{token_id:.80}' of yours", "tokens", "list them to see the ids")
        change.note("delete", "token", token_id, {"label": gone[0][0]}, None)

    write(workbench, revoke, now, where="tokens")


def actor_of_token(workbench: Workbench, text: str, now: datetime) -> Actor:
    """Give who a token stands for, with the role they have now.

    Raises:
        NotSignedIn: It is unknown, revoked or expired.
    """
    rows = workbench.look_up("SELECT issuer, email, expires FROM token WHERE digest = ?", [_digest(text)])
    if not rows or rows[0][2] <= as_utc(now):
        fix = "make one on the People page or with 'touchstone token add'"
        raise NotSignedIn("the token is unknown, revoked or expired", "header Authorization", fix)
    issuer, email = str(rows[0][0]), str(rows[0][1])
    found = find_person(workbench, issuer, email)
    if issuer == LOCAL and found.role is None:
        return workbench.actor if workbench.actor.id == found.id else found
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _token(row: tuple[Any, ...]) -> Token:
    fields = dict(zip(Token.model_fields, row, strict=True))
    for time in ("created", "expires"):
        fields[time] = fields[time].replace(tzinfo=UTC)
    return Token.model_validate(fields)


def _tidy(person: Actor) -> Actor:
    name = one_line(person.name, "name")
    email = email_key(person.issuer, person.email or (name if person.issuer == LOCAL else ""))
    if person.issuer != LOCAL:
        if not _is_provider(person.issuer):
            fix = "give the https address of the provider"
            raise BadInput(f"'{person.issuer:.80}' is no provider", "issuer", fix)
        if "@" not in email or len(email) > 320 or not email.isprintable() or " " in email:
            raise BadInput(f"'{email:.80}' is no e-mail", "email", "give the e-mail that the provider verifies")
    if person.role is None:
        raise BadInput("no role is given", "role", f"use one of {', '.join(ROLES)}")
    return person.model_copy(update={"name": name, "email": email})


def _is_provider(issuer: str) -> bool:
    try:
        parts = urlsplit(issuer)
    except ValueError:
        return False
    loopback = parts.hostname in ("127.0.0.1", "localhost", "::1")
    known = parts.scheme == "https" or (parts.scheme == "http" and loopback)
    return known and bool(parts.hostname) and issuer.isprintable() and len(issuer) <= 500


def _person(change: Change, issuer: str, email: str) -> Actor | None:
    rows = change.fetch("SELECT issuer, email, name, role FROM person WHERE issuer = ? AND email = ?", [issuer, email])
    return Actor.model_validate(dict(zip(Actor.model_fields, rows[0], strict=True))) if rows else None


def _keep_an_admin(change: Change, person: Actor) -> None:
    """Refuse what would leave nobody to administer those who say themselves who they are, or those vouched for."""
    others = change.fetch(
        "SELECT count(*) FROM person WHERE role = 'admin' AND (issuer = ?) = ? AND NOT (issuer = ? AND email = ?)",
        [LOCAL, person.issuer == LOCAL, person.issuer, person.email],
    )[0][0]
    if not others:
        present = _person(change, person.issuer, person.email)
        what = f"{person.name} is the last admin" if present else "the first person must be an admin"
        raise Conflict(what, "people", "make somebody else an admin first")


def role_named(word: str) -> Role:
    """Read a role.

    Raises:
        BadInput: There is no such role.
    """
    found = next((role for role in ROLES if role == word.strip().casefold()), None)
    if found is None:
        raise BadInput(f"'{word:.80}' is no role", "role", f"use one of {', '.join(ROLES)}")
    return found
