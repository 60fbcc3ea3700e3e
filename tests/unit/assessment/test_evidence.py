"""Evidence: four kinds kept with who and when, edited only in words, frozen once a signed assessment cites it."""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.assessment.citations import cited_by
from governance.assessment.evidence import (
    About,
    add_figure,
    add_file,
    add_link,
    add_record,
    edit_evidence,
    evidence_file,
    evidence_of,
    get_evidence,
    read_about,
    remove_evidence,
    scorers_in_use,
)
from governance.assessment.evidence_age import aged_evidence
from governance.assessment.evidence_records import GONE, RECORD_KINDS, changes_since, find_record
from governance.assessment.records import Figure
from governance.catalogue.connect import catalogue_version
from governance.errors import BadInput, Conflict, NotAllowed, NotFound
from governance.records.audit import verify
from governance.records.documents import EditClash, document_versions
from governance.records.files import file_content
from governance.records.store import open_workbench
from tests.unit.assessment.evidence_rows import CHAT, NOW, VIEWER, cite, put_system
from tests.unit.assessment.upload_corpus import EXE, PDF

ABOUT = About(
    title="Bias audit", party="third", effective=date(2026, 2, 1), system_version="2.0", scorer="detoxify 0.5"
)
URL = "https://example.org/audit"
FIGURE = Figure(
    name="Share without a licence",
    value=0.35,
    unit="share",
    low=0.33,
    high=0.37,
    n=2311,
    method="95% Wilson interval",
    inputs={"modality": "text", "site": ["huggingface"]},
    catalogue="0123456789ab",
    source="Data Provenance Collection",
    address="/hosts?site=huggingface",
    rows=({"site": "Hugging Face", "share": 0.35, "low": None},),
)


@pytest.fixture
def workbench(tmp_path):
    with open_workbench(tmp_path, NOW) as opened:
        put_system(opened)
        yield opened


def test_a_link_is_kept_with_who_and_when(workbench):
    kept = add_link(workbench, "acme-chat", URL, ABOUT, NOW)
    assert (kept.id, kept.system, kept.url, kept.about) == ("acme-chat-e1", "acme-chat", URL, ABOUT)
    assert (kept.effective, kept.added, kept.author) == (date(2026, 2, 1), NOW, workbench.actor.id)
    assert get_evidence(workbench, kept.id) == kept
    assert verify(workbench).ok


def test_a_file_is_kept_by_its_hash_and_the_same_bytes_once(workbench):
    first = add_file(workbench, "acme-chat", PDF, ABOUT, NOW)
    second = add_file(workbench, "acme-chat", PDF, About(title="The same again"), NOW)
    assert first.sha256 == second.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (first.media_type, first.size) == ("application/pdf", len(PDF))
    stored, content, name = evidence_file(workbench, first.id)
    assert (content, name, stored.media_type) == (PDF, "acme-chat-e1.pdf", "application/pdf")
    assert workbench.read("SELECT count(*) FROM file") == [(1,)]


def test_a_refused_file_leaves_nothing(workbench):
    with pytest.raises(BadInput, match="exe"):
        add_file(workbench, "acme-chat", EXE, ABOUT, NOW)
    with pytest.raises(NotFound, match="no-such"):
        add_file(workbench, "no-such", PDF, ABOUT, NOW)
    assert workbench.read("SELECT count(*) FROM file") == [(0,)]
    assert evidence_of(workbench) == ()


@pytest.mark.parametrize(
    ("kind", "record_id", "name", "fact", "value"),
    [
        pytest.param("dataset", "alpaca", "alpaca", "modality", "text", id="dataset"),
        pytest.param("model", "llama-2-70b", "Llama 2-70B", "released", "2023-07-18", id="model"),
        pytest.param("threshold", "eu-aiact-51-2", None, "jurisdiction", "EU", id="threshold"),
    ],
)
def test_a_record_freezes_facts_and_catalogue(workbench, connection, kind, record_id, name, fact, value):
    kept = add_record(workbench, connection, "acme-chat", (kind, record_id), None, NOW)
    assert (kept.record_kind, kept.record_id, kept.facts[fact]) == (kind, record_id, value)
    assert name in (None, kept.title)
    assert kept.catalogue == catalogue_version(connection)
    assert changes_since(connection, kept) == ()
    assert changes_since(connection, kept.model_copy(update={"facts": {**kept.facts, fact: "other"}})) == (fact,)
    assert changes_since(connection, kept.model_copy(update={"facts": {**kept.facts, "not asked any more": 1}})) == ()
    assert changes_since(connection, kept.model_copy(update={"facts": {}})) is None
    assert changes_since(connection, kept.model_copy(update={"record_id": "gone"})) == (GONE,)
    assert changes_since(connection, kept.model_copy(update={"record_kind": "song"})) is None


def test_a_rebuilt_catalogue_makes_stale_only_what_it_says_otherwise(workbench, connection):
    same = add_record(workbench, connection, "acme-chat", ("dataset", "alpaca"), None, NOW)
    other = add_record(workbench, connection, "acme-chat", ("dataset", "dolly-closedqa"), None, NOW)
    drawn = add_figure(workbench, "acme-chat", Figure(name="Share", catalogue="0" * 12), About(title="Share"), NOW)
    for one, facts in ((same, {}), (other, {"modality": "smell"})):
        workbench.connection.execute(
            "UPDATE document SET body = json_merge_patch(body, ?) WHERE id = ?",
            [json.dumps({"catalogue": "0" * 12, "facts": facts}), one.id],
        )
    found = {one.id: one for one in aged_evidence(workbench, connection, "acme-chat")}
    kinds = {key: {flag.kind for flag in one.flags} - {"undated"} for key, one in found.items()}
    assert kinds == {same.id: set(), other.id: {"changed_record"}, drawn.id: {"other_catalogue"}}
    assert [key for key, one in found.items() if one.stale] == [other.id]
    assert "now otherwise: modality (from catalogue 000000000000" in found[other.id].flags[0].words


@pytest.mark.parametrize("kind", RECORD_KINDS)
def test_every_kind_of_record_is_read_and_an_unknown_id_is_named(connection, kind):
    table = connection.execute(f"SELECT id FROM {kind} ORDER BY id LIMIT 1").fetchone()
    assert find_record(connection, kind, table[0]).name
    with pytest.raises(NotFound, match="no-such-id"):
        find_record(connection, kind, "no-such-id")


def test_another_table_is_no_record(connection):
    with pytest.raises(BadInput, match="audit"):
        find_record(connection, "audit", "1")


def test_a_figure_comes_back_as_it_was_frozen(workbench):
    kept = add_figure(workbench, "acme-chat", FIGURE, About(title=FIGURE.name), NOW)
    assert get_evidence(workbench, kept.id).figure == FIGURE
    assert kept.catalogue == FIGURE.catalogue


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"address": "https://elsewhere.example/hosts"}, "no page", id="other-host"),
        pytest.param({"address": "//elsewhere.example"}, "no page", id="host-without-scheme"),
        pytest.param({"address": "javascript:alert(1)"}, "no page", id="script"),
        pytest.param({"value": float("nan")}, "not finite", id="nan"),
        pytest.param({"inputs": {"n": float("inf")}}, "not finite", id="infinite-input"),
        pytest.param({"inputs": {"x": "a" * 250_000}}, "characters", id="large"),
    ],
)
def test_odd_figures_are_refused(workbench, change, reason):
    with pytest.raises(BadInput, match=reason):
        add_figure(workbench, "acme-chat", FIGURE.model_copy(update=change), About(title="x"), NOW)


def test_edits_change_words_only_and_meet_field_by_field(workbench):
    kept = add_link(workbench, "acme-chat", URL, ABOUT, NOW)
    later = NOW + timedelta(days=1)
    mine = edit_evidence(workbench, kept.id, 1, ABOUT.model_copy(update={"summary": "Two gaps"}), later, "read it")
    theirs = edit_evidence(workbench, kept.id, 1, ABOUT.model_copy(update={"party": "joint"}), later)
    assert (theirs.summary, theirs.party, theirs.revision, theirs.url) == ("Two gaps", "joint", 3, URL)
    assert (mine.added, mine.updated) == (NOW, later)
    with pytest.raises(EditClash, match="party"):
        edit_evidence(workbench, kept.id, 1, ABOUT.model_copy(update={"party": "first"}), later)
    assert [one.reason for one in document_versions(workbench, "evidence", kept.id)] == [None, "read it", None]


@pytest.mark.parametrize(
    ("state", "signed", "edited", "removed"),
    [
        pytest.param("draft", False, True, False, id="draft"),
        pytest.param("in_review", False, True, False, id="in-review"),
        pytest.param("signed", True, False, False, id="signed"),
        pytest.param("superseded", True, False, False, id="superseded"),
        pytest.param("withdrawn", True, False, False, id="withdrawn-after-signing"),
        pytest.param("withdrawn", False, True, False, id="withdrawn-unsigned"),
    ],
)
def test_what_a_signed_assessment_cites_stays_as_it_is(workbench, state, signed, edited, removed):
    kept = add_link(workbench, "acme-chat", URL, ABOUT, NOW)
    cite(workbench, kept.id, state, signed=signed)
    assert [(one.item, one.state, one.signed) for one in cited_by(workbench, kept.id)] == [("B1.1", state, signed)]
    change = About(title="Another")
    if edited:
        assert edit_evidence(workbench, kept.id, 1, change, NOW).title == "Another"
    else:
        with pytest.raises(Conflict, match="'acme-chat-si-1', which was signed"):
            edit_evidence(workbench, kept.id, 1, change, NOW)
        assert get_evidence(workbench, kept.id) == kept
    assert not removed
    with pytest.raises(Conflict, match=r"item B1\.1"):
        remove_evidence(workbench, kept.id, NOW)


def test_a_longer_id_is_not_taken_for_a_shorter_one(workbench):
    many = [add_link(workbench, "acme-chat", URL, ABOUT, NOW) for _ in range(11)]
    cite(workbench, many[10].id, "signed", signed=True)
    assert many[10].id == "acme-chat-e11"
    assert cited_by(workbench, many[0].id) == ()
    edit_evidence(workbench, many[0].id, 1, About(title="Another"), NOW)


def test_uncited_evidence_can_be_taken_away_and_the_trail_keeps_it(workbench):
    kept = add_link(workbench, "acme-chat", URL, ABOUT, NOW)
    remove_evidence(workbench, kept.id, NOW)
    with pytest.raises(NotFound, match=kept.id):
        get_evidence(workbench, kept.id)
    action, before = workbench.read("SELECT action, before FROM audit ORDER BY seq DESC LIMIT 1")[0]
    assert (action, URL in before) == ("delete", True)


def test_evidence_is_listed_by_system_the_newest_first(workbench):
    put_system(workbench, CHAT.model_copy(update={"id": "other"}))
    first = add_link(workbench, "acme-chat", URL, ABOUT, NOW)
    second = add_link(workbench, "other", URL, ABOUT, NOW + timedelta(minutes=1))
    third = add_link(workbench, "acme-chat", URL, ABOUT, NOW + timedelta(minutes=2))
    assert [one.id for one in evidence_of(workbench, "acme-chat")] == [third.id, first.id]
    assert [one.id for one in evidence_of(workbench)] == [third.id, second.id, first.id]


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        pytest.param({"title": " "}, "title", id="empty-title"),
        pytest.param({"title": "x" * 201}, "title", id="long-title"),
        pytest.param({"title": "x", "party": "fourth"}, "party", id="party"),
        pytest.param({"title": "x", "effective": "soon"}, "effective", id="date"),
        pytest.param({"title": "x", "colour": "red"}, "colour", id="unknown-field"),
    ],
)
def test_odd_words_are_refused_by_field(fields, where):
    with pytest.raises(BadInput) as refused:
        read_about(**fields)
    assert refused.value.where == where


def test_an_unknown_version_of_the_system_is_refused(workbench):
    with pytest.raises(BadInput, match=r"3\.0") as refused:
        add_link(workbench, "acme-chat", URL, About(title="x", system_version="3.0"), NOW)
    assert "1.0, 2.0" in refused.value.fix


def test_a_viewer_may_read_and_change_nothing(workbench):
    kept = add_link(workbench, "acme-chat", URL, ABOUT, NOW)
    before = verify(workbench).rows
    theirs = workbench.acting(VIEWER)
    assert get_evidence(theirs, kept.id) == kept
    tried = [
        lambda: add_link(theirs, "acme-chat", URL, ABOUT, NOW),
        lambda: add_file(theirs, "acme-chat", PDF, ABOUT, NOW),
        lambda: add_figure(theirs, "acme-chat", FIGURE, ABOUT, NOW),
        lambda: edit_evidence(theirs, kept.id, 1, About(title="Another"), NOW),
        lambda: remove_evidence(theirs, kept.id, NOW),
    ]
    for one in tried:
        with pytest.raises(NotAllowed):
            one()
    assert evidence_of(workbench) == (kept,)
    with pytest.raises(NotFound):
        file_content(workbench, hashlib.sha256(PDF).hexdigest())
    assert verify(workbench).rows == before + 3, "to add, edit and remove: the same is noted once"


def test_two_who_add_at_once_get_ids_of_their_own(workbench):
    made: list[str] = []

    def add() -> None:
        made.extend(add_link(workbench, "acme-chat", URL, ABOUT, NOW).id for _ in range(5))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(made) == sorted(f"acme-chat-e{number}" for number in range(1, 21))


def test_scorers_of_all_evidence_are_known(workbench, connection):
    add_link(workbench, "acme-chat", URL, ABOUT, NOW)
    add_link(workbench, "acme-chat", URL, About(title="x", scorer="Detoxify 0.6"), NOW)
    assert {"detoxify 0.5", "Detoxify 0.6"} <= set(scorers_in_use(workbench, connection))


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with open_workbench(tmp_path_factory.mktemp("words"), NOW) as opened:
        put_system(opened)
        yield opened


@given(st.text(max_size=80), st.text(min_size=1, max_size=80).filter(str.strip))
@settings(max_examples=25)
def test_any_words_come_back_equal(shared, summary, title):
    about = read_about(title=title, summary=summary)
    kept = add_link(shared, "acme-chat", URL, about, NOW)
    assert get_evidence(shared, kept.id).about == about
