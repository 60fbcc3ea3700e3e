import csv
import io

import pytest
from markdown_it import MarkdownIt

from governance.catalogue.selection import Selection
from governance.exports.attribution import attribution_markdown, attribution_table, credits_of
from governance.exports.bundle import make_bundle
from governance.exports.tables import is_risky
from governance.provenance.policies import POLICIES
from tests.unit.exports.samples import HOSTILE, Result, frame_of, golden_rows


def credit(bundle, dataset_id):
    return next(one for one in credits_of(bundle) if one.id == dataset_id)


@pytest.mark.parametrize(
    ("dataset_id", "notice"),
    [
        pytest.param(
            "swahili-chat", 'Credit University of Nairobi; Lab "A" and name the licence (MIT License).', id="credit"
        ),
        pytest.param("swahili-chat", "keep to the terms of OpenAI for generated text", id="generated"),
        pytest.param("alone", "The audit could not settle", id="unsettled"),
        pytest.param("swahili-chat", "what it derives from asks for it: base.", id="share-alike-upstream"),
        pytest.param(
            "base-nc", "Share what you build on it under the same licence (CC BY-NC-SA 4.0).", id="share-alike"
        ),
        pytest.param("base-nc", "Under CC BY-NC-SA 4.0: non-commercial use only.", id="non-commercial"),
        pytest.param("alone", "No licence is stated", id="none"),
        pytest.param("hostile", "Read the dataset's own terms: https://example.org/terms.", id="custom"),
        pytest.param("hostile", "academic use only", id="academic"),
    ],
)
def test_notice(bundle, dataset_id, notice):
    assert notice in " ".join(credit(bundle, dataset_id).notices)


def test_the_deciding_path_in_words(bundle):
    words = "Decided by CC BY-NC-SA 4.0: Swahili chat, derived from base, recorded as Base."
    assert credit(bundle, "swahili-chat").decided_by == words
    assert credit(bundle, "base-nc").decided_by == "Decided by its own licence: CC BY-NC-SA 4.0."


def test_a_parent_without_a_record_decides_in_words(connection):
    row = golden_rows()[1] | {"because": ["base-nc", "work:lost"], "deciding_licence": None}
    made = make_bundle(connection, Result(Selection(policy="cautious"), frame_of([row])))
    assert credit(made, "base-nc").decided_by == (
        "Decided by terms that nobody recorded: Base, derived from Lost corpus."
    )


@pytest.mark.parametrize(
    ("policy", "hosts"),
    [("audit", {"audit"}), ("all-hosts", {"audit", "huggingface"})],
)
def test_hosts_that_count(connection, policy, hosts):
    made = make_bundle(connection, Result(Selection(policy=policy), frame_of(golden_rows())))
    assert {statement.host for statement in credit(made, "swahili-chat").licences} == hosts


def test_a_policy_changes_the_notices(connection):
    own = POLICIES["audit"].model_copy(
        update={"id": "own", "ignored_licences": ("OpenAI",), "overrides": {"CC BY-NC-SA 4.0": "commercial"}}
    )
    made = make_bundle(connection, Result(Selection(policy="own"), frame_of(golden_rows())), own)
    assert "OpenAI is stated but does not count under this policy." in credit(made, "swahili-chat").notices
    assert "non-commercial" not in " ".join(credit(made, "base-nc").notices)


def test_markdown_credits_the_audit(bundle):
    text = attribution_markdown(bundle).decode()
    for words in ("Apache-2.0", "2310.16787", "2412.17847", "not legal advice", "0123456789ab", "Audit rule"):
        assert words in text
    assert "Not a source of these" not in text


def test_markdown_is_inert(hostile):
    text = attribution_markdown(hostile).decode()
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    inner = [child for token in tokens for child in token.children or ()]
    assert {token.type for token in [*tokens, *inner]} & {
        "html_block",
        "html_inline",
        "fence",
        "code_inline",
        "table_open",
    } == set()
    assert all(str(child.attrGet("href")).startswith("https://") for child in inner if child.type == "link_open")
    assert sum(token.type == "heading_open" and token.tag == "h3" for token in tokens) == len(HOSTILE)
    assert "\u202e" not in text


def test_table_is_inert_and_whole(hostile, bundle):
    rows = list(csv.DictReader(io.StringIO(attribution_table(hostile).decode(), newline="")))
    assert len(rows) == len(HOSTILE)
    assert not any(is_risky(cell) for row in rows for cell in row.values())
    table = list(csv.DictReader(io.StringIO(attribution_table(bundle).decode(), newline="")))
    assert table[0]["link"] == "https://example.org/chat%20%28v1%29"
    assert table[3]["link"] == "https://github.com/a/b?x=%3Cy%3E"
    assert table[3]["licence_links"] == "https://example.org/terms"
