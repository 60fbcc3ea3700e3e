"""A small workbench for tests of evidence: one system, and answers that may cite."""

from __future__ import annotations

from datetime import UTC, date, datetime

from governance.assessment.records import (
    ANSWER,
    ASSESSMENT,
    SYSTEM,
    Answer,
    Assessment,
    Signature,
    System,
    SystemVersion,
)
from governance.records.documents import save_document
from governance.records.people import Actor
from governance.records.store import Workbench

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
VERSIONS = (
    SystemVersion(version="1.0", released=date(2025, 1, 1)),
    SystemVersion(version="2.0", released=date(2026, 1, 1)),
)
CHAT = System(id="acme-chat", name="Acme Chat", versions=VERSIONS)
VIEWER = Actor(email="vi", name="Vi", role="viewer")


def put_system(workbench: Workbench, system: System = CHAT) -> System:
    """Keep a system as it is."""
    save_document(workbench, SYSTEM, system.id, system.model_dump(mode="json"), NOW)
    return system


def cite(workbench: Workbench, evidence_id: str, state: str = "draft", *, signed: bool = False) -> None:
    """Keep an answer that rests on evidence, in an assessment of a state."""
    signature = Signature(by="local:bo", name="Bo", at=NOW, proven=False, digest="0" * 64)
    header = Assessment(
        id="acme-chat-si-1",
        system="acme-chat",
        form="social_impact",
        framework="1",
        state=state,  # type: ignore[arg-type]
        signatures=(signature,) if signed else (),
    )
    save_document(workbench, ASSESSMENT, header.id, header.model_dump(mode="json"), NOW, parent="acme-chat")
    answer = Answer(item="B1.1", evidence=(evidence_id,)).model_dump(mode="json")
    save_document(workbench, ANSWER, f"{header.id}-b1-1", answer, NOW, parent=header.id)
