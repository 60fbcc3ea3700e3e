"""Questions to robots.txt files: may this agent fetch this address, and which rule decides."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from pydantic import BaseModel, Field, ValidationError, field_validator

from governance.consent.robots import Robots, read_robots, verdict
from governance.errors import BadInput

MOST_CASES = 1_000  # in one request
MOST_CHARACTERS = 65_536  # of an agent or an address
KEPT = 256  # files that are not read again when a later case has the same


class Case(BaseModel, frozen=True):
    """One question.

    Args:
        robots: The text of the robots.txt; ``None`` where the site has none.
        agent: The product token of the crawler.
        url: The address, or a path.
    """

    robots: str | None = None
    agent: str = Field(max_length=MOST_CHARACTERS)
    url: str = Field(max_length=MOST_CHARACTERS)

    @field_validator("robots", "agent", "url", mode="before")
    @classmethod
    def _whole(cls, value: object) -> object:
        # JSON can hold half of a character; it becomes the sign for what cannot be read.
        return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if isinstance(value, str) else value


class Checked(BaseModel, frozen=True):
    """The answer.

    Args:
        allowed: Whether the agent may fetch it.
        rule: The rule that decided, ``None`` where none matched.
        line: Where it stands.
        group: Whose rules they are: ``*`` or a token as written, ``None`` where nothing is said to this agent.
    """

    allowed: bool
    rule: str | None
    line: int | None
    group: str | None


def check_case(case: Case, robots: Robots | None = None) -> Checked:
    r"""Answer one question.

    >>> check_case(Case(robots="User-agent: *\nDisallow: /a", agent="GPTBot", url="/a/b")).rule
    'Disallow: /a'
    """
    said = verdict(robots or read_robots(case.robots or ""), case.agent, case.url)
    return Checked(allowed=said.allowed, rule=said.rule, line=said.line, group=said.group)


def check_cases(cases: Iterable[Case]) -> Iterator[Checked]:
    """Answer many questions in their order; a file asked about again is not read again."""
    known: dict[str, Robots] = {}
    for case in cases:
        text = case.robots or ""
        if text not in known:
            if len(known) >= KEPT:
                known.clear()
            known[text] = read_robots(text)
        yield check_case(case, known[text])


def read_cases(lines: Iterable[str], where: str) -> Iterator[Case]:
    """Read questions from JSON lines; other fields beside robots, agent and url are passed over.

    Raises:
        BadInput: A line is not JSON, or lacks a field.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            place = f"{where}, line {number}"
            try:
                yield Case.model_validate(json.loads(line))
            except ValidationError as error:
                raise _bad(error, place) from error
            except (ValueError, RecursionError) as error:
                raise BadInput("the line is not JSON", place, "write one object with robots, agent and url") from error


def read_questions(text: str) -> tuple[list[Case], bool]:
    """Read the body of a request: one question, or several under ``rows``; tell which.

    Raises:
        BadInput: It is not JSON, lacks a field, or asks too much at once.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput("the body is not JSON", "body", "send robots, agent and url") from error
    many = isinstance(found, dict) and "rows" in found
    rows: Sequence[object] = found["rows"] if many else [found]
    if not isinstance(rows, list):
        raise BadInput("rows is not a list", "body", "send a list of robots, agent and url")
    if len(rows) > MOST_CASES:
        raise BadInput(f"{len(rows):,} questions are too many", "body", f"send at most {MOST_CASES:,}")
    try:
        return [Case.model_validate(row) for row in rows], many
    except ValidationError as error:
        raise _bad(error, "body") from error


def _bad(error: ValidationError, where: str) -> BadInput:
    first = error.errors(include_url=False, include_input=False)[0]
    name = ".".join(map(str, first["loc"]))
    return BadInput(f"{name or 'the line'}: {first['msg']}", where, "each has robots, agent and url, all texts")
