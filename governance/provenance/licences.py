"""Read licences: one expression, or all that is stated for each dataset, under a policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import duckdb
import polars as pl
from license_expression import ExpressionError, LicenseSymbol, Licensing, get_spdx_licensing
from pydantic import BaseModel

from governance.catalogue.vocabulary import HOSTS, USE_CLASSES, Host, UseClass
from governance.errors import BadInput
from governance.provenance.keyed import Keyed, distinct_rows
from governance.provenance.policies import Policy

STRENGTH: dict[str, int] = {use: strength for strength, use in enumerate(USE_CLASSES)}
MAX_EXPRESSION = 1_000
UNREADABLE = (ExpressionError, ValueError, IndexError, AssertionError)
"""What the parser raises on texts that are no expression, such as ``()``."""


class LicenceVerdict(BaseModel, frozen=True):
    """What an expression allows, by the audit's classes.

    Args:
        expression: As asked.
        spdx: The same in SPDX, where it can be said so.
        known: Whether the audit classes every licence in it.
        use: What it allows.
        attribution: Whether credit must be given; ``None``: the audit could not tell.
        share_alike: Whether what is built on it must carry the same terms; ``None`` likewise.
        basis: Where the class comes from.
    """

    expression: str
    spdx: str | None
    known: bool
    use: UseClass
    attribution: bool | None
    share_alike: bool | None
    basis: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One licence that one host states, with its class in the audit's table."""

    host: Host
    licence_id: str
    kind: str
    use: UseClass
    attribution: bool | None
    share_alike: bool | None
    known: bool
    spdx: str | None


Statements = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class OwnTerms:
    """What a dataset's own licences leave, and which of them decides.

    Args:
        use: The class under the policy.
        attribution: Whether any of them asks for credit; an unclear one counts as yes.
        share_alike: Likewise for share-alike.
        deciding: Id of the licence that decides; ``None`` where nothing is stated.
        host: Who states it.
    """

    use: UseClass
    attribution: bool
    share_alike: bool
    deciding: str | None
    host: Host


def statements(connection: duckdb.DuckDBPyConnection, snapshot: str) -> dict[Host, Keyed[Statements]]:
    """Fetch what each host states for every dataset of a snapshot, in the order stated."""
    ids = connection.execute("SELECT id FROM dataset WHERE snapshot = ? ORDER BY id", [snapshot]).pl()
    rows = connection.execute(
        """
        SELECT dataset_id AS id, host, licence_id FROM dataset_licence
        WHERE snapshot = ? ORDER BY host, position, licence_id
        """,
        [snapshot],
    ).pl()
    classes = connection.execute(
        "SELECT id, kind, use, attribution, share_alike, known, spdx FROM licence WHERE snapshot = ?", [snapshot]
    ).fetchall()
    known = {str(row[0]): row for row in classes}
    by_host: dict[Host, Keyed[Statements]] = {}
    for host in HOSTS:
        said = rows.filter(pl.col("host") == host).group_by("id", maintain_order=True).agg("licence_id")
        joined = ids.join(said, on="id", how="left", maintain_order="left")
        stated = joined["licence_id"].list.join("\x1e").fill_null("")
        texts = stated.unique()
        values = (tuple(Statement(host, *known[key]) for key in text.split("\x1e") if key in known) for text in texts)
        by_host[host] = Keyed(ids["id"], stated.cast(pl.Enum(texts)).to_physical().to_numpy(), tuple(values))
    return by_host


def own_terms(stated: Sequence[Statement], policy: Policy) -> OwnTerms:
    """Combine what the hosts of one dataset state, under a policy.

    The strictest licence of a host wins there. A site that states nothing does not count; where
    nobody states anything the policy says what that means.

    Source: the rule of Longpre et al. 2023, arXiv 2310.16787, kept as the audit rule.

    >>> from governance.provenance.policies import POLICIES
    >>> own_terms([], POLICIES["cautious"]).use
    'academic_only'
    """
    by_host: dict[Host, OwnTerms] = {}
    for host in policy.hosts:
        mine = [one for one in stated if one.host == host]
        if mine:
            by_host[host] = _of_host(mine, host, policy)
    speaking = [terms for host, terms in by_host.items() if not _silent(stated, host, policy)]
    speaking = speaking or list(by_host.values())
    if not speaking:
        return OwnTerms(policy.unspecified_as, False, False, None, policy.hosts[0])
    choose = max if policy.combine == "strictest" else min
    best = choose(speaking, key=lambda terms: STRENGTH[terms.use])
    if policy.combine == "loosest":
        return best
    return OwnTerms(
        use=best.use,
        attribution=any(terms.attribution for terms in speaking),
        share_alike=any(terms.share_alike for terms in speaking),
        deciding=best.deciding,
        host=best.host,
    )


def class_of(statement: Statement, policy: Policy) -> UseClass:
    """Give the class of one stated licence under a policy."""
    if statement.licence_id in policy.overrides:
        return policy.overrides[statement.licence_id]
    if statement.kind == "none_stated":
        return policy.unspecified_as
    return statement.use if statement.known else policy.unknown_as


def own_terms_of_all(stated: Mapping[Host, Keyed[Statements]], policy: Policy) -> Keyed[OwnTerms]:
    """Give the own terms of every dataset; what several datasets state alike is read once."""
    hosts = [stated[host] for host in policy.hosts]
    distinct, codes = distinct_rows([mine.codes for mine in hosts])
    terms = [
        own_terms([one for mine, code in zip(hosts, row, strict=True) for one in mine.distinct[code]], policy)
        for row in distinct.tolist()
    ]
    return Keyed(hosts[0].ids, codes, terms)


def classify(connection: duckdb.DuckDBPyConnection, expression: str, snapshot: str = "current") -> LicenceVerdict:
    """Say what a licence expression allows: AND takes the strictest part, OR the loosest.

    Args:
        connection: An open catalogue.
        expression: An SPDX expression, or a licence's name as the audit or a model hub writes it.
        snapshot: Whose class table to use.

    Raises:
        BadInput: The expression cannot be read.
    """
    asked = " ".join(expression.replace("\x00", " ").encode("utf-8", "replace").decode().split())
    if not asked or len(asked) > MAX_EXPRESSION:
        raise BadInput(
            f"an expression of {len(asked):,} characters",
            "licence expression",
            f"write 1 to {MAX_EXPRESSION} characters, e.g. MIT AND CC-BY-4.0",
        )
    known = _known_names(connection, snapshot)
    if asked.casefold() in known:
        found = known[asked.casefold()]
        return found.model_copy(update={"expression": asked, "spdx": _spdx_id(asked) or found.spdx})
    try:
        tree = _spdx().parse(asked, validate=False)
    except UNREADABLE as error:
        raise BadInput(
            f"'{asked[:80]}' is not a licence expression: {_first_line(error)}",
            "licence expression",
            "write e.g. MIT, CC-BY-SA-4.0 or MIT OR GPL-3.0-only",
        ) from None
    return _judge(tree, known, asked)


def _of_host(mine: Sequence[Statement], host: Host, policy: Policy) -> OwnTerms:
    counted = [one for one in mine if one.licence_id not in policy.ignored_licences]
    if not counted:
        return OwnTerms(policy.unspecified_as, False, False, None, host)
    deciding = max(counted, key=lambda one: STRENGTH[class_of(one, policy)])
    return OwnTerms(
        use=class_of(deciding, policy),
        attribution=any(one.attribution is not False for one in counted),
        share_alike=any(one.share_alike is not False for one in counted),
        deciding=deciding.licence_id,
        host=host,
    )


def _silent(stated: Iterable[Statement], host: Host, policy: Policy) -> bool:
    counted = (one for one in stated if one.host == host and one.licence_id not in policy.ignored_licences)
    return all(one.kind == "none_stated" for one in counted)


@cache
def _spdx() -> Licensing:
    return get_spdx_licensing()


def _spdx_id(name: str) -> str | None:
    """Write a name as the SPDX id it is, whatever its case; ``None`` where it is none."""
    try:
        key = str(getattr(_spdx().parse(name, validate=False), "key", ""))
    except UNREADABLE:
        return None
    return key if key in _spdx().known_symbols else None


def _is_exception(symbol: object) -> bool:
    found = _spdx().known_symbols.get(str(getattr(symbol, "key", "")))
    return bool(getattr(found, "is_exception", False))


def _known_names(connection: duckdb.DuckDBPyConnection, snapshot: str) -> dict[str, LicenceVerdict]:
    """Index the audit's licences by name, SPDX id and other spellings; the name used most wins an SPDX id."""
    rows = connection.execute(
        """
        SELECT l.id, l.spdx, l.use, l.attribution, l.share_alike, l.known, l.basis, count(d.dataset_id) AS used
        FROM licence AS l LEFT JOIN dataset_licence AS d ON d.snapshot = l.snapshot AND d.licence_id = l.id
        WHERE l.snapshot = ? GROUP BY ALL ORDER BY l.known, used, l.id
        """,
        [snapshot],
    ).fetchall()
    by_id = {
        str(key): LicenceVerdict(
            expression=key,
            spdx=code,
            known=listed,
            use=use,
            attribution=credit,
            share_alike=alike,
            basis=f"{key}: {basis}",
        )
        for key, code, use, credit, alike, listed, basis, _ in rows
    }
    aliases = connection.execute("SELECT name, licence_id FROM licence_alias").fetchall()
    names = {key.casefold(): verdict for key, verdict in by_id.items()}
    names |= {str(name).casefold(): by_id[key] for name, key in aliases if key in by_id}
    return names | {code.casefold(): by_id[str(key)] for key, code, *_ in rows if code}


def _judge(tree: object, known: dict[str, LicenceVerdict], asked: str) -> LicenceVerdict:
    operator = getattr(tree, "operator", "").strip()
    if operator in ("AND", "OR"):
        parts = [_judge(part, known, str(part)) for part in tree.args]  # type: ignore[attr-defined]
        return _combine(parts, operator, asked)
    key = str(getattr(tree, "key", tree))
    base = str(getattr(getattr(tree, "license_symbol", None), "key", key))
    exception = getattr(tree, "exception_symbol", None)
    plain = base.removesuffix("-or-later").removesuffix("-only")
    for name in (key, base, f"{plain}-only", plain) if exception is None or _is_exception(exception) else ():
        if name.casefold() in known:
            found = known[name.casefold()]
            code = key if exception is not None else _spdx_id(key) or found.spdx
            return found.model_copy(update={"expression": asked, "spdx": code})
    is_spdx = isinstance(tree, LicenseSymbol) and key in _spdx().known_symbols
    where = (
        "an SPDX licence that the audit does not class" if is_spdx else "neither an SPDX id nor a name the audit knows"
    )
    basis = f"{key}: {where}; its rule counts unknown terms as academic only"
    return LicenceVerdict(
        expression=asked,
        spdx=key if is_spdx else None,
        known=False,
        use="academic_only",
        attribution=None,
        share_alike=None,
        basis=basis,
    )


def _combine(parts: list[LicenceVerdict], operator: str, asked: str) -> LicenceVerdict:
    if operator == "OR":
        best = min(parts, key=_looseness)
        credit, alike = best.attribution, best.share_alike
    else:
        best = max(parts, key=lambda part: STRENGTH[part.use])
        credit, alike = _any(part.attribution for part in parts), _any(part.share_alike for part in parts)
    codes = [part.spdx for part in parts]
    rule = "the loosest part may be chosen" if operator == "OR" else "the strictest part binds"
    return LicenceVerdict(
        expression=asked,
        spdx=f" {operator} ".join(code if " " not in code else f"({code})" for code in codes if code)
        if all(codes)
        else None,
        known=all(part.known for part in parts),
        use=best.use,
        attribution=credit,
        share_alike=alike,
        basis=f"{rule}: {best.basis}",
    )


def _looseness(part: LicenceVerdict) -> tuple[int, bool, bool, bool]:
    return STRENGTH[part.use], not part.known, part.share_alike is not False, part.attribution is not False


def _any(flags: Iterable[bool | None]) -> bool | None:
    values = list(flags)
    return True if True in values else None if None in values else False


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
