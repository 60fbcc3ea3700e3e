"""What is kept of a system and its assessments: one shape a record, checked before it is saved.

Every record is a document of the workbench (`governance.records.documents`): its kind is `KIND` below, its
parent the record it is a part of. Ids: a system ``acme-chat``; its assessments ``acme-chat-si-1`` and
``acme-chat-risk-2``; their answers ``acme-chat-si-1-b1-1``.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from governance.assessment.vocabulary import (
    Confidence,
    EvidenceKind,
    Form,
    Level,
    Modality,
    Opinion,
    Party,
    RemarkKind,
    State,
    Status,
)
from governance.errors import BadInput
from governance.records.documents import Document

SYSTEM, ASSESSMENT, ANSWER, EVIDENCE, REMARK = "system", "assessment", "answer", "evidence", "remark"
STUDY, CASE, MAPPING, TRIGGER = "study", "case", "mapping", "trigger"
MOST_ROWS = 200
"""Of the table behind a frozen figure."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=20_000)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,119}$")]


class Kept(BaseModel):
    """A record: frozen, and closed to fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Record = TypeVar("Record", bound=Kept)


class Held(BaseModel, Generic[Record], frozen=True):
    """A record and what the workbench knows of it.

    Args:
        record: The record.
        document: Its id as a document, e.g. ``acme-chat-si-1-b1-1`` of an answer.
        parent: The document it is a part of.
        revision: 1, and 1 more with every change.
        created: When it was made, UTC.
        updated: When this revision was saved, UTC.
        author: Who made it: issuer and name.
        editor: Who saved this revision.
    """

    record: Record
    document: str
    parent: str | None
    revision: int
    created: datetime
    updated: datetime
    author: str | None
    editor: str | None


def held(document: Document, model: type[Record]) -> Held[Record]:
    """Read a document of the workbench as the record it keeps."""
    return Held[model](  # type: ignore[valid-type]
        record=model.model_validate_json(json.dumps(document.body)),
        document=document.id,
        parent=document.parent,
        revision=document.revision,
        created=document.created,
        updated=document.updated,
        author=document.author,
        editor=document.editor,
    )


def body_of(record: Kept) -> dict[str, Any]:
    """Give a record as JSON values, as documents keep it."""
    body: dict[str, Any] = record.model_dump(mode="json")
    return body


def read_record(model: type[Record], data: object, where: str) -> Record:
    """Check what a user gave for a record.

    Args:
        model: The shape.
        data: JSON values.
        where: What it is, for the message.

    Raises:
        BadInput: A field is missing, unknown or has a wrong value.

    >>> read_record(SystemVersion, {"version": "2.1", "released": "2026-05-01"}, "version").released
    datetime.date(2026, 5, 1)
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"])) or where
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise BadInput(f"{field}: {reason[:1].lower()}{reason[1:]}", where, "mend that field") from error


class SystemVersion(Kept, frozen=True):
    """A version of a system.

    Args:
        version: As its maker names it.
        released: When; ``None``: not yet, or unknown.
        note: What is new.
    """

    version: Name
    released: date | None = None
    note: Text = ""


class System(Kept, frozen=True):
    """What is assessed: a model or a product.

    Args:
        id: Its name in addresses.
        name: As people call it.
        kind: A model by itself, or a product around one.
        owner: Who answers for it.
        context: Where and for whom it is used.
        modalities: What it takes or gives.
        versions: The oldest first.
        models: Ids of models in the catalogue or of one's own that it is made of.
        datasets: Ids of datasets in the catalogue that it is made of.
        example: Whether it is the worked example, which can be taken away again.
    """

    id: Id
    name: Name
    kind: Literal["model", "product"] = "product"
    owner: Line = ""
    context: Text = ""
    modalities: tuple[Modality, ...] = ("text",)
    versions: Annotated[tuple[SystemVersion, ...], Field(max_length=1_000)] = ()
    models: Annotated[tuple[Line, ...], Field(max_length=200)] = ()
    datasets: Annotated[tuple[Line, ...], Field(max_length=2_000)] = ()
    example: bool = False


class Signature(Kept, frozen=True):
    """Somebody's name under an assessment.

    Args:
        by: Issuer and e-mail or short name.
        name: As others see it.
        at: When, UTC.
        proven: Whether a provider vouched for them, or they said who they are.
        digest: SHA-256 of what they signed: header, answers and evidence.
    """

    by: str
    name: str
    at: datetime
    proven: bool
    digest: str


class Assessment(Kept, frozen=True):
    """One version of a system's assessment by one form; its answers are documents of their own.

    Args:
        id: Its name in addresses.
        system: The system.
        system_version: The version of it that is assessed.
        form: Social impact or risk.
        number: 1, and 1 more with each version of this assessment of this system.
        state: Where it stands; see `governance.assessment.states`.
        framework: Version of the form's items when it was made.
        previous: The signed assessment that this one changes.
        reason: Why this version was made.
        review_by: When it should be looked at again.
        signatures: Who signed, in order.
        withdrawn: Why it no longer stands, where it was withdrawn; not under the signatures.
    """

    id: Id
    system: Id
    system_version: Line = ""
    form: Form
    number: Annotated[int, Field(ge=1)] = 1
    state: State = "draft"
    framework: Line
    previous: Id | None = None
    reason: Text = ""
    review_by: date | None = None
    signatures: tuple[Signature, ...] = ()
    withdrawn: Text = ""


class Answer(Kept, frozen=True):
    """What is known about one item of the social-impact form.

    Args:
        item: E.g. ``B1.1``.
        question: The item's text when it was answered, kept when the form changes.
        framework: The form's version when it was answered.
        status: ``not_assessed`` until somebody looked.
        finding: What was found, in words.
        reason: Why the item does not apply; needed where it does not.
        method: How it was looked at.
        groups: Groups covered.
        languages: ISO 639-3 codes covered.
        metric: What was measured.
        value: The figure, in the metric's own unit; ``None`` where there is none.
        low: Lower end of its interval.
        high: Upper end of its interval.
        n: Sample size, a count.
        party: Who did it; ``None``: not stated.
        level: Reporting level, 0 to 3, where the reporting was searched; ``None``: it was not.
        evidence: Ids of evidence.
        confidence: In the finding.
        limits: What it cannot tell.
        mitigation: What is done about it.
        owner: Who answers for it.
        review_by: When to look again.
    """

    item: Line
    question: Text = ""
    framework: Line = ""
    status: Status = "not_assessed"
    finding: Text = ""
    reason: Text = ""
    method: Text = ""
    groups: tuple[Line, ...] = ()
    languages: tuple[Line, ...] = ()
    metric: Line = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: Annotated[int, Field(ge=0)] | None = None
    party: Party | None = None
    level: Level | None = None
    evidence: tuple[Id, ...] = ()
    confidence: Confidence | None = None
    limits: Text = ""
    mitigation: Text = ""
    owner: Line = ""
    review_by: date | None = None


class RiskAnswer(Kept, frozen=True):
    """What one section of the risk form says.

    Args:
        item: ``R1`` to ``R6``.
        framework: The form's version when it was answered.
        values: Field of the section to its value: a text, a number, a date as text, a word of its vocabulary, or
            a list of words or evidence ids; missing: not filled in.
        evidence: Ids of evidence for the whole section.
    """

    item: Line
    framework: Line = ""
    values: dict[str, Any] = {}
    evidence: tuple[Id, ...] = ()


class Figure(Kept, frozen=True):
    """A figure computed on another page, frozen as it was.

    Args:
        name: What it is.
        value: The number, or its words.
        unit: Its unit.
        low: Lower end of its interval.
        high: Upper end of its interval.
        n: How many records it rests on.
        method: The estimator.
        inputs: What it was computed from.
        catalogue: Version of the catalogue.
        source: Where the data come from.
        address: The page and query that show it again, without the host.
        rows: The table behind it, where it is short enough to keep.
    """

    name: Name
    value: float | str | None = None
    unit: Line = ""
    low: float | None = None
    high: float | None = None
    n: int | None = None
    method: Text = ""
    inputs: dict[str, Any] = {}
    catalogue: Line = ""
    source: Text = ""
    address: Text = ""
    rows: Annotated[tuple[dict[str, Any], ...], Field(max_length=MOST_ROWS)] = ()


class Evidence(Kept, frozen=True):
    """Something that a finding rests on; the document's parent is the system it belongs to.

    Args:
        id: Its name.
        title: What it is.
        kind: A link, a record of the catalogue, a kept file, or a frozen figure.
        url: For a link: http or https.
        record_kind: For a record: ``dataset``, ``model``, ...
        record_id: For a record: its id there.
        sha256: For a file: its hash.
        media_type: For a file: as its bytes say.
        size: For a file: bytes.
        figure: For a figure: what was frozen.
        summary: What it says, in one's own words or as a short quotation.
        party: Who made it.
        effective: The day from which it holds; the day of upload is the document's.
        system_version: The version of the system it is about.
        scorer: Scorer and its version, where one gave the numbers.
        catalogue: Version of the catalogue a record or figure is from.
        facts: For a record: what the catalogue said of it then.
    """

    id: Id
    title: Name
    kind: EvidenceKind
    url: Text = ""
    record_kind: Line = ""
    record_id: Line = ""
    sha256: Line = ""
    media_type: Line = ""
    size: int | None = None
    figure: Figure | None = None
    summary: Text = ""
    party: Party | None = None
    effective: date | None = None
    system_version: Line = ""
    scorer: Line = ""
    catalogue: Line = ""
    facts: dict[str, Any] = {}


class Remark(Kept, frozen=True):
    """What a reviewer or colleague says; the document's parent is the assessment.

    Args:
        item: The item it is about; empty: the whole assessment.
        kind: A comment, a request for change, or an opinion.
        opinion: For an opinion: agree or disagree; two may differ, and both stay.
        text: The words.
        resolved: For a request: whether it was met, as the one who asked or a reviewer says.
    """

    item: Line = ""
    kind: RemarkKind
    opinion: Opinion | None = None
    text: Text
    resolved: bool = False
