"""What a user read in the terms of sites: a table read in, kept in the workbench with evidence and reviewer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from hashlib import sha256

from pydantic import BaseModel

from governance.catalogue.facts import Problem
from governance.catalogue.normalise import host_of, url_of
from governance.catalogue.own_tables import read_rows
from governance.consent.terms import AXES, CODES, Axis, PageTerms, SiteTerms, merge_all
from governance.errors import BadInput, NotFound
from governance.records.documents import (
    delete_document,
    documents,
    find_document,
    insert_document,
    update_document,
)
from governance.records.store import Change, Workbench, write
from governance.records.words import a_note, one_line

KIND = "site_terms"
COLUMNS = ("domain", "page", *AXES, "reviewer", "observed", "evidence")
MAX_PAGES = 100_000
MAX_KEPT = 2_000
"""Sites kept in the workbench at a time; more are only counted with."""
_CODES: dict[Axis, dict[str, int]] = {
    axis: {**{str(code): code for code in words}, **{word.casefold(): code for code, word in reversed(words.items())}}
    for axis, words in CODES.items()
}


class TermsTable(BaseModel, frozen=True):
    """Pages read from a table, and the rows that were refused with the reason."""

    pages: tuple[PageTerms, ...]
    refused: tuple[Problem, ...]

    @property
    def sites(self) -> tuple[SiteTerms, ...]:
        """Give the sites, each merged over its pages."""
        return merge_all(self.pages)


def read_terms(text: str, where: str = "terms.csv") -> TermsTable:
    r"""Read a table of pages, one a row.

    Args:
        text: CSV with the columns domain, page, ai_scraping, licence, compete, reviewer, observed and evidence; codes
            are written as published, by number or by word, and left empty where the page does not speak of it.
        where: Its name in errors.

    Raises:
        BadInput: It is no such table, too long, or no row can be kept.

    >>> head = "domain,page,ai_scraping,licence,compete,reviewer,observed,evidence\n"
    >>> read_terms(head + "www.a.example,,No AI,,,R. Doe,2026-01-02,section 4").sites[0].verdict
    'No AI'
    """
    pages: list[PageTerms] = []
    refused: list[Problem] = []
    for place, row in read_rows(text, COLUMNS, where):
        if len(pages) + len(refused) >= MAX_PAGES:
            raise BadInput(f"more than {MAX_PAGES:,} rows", where, "split the table")
        try:
            pages.append(page_terms(place, **row))
        except BadInput as error:
            refused.append(Problem(kind="not_kept", subject=place, detail=error.what))
    if not pages:
        first = f": {refused[0].detail}" if refused else ""
        raise BadInput(f"no row can be kept{first}", where, f"write the columns {', '.join(COLUMNS)}")
    return TermsTable(pages=tuple(pages), refused=tuple(refused))


def page_terms(
    where: str,
    *,
    domain: str,
    page: str = "",
    ai_scraping: str = "",
    licence: str = "",
    compete: str = "",
    reviewer: str,
    observed: str,
    evidence: str,
) -> PageTerms:
    """Check what was read on one page, as it was typed.

    Raises:
        BadInput: A field is missing or none of its words is known.
    """
    host = host_of(domain)
    if host is None:
        raise BadInput(f"'{domain:.80}' is no host name", where, "write e.g. example.org")
    if page and not url_of(page):
        raise BadInput(f"'{page:.80}' is no web address", where, "write the page's address, or leave it empty")
    try:
        day = date.fromisoformat(observed)
    except ValueError as error:
        raise BadInput(f"'{observed:.20}' is no day", where, "write e.g. 2026-01-02") from error
    said = dict(zip(AXES, (ai_scraping, licence, compete), strict=True))
    return PageTerms(
        domain=host,
        page=page,
        **{axis: _code(axis, stated, where) for axis, stated in said.items()},
        reviewer=one_line(reviewer, where, "reviewer"),
        observed=day,
        evidence=a_note(one_line(evidence, where, "evidence"), where, "evidence"),
    )


def save_terms(workbench: Workbench, pages: Iterable[PageTerms], now: datetime) -> tuple[SiteTerms, ...]:
    """Keep what was read, one record a site; a page read again takes the place of the earlier reading.

    Returns:
        The sites, as they stand now.

    Raises:
        BadInput: There are too many.
        NotAllowed: The role does not allow it.
    """
    by_site: dict[str, list[PageTerms]] = {}
    for page in pages:
        by_site.setdefault(page.domain, []).append(page)
    if len(by_site) > MAX_KEPT:
        raise BadInput(f"{len(by_site):,} sites", "terms", f"keep at most {MAX_KEPT:,} at a time")

    def save(change: Change) -> tuple[SiteTerms, ...]:
        merged = [_save_site(change, domain, by_site[domain]) for domain in sorted(by_site)]
        return merge_all(page for one in merged for page in one)

    return write(workbench, save, now, where="terms of sites")


def own_terms(workbench: Workbench) -> tuple[PageTerms, ...]:
    """Give all pages kept in the workbench, by site."""
    return tuple(page for one in documents(workbench, KIND) for page in _pages(one.body))


def remove_terms(workbench: Workbench, domain: str, now: datetime | None = None) -> None:
    """Forget what was read at a site.

    Raises:
        NotFound: Nothing was.
    """
    host = host_of(domain)
    if host is None:
        raise NotFound(f"'{domain:.80}' is no host name", "terms", "list them with 'touchstone consent terms'")
    delete_document(workbench, KIND, _record_id(host), now)


def _save_site(change: Change, domain: str, pages: Sequence[PageTerms]) -> tuple[PageTerms, ...]:
    present = find_document(change, KIND, _record_id(domain))
    kept = {page.page: page for page in (*(_pages(present.body) if present else ()), *pages)}
    body = {"domain": domain, "pages": [page.model_dump(mode="json", exclude={"domain"}) for page in kept.values()]}
    if present is None:
        insert_document(change, KIND, _record_id(domain), body)
    else:
        update_document(change, present, body)
    return tuple(kept.values())


def _pages(body: dict[str, object]) -> tuple[PageTerms, ...]:
    pages = body["pages"]
    assert isinstance(pages, list)
    return tuple(PageTerms(domain=str(body["domain"]), **page) for page in pages)


def _record_id(domain: str) -> str:
    return f"{re.sub(r'[^a-z0-9]+', '-', domain)[:100].strip('-')}-{sha256(domain.encode()).hexdigest()[:8]}"


def _code(axis: Axis, stated: str, where: str) -> int | None:
    if not stated:
        return None
    code = _CODES[axis].get(stated.casefold())
    if code is None:
        words = ", ".join(f"{code} {word}" for code, word in CODES[axis].items())
        raise BadInput(f"'{stated:.40}' is no verdict on {axis.replace('_', ' and ')}", where, f"use {words}")
    return code
