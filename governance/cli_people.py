"""The verbs of people, of the tokens their programs show, and of the trail."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from governance.cli_options import JsonFlag
from governance.cli_output import count_line, emit, emit_rows, read_lines, read_text, write_lines
from governance.records.accounts import (
    TOKEN_DAYS,
    change_role,
    find_person,
    make_token,
    people,
    remove_person,
    revoke_token,
    role_named,
    save_person,
    tokens,
)
from governance.records.audit import (
    Verification,
    audit_rows,
    export_trail,
    head,
    head_of,
    read_head,
    read_trail,
    verify,
    verify_rows,
)
from governance.records.people import LOCAL, ROLES, Actor
from governance.records.store import Workbench, open_as_it_is, open_workbench, workbench_path

people_app = typer.Typer(help="Who may do what in this workbench.", no_args_is_help=True)
token_app = typer.Typer(help="Tokens that programs show to the API.", no_args_is_help=True)
audit_app = typer.Typer(help="The trail of every change, and whether it is whole.", no_args_is_help=True)

IssuerOption = Annotated[
    str, typer.Option("--issuer", help="The provider that vouches for them, as its ID tokens name it; local: nobody.")
]
EmailArgument = Annotated[str, typer.Argument(help="Their e-mail, or the short name of a local person.")]
HeadOption = Annotated[
    Path | None, typer.Option("--head", help="A head exported earlier and kept elsewhere: finds a cut tail.")
]
ROLE_HELP = f"One of {', '.join(ROLES)}; each may do what those before it may."


@people_app.command("list")
def people_list(as_json: JsonFlag = False) -> None:
    """List who has a role here."""
    with open_workbench() as workbench:
        found = people(workbench)
    emit(found, as_json)


@people_app.command("add")
def people_add(
    email: Annotated[str, typer.Option("--email", help="As the provider verified it; a short name where local.")],
    role: Annotated[str, typer.Option("--role", help=ROLE_HELP)],
    issuer: IssuerOption = LOCAL,
    name: Annotated[str | None, typer.Option("--name", help="As others see it; by default the e-mail.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Give somebody a role; the first of them must be an admin."""
    person = Actor(issuer=issuer, email=email, name=name or email, role=role_named(role))
    with open_workbench() as workbench:
        emit(save_person(workbench, person, datetime.now(UTC)), as_json)


@people_app.command("role")
def people_role(
    email: EmailArgument,
    role: Annotated[str, typer.Argument(help=ROLE_HELP)],
    issuer: IssuerOption = LOCAL,
    as_json: JsonFlag = False,
) -> None:
    """Give somebody who is here another role."""
    with open_workbench() as workbench:
        emit(change_role(workbench, issuer, email, role_named(role), datetime.now(UTC)), as_json)


@people_app.command("remove")
def people_remove(email: EmailArgument, issuer: IssuerOption = LOCAL, as_json: JsonFlag = False) -> None:
    """Take somebody's role and tokens away; what they did stays under their name."""
    with open_workbench() as workbench:
        remove_person(workbench, issuer, email, datetime.now(UTC))
    emit({"removed": f"{issuer}:{email}"}, as_json)


@token_app.command("add")
def token_add(
    label: Annotated[str, typer.Argument(help="What it is for.")],
    email: Annotated[str | None, typer.Option("--email", help="Whose it is; by default yours.")] = None,
    issuer: IssuerOption = LOCAL,
    days: Annotated[int, typer.Option("--days", help="How long it is taken.")] = TOKEN_DAYS,
    as_json: JsonFlag = False,
) -> None:
    """Make a token; it is shown once and only its hash is kept."""
    with open_workbench() as workbench:
        whose = workbench if email is None else workbench.acting(find_person(workbench, issuer, email))
        text, token = make_token(whose, label, datetime.now(UTC), days)
    emit({"token": text, **token.model_dump(mode="json")}, as_json)


@token_app.command("list")
def token_list(as_json: JsonFlag = False) -> None:
    """List your tokens, or all of them for an admin, without what opens the door."""
    with open_workbench() as workbench:
        emit(tokens(workbench), as_json)


@token_app.command("revoke")
def token_revoke(
    token_id: Annotated[str, typer.Argument(help="Its id, as 'token list' shows it.")], as_json: JsonFlag = False
) -> None:
    """Stop taking a token."""
    with open_workbench() as workbench:
        revoke_token(workbench, token_id, datetime.now(UTC))
    emit({"revoked": token_id}, as_json)


@audit_app.command("list")
def audit_list(
    kind: Annotated[str | None, typer.Option("--kind", help="Only of this kind of record, e.g. list.")] = None,
    record: Annotated[str | None, typer.Option("--record", help="Only of this record.")] = None,
    actor: Annotated[str | None, typer.Option("--actor", help="Only by this person, e.g. local:ana.")] = None,
    before: Annotated[int | None, typer.Option("--before", help="Only rows below this number.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    as_json: JsonFlag = False,
) -> None:
    """List changes, the newest first."""
    with _trail() as workbench:
        found = audit_rows(workbench, kind=kind, record=record, actor=actor, before=before, limit=limit)
    shown = ("seq", "utc", "actor", "action", "kind", "id", "before", "after")
    emit(found, True) if as_json else emit_rows([row.model_dump(include=set(shown)) for row in found])


@audit_app.command("verify")
def audit_verify(head_file: HeadOption = None, as_json: JsonFlag = False) -> None:
    """Check every row of the trail; exit code 1 where one does not fit, and which is the first."""
    kept = None if head_file is None else read_head(read_text(head_file), str(head_file))
    with _trail() as workbench:
        found = verify(workbench, kept, count_line)
    _told(found, as_json)


@audit_app.command("head")
def audit_head(as_json: JsonFlag = False) -> None:
    """Give the number of rows and the last hash, to be kept where this machine cannot change them."""
    with _trail() as workbench:
        emit(head(workbench), as_json)


@audit_app.command("export")
def audit_export(
    file: Annotated[Path, typer.Argument(help="File to write: JSON lines, one row each.")], as_json: JsonFlag = False
) -> None:
    """Write the whole trail to a file that can be checked without Touchstone."""
    with _trail() as workbench:
        last = write_lines(file, export_trail(workbench))
    emit({"file": str(file), **head_of(last).model_dump()}, as_json)


@audit_app.command("check-file")
def audit_check_file(
    file: Annotated[Path, typer.Argument(help="A trail that 'audit export' wrote.")],
    head_file: HeadOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Check an exported trail, as docs/verify_trail.py does; exit code 1 where a row does not fit."""
    kept = None if head_file is None else read_head(read_text(head_file), str(head_file))
    _told(verify_rows(read_trail(read_lines(file), str(file)), kept), as_json)


def _trail() -> Workbench:
    # One that lost changes is not opened for work, and that is when its trail is asked for.
    return open_as_it_is() if workbench_path().exists() else open_workbench()


def _told(found: Verification, as_json: bool) -> None:
    emit(found if as_json else found.model_dump(exclude_none=True), as_json)
    if not found.ok:
        raise typer.Exit(1)
