"""Reports of an assessment: the same bytes each time, everything a reader needs, and nothing from outside that acts."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from html.parser import HTMLParser

import docx
import openpyxl
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trestle.oscal import OSCAL_VERSION as CHECKED_VERSION
from trestle.oscal.assessment_results import Model

from governance.assessment.assessments import save_answer
from governance.assessment.framework import load_framework
from governance.assessment.records import Answer, RiskAnswer
from governance.assessment.remarks import request_change
from governance.errors import BadInput, NotFound
from governance.exports.assessment_answers import import_answers, read_answers
from governance.exports.assessment_formats import REPORT_FORMATS, REPORT_KINDS, render_assessment
from governance.exports.assessment_memo import DIFFER, assessment_memo
from governance.exports.assessment_oscal import OSCAL_VERSION, assessment_oscal
from governance.exports.assessment_report import ReportedItem, ReportedRemark, assessment_report
from governance.exports.assessment_tables import assessment_csv, assessment_table, assessment_xlsx
from governance.exports.memo_formats import memo_html, memo_markdown
from governance.records.audit import head
from governance.records.store import open_workbench
from tests.unit.exports.assessed import ANA, BO, HOSTILE, NOW, RISK, SOCIAL, fill, review

FIXED = "0123456789ab"
hostile = st.sampled_from(HOSTILE) | st.text(st.characters(codec="utf-8"), max_size=40)


@pytest.fixture(scope="module")
def framework(catalogue):
    return load_framework(catalogue)


@pytest.fixture(scope="module")
def bench(tmp_path_factory, framework):
    with open_workbench(tmp_path_factory.mktemp("reports"), NOW) as opened:
        fill(opened, framework)
        review(opened)
        yield opened


@pytest.fixture(scope="module")
def social(bench, catalogue):
    return assessment_report(bench, catalogue, SOCIAL, NOW).model_copy(update={"catalogue": FIXED})


@pytest.fixture(scope="module")
def risk(bench, catalogue):
    return assessment_report(bench, catalogue, RISK, NOW).model_copy(update={"catalogue": FIXED})


class Page(HTMLParser):
    """Collects what a browser would make of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.links, self.text = [], [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data):
        self.text += data


def saying(report, text):
    """Put a text wherever somebody could have typed one."""
    answer = Answer(item="B1.1", status="found", finding=text, method=text, limits=text, owner=text[:50])
    item = ReportedItem(
        id="B1.1", title=text, question=text, status="found", rows=(("Finding", text), ("Owner", text)), answer=answer
    )
    category = report.categories[0].model_copy(update={"items": (item,), "title": text})
    said = tuple(
        ReportedRemark(id=one.id, remark=one.remark.model_copy(update={"text": text}), by=f"local:{text}", at=one.at)
        for one in report.opinions
    )
    signed = tuple(one.model_copy(update={"name": text}) for one in report.assessment.signatures)
    return report.model_copy(
        update={
            "system": report.system.model_copy(update={"name": text, "owner": text, "context": text}),
            "assessment": report.assessment.model_copy(update={"signatures": signed, "reason": text}),
            "categories": (category,),
            "opinions": said,
            "evidence": tuple(
                one.model_copy(update={"evidence": one.evidence.model_copy(update={"title": text, "summary": text})})
                for one in report.evidence
            ),
            "open_items": tuple(one.model_copy(update={"words": text}) for one in report.open_items[:2]),
        }
    )


def written(report, kind):
    return REPORT_KINDS[kind].write(report)


@pytest.mark.parametrize("kind", ["md", "html", "csv", "oscal"])
def test_report(social, golden, kind):
    golden.check(f"assessment{REPORT_KINDS[kind].ending}", written(social, kind))


@pytest.mark.parametrize("kind", ["md", "csv", "oscal"])
def test_report_of_risk(risk, golden, kind):
    golden.check(f"risk{REPORT_KINDS[kind].ending}", written(risk, kind))


def test_the_record_itself(bench, catalogue, golden):
    golden.check("assessment.json", render_assessment(bench, catalogue, SOCIAL, "json", NOW))


@pytest.mark.parametrize("kind", [one for one in REPORT_FORMATS if one != "json"])
def test_the_same_report_has_the_same_bytes(social, kind):
    assert written(social, kind) == written(social, kind)


def test_everything_a_reader_needs_is_there(bench, social):
    assert social.title == "Social-impact evaluation of Acme *Chat* <i>2</i>, version 2.0"
    assert (social.audit, social.made_at) == (head(bench), NOW)
    assert [one.name for one in social.assessment.signatures] == ["=Di"]
    assert social.disagreement
    assert [one.remark.opinion for one in social.opinions] == ["disagree", "agree"]
    assert {one.id: one.status for one in social.items if one.answer} == {
        "B1.1": "found",
        "B2.1": "none_found",
        "B4.5": "not_applicable",
    }
    kinds = {one.kind for one in social.open_items}
    assert kinds == {"not assessed", "stale evidence", "review due"}
    assert sum(one.kind == "not assessed" for one in social.open_items) == 39 - 3
    stale = {one.evidence.id: one.stale for one in social.evidence}
    assert stale == {"acme-chat-e1": True, "acme-chat-e2": False, "acme-chat-e3": False}
    for one in social.evidence:
        assert len(one.digest) == 64
        assert (one.evidence.kind == "file") == bool(one.evidence.sha256)


@pytest.mark.parametrize("kind", ["md", "html", "pdf", "docx"])
def test_every_document_names_approver_date_hashes_and_head(social, kind):
    text = text_of(written(social, kind), kind)
    for said in ("=Di", "2026-03-04 05:06 UTC", "proven by a provider", DIFFER, "2.0", "1.0.0", FIXED):
        assert said in text, said
    close = "".join(text.split()).replace("\u200b", "")
    for digest in (social.audit.hash, social.assessment.signatures[0].digest, social.evidence[1].evidence.sha256):
        assert digest in close


def text_of(content, kind):
    if kind == "pdf":
        pages = [page.extract_text().replace("\u200b", "") for page in pypdf.PdfReader(io.BytesIO(content)).pages]
        return " ".join(" ".join(pages).split())
    if kind == "docx":
        made = docx.Document(io.BytesIO(content))
        cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(one.text for one in made.paragraphs), *cells])
    return Page(content.decode()).text if kind == "html" else content.decode().replace("\\", "")


def test_a_risk_report_names_what_is_missing(risk):
    first, second, *rest = risk.items
    assert ("Training compute (FLOP), with method: reported/estimated", "6.3e+24") in first.rows
    assert "Post-training, tools, scaffolding, fine-tuning, agents considered" in first.missing
    assert dict(second.rows)["Dangerous-capability hazards considered"] == "bio, cyber"
    assert second.evidence == ("acme-chat-e1",)
    assert all(one.answer is None and one.missing for one in rest)
    assert {one.evidence.id for one in risk.evidence} == {"acme-chat-e1", "acme-chat-e3"}
    assert "Nobody has signed this assessment." in memo_markdown(assessment_memo(risk))


def test_an_open_request_is_an_open_item(tmp_path, catalogue, framework):
    with open_workbench(tmp_path, NOW) as bench:
        fill(bench, framework)
        request_change(bench.acting(BO), RISK, "Say who pays the assessor", NOW, "R1")
        report = assessment_report(bench, catalogue, RISK, NOW + timedelta(days=1))
    assert [(one.item, one.words) for one in report.open_items if one.kind == "request"] == [
        ("R1", "Say who pays the assessor")
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_html_shows_text_and_makes_nothing_of_it(social, text):
    plain, page = (Page(memo_html(assessment_memo(saying(social, one)))) for one in ("plain", text))
    assert page.tags == plain.tags
    assert not {"script", "img", "svg", "iframe"} & set(page.tags)
    assert not [name for name in page.attributes if name.startswith("on")]
    assert all(link.startswith("https://") for link in page.links)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_sheet_is_a_formula(social, text):
    book = openpyxl.load_workbook(io.BytesIO(assessment_xlsx(saying(social, text))))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    table = csv.reader(io.StringIO(assessment_csv(saying(social, text)).decode(), newline=""))
    risky = ("=", "+", "@", "＝", "\t", "\n")
    assert not [cell for row in table for cell in row if cell.lstrip(" ").startswith(risky)]


@given(text=hostile)
@settings(max_examples=8)
def test_oscal_of_any_text_is_read_by_trestle(social, text):
    read = Model.model_validate_json(assessment_oscal(saying(social, text))).assessment_results
    assert len(read.results[0].observations) == 1 + 2
    assert len(read.back_matter.resources) == 1 + len(social.evidence)


def test_oscal_says_what_was_looked_at_and_gives_no_verdict(social, risk):
    assert OSCAL_VERSION == CHECKED_VERSION
    read = Model.model_validate_json(assessment_oscal(social)).assessment_results
    result = read.results[0]
    (selection,) = result.reviewed_controls.control_selections
    assert [one.control_id for one in selection.include_controls] == ["B1.1", "B2.1", "B4.5"]
    assert len(selection.exclude_controls) == 39 - 3
    assert result.findings is None
    assert result.attestations[0].responsible_parties[0].role_id == "approver"
    assert [one.name for one in read.metadata.parties] == ["=Di"]
    known = {one.uuid for one in read.back_matter.resources}
    cited = {one.href.removeprefix("#") for seen in result.observations for one in seen.relevant_evidence or ()}
    assert cited <= known
    assert len(cited) == len(social.evidence)
    other = Model.model_validate_json(assessment_oscal(risk)).assessment_results
    assert other.uuid != read.uuid
    assert other.results[0].attestations is None


@given(
    st.lists(
        st.builds(
            Answer,
            item=st.sampled_from([f"B1.{number}" for number in range(1, 6)]),
            status=st.sampled_from(["not_assessed", "none_found", "found"]),
            finding=hostile,
            method=hostile,
            reason=hostile,
            groups=st.lists(st.sampled_from(["women", "men", "=x"]), max_size=2).map(tuple),
            value=st.none() | st.floats(allow_nan=False, allow_infinity=False),
            n=st.none() | st.integers(0, 2**53 - 1),
            level=st.none() | st.sampled_from([0, 1, 2, 3]),
            review_by=st.none() | st.dates(),
        ),
        unique_by=lambda one: one.item,
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=20)
def test_csv_gives_every_answer_back(social, answers):
    items = tuple(ReportedItem(id=one.item, title="t", status=one.status, answer=one) for one in answers)
    category = social.categories[0].model_copy(update={"items": items})
    read = read_answers(assessment_csv(social.model_copy(update={"categories": (category,)})))
    assert read == tuple(one.model_copy(update={"question": ""}) for one in map(as_csv_keeps, answers))


def as_csv_keeps(answer):
    """A control character that no sheet can hold becomes the mark of one."""
    from governance.exports.words import CONTROL

    texts = {name: CONTROL.sub("\ufffd", getattr(answer, name)) for name in ("finding", "method", "reason")}
    return answer.model_copy(update=texts)


def test_answers_come_in_from_csv_all_or_none(tmp_path, catalogue, framework):
    with open_workbench(tmp_path, NOW) as bench:
        fill(bench, framework)
        ana = bench.acting(ANA)
        content = assessment_csv(assessment_report(ana, catalogue, SOCIAL, NOW))
        same = import_answers(ana, catalogue, SOCIAL, content, NOW)
        assert (same.created, same.updated, same.unchanged) == (0, 0, 39)
        rows = content.decode().replace("500 prompts", "'=600 prompts").replace("Lifecycle coverage", "x")
        changed = import_answers(ana, catalogue, SOCIAL, rows.encode(), NOW)
        assert (changed.created, changed.updated, changed.unchanged) == (0, 1, 38)
        again = assessment_report(ana, catalogue, SOCIAL, NOW)
        assert next(one.answer.method for one in again.items if one.id == "B2.1") == "=600 prompts"
        before = head(ana)
        broken = b"item,status,finding,method,evidence\nB1.2,found,x,y,\nB1.3,found,x,,acme-chat-e99\n"
        with pytest.raises(BadInput, match="no evidence of acme-chat"):
            import_answers(ana, catalogue, SOCIAL, broken, NOW)
        assert head(ana) == before
        with pytest.raises(BadInput, match="risk form"):
            import_answers(ana, catalogue, RISK, b"item,status\nB1.1,found\n", NOW)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"\xff\xfe", "no CSV", id="not-utf8"),
        pytest.param(b"a,b\n1,2\n", "no columns", id="foreign"),
        pytest.param(b"", "no columns", id="empty"),
        pytest.param(b"item,status\nB1.1,perhaps\n", "status", id="unknown-word"),
        pytest.param(b"item,status,n\nB1.1,found,many\n", "could not convert", id="no-number"),
        pytest.param(b"item,status\nB1.1,found\nB1.1,found\n", "twice", id="twice"),
        pytest.param(b"item,status,value\nB1.1,found,1e999\nB1.2,found,\n", "", id="infinite"),
    ],
)
def test_other_tables_are_refused(content, said):
    if said:
        with pytest.raises(BadInput, match=said):
            read_answers(content)
    else:
        assert read_answers(content)[0].value == float("inf")  # refused where it is checked, with the item


def test_a_table_has_a_row_an_item(social, risk):
    assert assessment_table(social)["item"].to_list() == [one.id for one in social.items]
    assert set(assessment_table(risk)["section"]) == {"R1", "R2", "R3", "R4", "R5", "R6"}


def test_other_formats_and_ids_are_refused(bench, catalogue):
    with pytest.raises(BadInput, match="'odt'"):
        render_assessment(bench, catalogue, SOCIAL, "odt", NOW)
    with pytest.raises(NotFound):
        render_assessment(bench, catalogue, "acme-chat-si-9", "md", NOW)


def test_answers_to_items_that_left_the_form_keep_their_words(tmp_path, catalogue, framework):
    smaller = framework.model_copy(update={"categories": framework.categories[1:]})
    with open_workbench(tmp_path, NOW) as bench:
        fill(bench, framework)
        save_answer(bench.acting(ANA), SOCIAL, Answer(item="B1.2", status="found", method="x"), framework, NOW)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("governance.exports.assessment_report.load_framework", lambda _: smaller)
            report = assessment_report(bench, catalogue, SOCIAL, NOW)
    left = next(category for category in report.categories if category.id == "B1")
    assert [one.id for one in left.items] == ["B1.1", "B1.2"]
    assert left.items[0].question == framework.item("B1.1").question
    assert isinstance(report.items[0].answer, Answer | RiskAnswer | None)
