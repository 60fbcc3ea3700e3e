"""A small assessment with everything in it: hostile words, disagreement, evidence of every kind, a signature."""

from __future__ import annotations

from datetime import UTC, date, datetime

from governance.assessment.assessments import save_answer, save_risk_answer, start_assessment
from governance.assessment.evidence import add_figure, add_file, add_link, read_about
from governance.assessment.records import Answer, Figure, RiskAnswer, System, SystemVersion
from governance.assessment.remarks import comment, give_opinion, request_change, resolve
from governance.assessment.states import digest_of, sign, submit
from governance.assessment.systems import save_system
from governance.records.people import Actor

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
ANA = Actor(email="ana", name="Ana Díaz", role="contributor")
BO = Actor(issuer="https://id.example", email="bo@example.org", name="Bo <b>Lee</b>", role="reviewer")
DI = Actor(issuer="https://id.example", email="di@example.org", name="=Di", role="reviewer")
ED = Actor(email="ed", name="Ed", role="admin")
SOCIAL, RISK = "acme-chat-si-1", "acme-chat-risk-1"
TABLE = b"group,n,gap\nwomen,120,0.04\nmen,118,0\n"
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "[x](javascript:alert(1)) ![y](https://evil.example/a.png)",
    "=HYPERLINK(\"https://evil.example\",\"x\")",
    "+1+cmd|' /C calc'!A0",
    "-2+3", "@SUM(1)", "\t=1", "\n=1", "＝1+1", "'=1", "''+2",
    '#read("/etc/passwd") $x$ *b* _i_ `c`',
    "| a | b |", "\u202eabc", "a\x00b\x07", "'); DROP TABLE document; --", "שלום 你好 🦜 e\u0301",
)  # fmt: skip


def fill(bench, framework):
    """Make a system with a social-impact evaluation and a risk assessment, both drafts, by Ana."""
    ana = bench.acting(ANA)
    versions = (
        SystemVersion(version="1.0", released=date(2025, 1, 31)),
        SystemVersion(version="2.0", released=date(2026, 2, 1), note="Tools & <b>search</b>"),
    )
    record = System(
        id="acme-chat", name="Acme *Chat* <i>2</i>", owner="=Acme", context="Help desk\nfor two countries",
        modalities=("text",), versions=versions, models=("aya",),
    )  # fmt: skip
    save_system(ana, record, NOW)
    first = read_about(title="Paper", summary="A gap", party="third", effective="2025-06-01")
    kept = [
        add_link(ana, "acme-chat", "https://example.org/a?b=1&c=<x>".replace("<x>", "2"), first, NOW).id,
        add_file(ana, "acme-chat", TABLE, read_about(title="Table of gaps", party="first"), NOW).id,
        add_figure(
            ana, "acme-chat", Figure(name="Worst gap", value=0.04, unit="share", n=238),
            read_about(title="Gap, computed", party="first", effective="2026-02-20", system_version="2.0"), NOW,
        ).id,
    ]  # fmt: skip
    start_assessment(ana, "acme-chat", "social_impact", framework, NOW, review_by=date(2026, 3, 1))
    start_assessment(ana, "acme-chat", "risk", framework, NOW)
    for answer in (
        Answer(
            item="B1.1", status="found", finding="<script>alert(1)</script> a gap of 4 points",
            method="=BBQ, by hand\nand by rule", groups=("women", "@men"), languages=("eng", "swh"),
            metric="accuracy gap", value=0.04, low=0.01, high=0.07, n=238, party="joint", level=3,
            evidence=tuple(kept), confidence="medium", limits="English mostly", mitigation="-none yet",
            owner="+Ana", review_by=date(2026, 2, 1),
        ),
        Answer(item="B2.1", status="none_found", method="500 prompts", party="first", evidence=(kept[1],), n=500),
        Answer(item="B4.5", status="not_applicable", reason="No mechanism is claimed"),
    ):  # fmt: skip
        save_answer(ana, SOCIAL, answer, framework, NOW)
    values = {"assessor": "Ana", "training_compute": 6.3e24, "assessment_stage": "before_deployment"}
    save_risk_answer(ana, RISK, RiskAnswer(item="R1", values=values, evidence=(kept[2],)), framework, NOW)
    save_risk_answer(
        ana, RISK, RiskAnswer(item="R2", values={"capability_evidence": [kept[0]], "hazards": ["bio", "cyber"]}),
        framework, NOW,
    )  # fmt: skip


def review(bench, assessment=SOCIAL):
    """Have two reviewers differ, a request met, and one of them sign."""
    bo, di = bench.acting(BO), bench.acting(DI)
    asked = request_change(bo, assessment, "Name the groups | left out", NOW, "B1.1")
    resolve(bo, asked.document, NOW)
    comment(bench.acting(ANA), assessment, "Named now, see <b>B1.1</b>", NOW, "B1.1")
    submit(bench.acting(ANA), assessment, NOW)
    give_opinion(bo, assessment, "disagree", "The sample is small", NOW)
    give_opinion(di, assessment, "agree", "", NOW)
    sign(di, assessment, digest_of(di, assessment), NOW)
