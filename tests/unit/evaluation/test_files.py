"""Files of battles, scores and predictions: every kind read, every layout recognised, every bad row named."""

from __future__ import annotations

import json
import os
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import BadInput
from governance.evaluation.formats.check import SHOWN, check_bytes, check_path
from governance.evaluation.formats.files import MAX_BYTES
from governance.evaluation.formats.schemas import ROWS, columns, template
from governance.evaluation.formats.tables import NEEDED, TABLES
from governance.evaluation.vocabulary import FORMATS, OUTCOMES

HEAD = "model_a,model_b,outcome\n"
SCORES = "model,task,metric,score\n"
FRAME = pl.DataFrame({"model_a": ["x", "y"], "model_b": ["y", "z"], "outcome": ["a", "tie"], "judge": ["p", None]})


def checked(text, name="votes.csv", **options):
    return check_bytes(text if isinstance(text, bytes) else text.encode(), name, **options)


@pytest.mark.parametrize("format", FORMATS)
def test_a_template_is_good_and_a_schema_has_the_columns_of_its_table(format):
    assert list(ROWS[format].model_fields) == list(TABLES[format]) == [one.name for one in columns(format)]
    assert {one.name for one in columns(format) if one.needed} == set(NEEDED[format])
    found = checked(template(format))
    assert (found.report.format, found.report.good, found.report.ok) == (format, 3, True)
    assert found.frame.schema == pl.Schema(TABLES[format])
    for row in found.frame.iter_rows(named=True):
        ROWS[format].model_validate(row)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        pytest.param(FRAME.write_csv().encode(), "comma-separated text", id="comma"),
        pytest.param(FRAME.write_csv(separator=";").encode(), "semicolon-separated text", id="semicolon"),
        pytest.param(FRAME.write_csv(separator="\t").encode(), "tab-separated text", id="tab"),
        pytest.param(b"\xef\xbb\xbf" + FRAME.write_csv().encode(), "comma-separated text", id="byte-order-mark"),
        pytest.param(FRAME.write_csv().replace("\n", "\r\n").encode(), "comma-separated text", id="windows-lines"),
        pytest.param(FRAME.write_ndjson().encode(), "JSON lines", id="json-lines"),
        pytest.param(json.dumps(FRAME.to_dicts(), indent=1).encode(), "a JSON list", id="json-list"),
    ],
)
def test_every_kind_gives_the_same_rows(data, kind):
    found = checked(data)
    assert found.report.kind == kind
    assert found.frame.select(FRAME.columns).equals(FRAME)


def test_parquet_gives_the_same_rows_and_passes_over_nested_columns(tmp_path):
    file = tmp_path / "votes.parquet"
    FRAME.with_columns(day=pl.lit(date(2026, 1, 2)), conversation=pl.lit(["hi"])).write_parquet(file)
    found = check_path(file)
    assert found.report.unused == ("conversation",)
    assert found.frame["day"].to_list() == [date(2026, 1, 2)] * 2


@pytest.mark.parametrize(
    ("data", "what"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param("model_a,model_b,outcome\nMüller,y,a\n".encode("latin-1"), "0xfc is not UTF-8", id="latin-1"),
        pytest.param(HEAD.encode("utf-16"), "UTF-16", id="utf-16"),
        pytest.param(b"model_a,model_b,outcome\nx\0,y,a\n", "zero bytes", id="zero-bytes"),
        pytest.param(b"PK\x03\x04..[Content_Types].xml", "a spreadsheet", id="spreadsheet"),
        pytest.param(b"\xd0\xcf\x11\xe0...", "old spreadsheet", id="old-spreadsheet"),
        pytest.param(b"PK\x03\x04..votes.csv", "zip archive", id="zip"),
        pytest.param(b"\x1f\x8b\x08", "gzip", id="gzip"),
        pytest.param(b"\x80\x04\x95", "pickle", id="pickle"),
        pytest.param(b"\0" * 257 + b"ustar", "tar archive", id="tar"),
        pytest.param(b"PAR1 and no more", "Parquet", id="broken-parquet"),
        pytest.param(b"model_a,model_b,Model_A,outcome\nx,y,z,a\n", "'Model_A' stands twice, in columns 1 and 3",
                     id="duplicated-header"),
        pytest.param(b"model_a,,outcome\n", "column 2 has no name", id="nameless-column"),
        pytest.param(b"just text\nand more\n", "one column only", id="no-table"),
        pytest.param(b"\nmodel_a,model_b\n", "first line is empty", id="empty-first-line"),
        pytest.param(b'model_a,model_b,outcome\n"x,y,a\nx,y,a\n', "cannot be read", id="open-quotation-mark"),
        pytest.param(b"foo,bar\n1,2\n", "fit no format", id="other-columns"),
        pytest.param(b"model_a,outcome\nx,a\n", "fit no format", id="needed-column-missing"),
        pytest.param(b'{"a": 1}', "no known layout", id="other-document"),
        pytest.param(b"[]", "list is empty", id="empty-list"),
        pytest.param(b"[" * 100_000, "nested|not JSON", id="deep"),
        pytest.param(b"[1,", "not JSON", id="broken-json"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(data, what):
    with pytest.raises(BadInput, match=what) as refused:
        checked(data)
    assert refused.value.fix


def test_two_gigabytes_are_refused_before_they_are_read(tmp_path):
    file = tmp_path / "huge.csv"
    with file.open("wb") as stream:
        os.truncate(stream.fileno(), 2_000_000_000)
    with pytest.raises(BadInput, match="2,000 MB"):
        check_path(file)
    assert MAX_BYTES < 2_000_000_000
    with pytest.raises(BadInput, match="0 MB"):
        check_bytes(b"x" * 11, "upload", most=10)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        pytest.param(HEAD + "x,y,a\nx,y,who\n", 3, "unknown_outcome", id="unknown-outcome"),
        pytest.param(HEAD + "x,x,a\n", 2, "self_battle", id="self-battle"),
        pytest.param(HEAD + "x,,a\n", 2, "missing", id="missing"),
        pytest.param(HEAD + "x,y,a\n\nx,y\n", 4, "wrong_width", id="short-row"),
        pytest.param(HEAD + "x,y,a,b\n", 2, "wrong_width", id="long-row"),
        pytest.param(HEAD + f"{'x' * 301},y,a\n", 2, "too_long", id="too-long"),
        pytest.param(HEAD + "x\u202e,y,a\n", 2, "control_character", id="turns-the-writing"),
        pytest.param("model_a,model_b,outcome,category\nx,y,a,q\nx,z,\"a\",\"b\nc\"\n", 3, "control_character",
                     id="line-break-in-a-cell"),
        pytest.param("model_a,model_b,outcome,weight\nx,y,a,0\n", 2, "out_of_range", id="no-weight"),
        pytest.param("model_a,model_b,outcome,weight\nx,y,a,much\n", 2, "no_number", id="no-number"),
        pytest.param("model_a,model_b,outcome,day\nx,y,a,2026-02-30\n", 2, "no_day", id="no-day"),
        pytest.param("model_a,model_b,outcome,length_a\nx,y,a,1.5\n", 2, "no_number", id="no-count"),
        pytest.param("model_a,model_b,outcome,judge_kind\nx,y,a,cat\n", 2, "unknown_word", id="unknown-judge-kind"),
        pytest.param("model_a,model_b,outcome,preference\nx,y,a,1.2\n", 2, "out_of_range", id="no-share"),
        pytest.param(SCORES + "x,t,acc,NaN\ny,t,acc,.5\n", 2, "not_finite", id="nan"),
        pytest.param(SCORES + "x,t,acc,inf\ny,t,acc,.5\n", 2, "not_finite", id="infinite"),
        pytest.param(SCORES + "x,t,acc,n/a\ny,t,acc,.5\n", 2, "no_number", id="no-score"),
        pytest.param('{"model":"x","task":"t","metric":"acc","score":NaN}\n{"model":"y"}\n', 1, "not_finite",
                     id="nan-in-json"),
        pytest.param('{"model":"y","task":"t","metric":"a","score":1}\n{"model":\n', 2, "not_json", id="broken-line"),
        pytest.param('{"model":"y","task":"t","metric":"a","score":1}\n[1]\n', 2, "no_object", id="no-object"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_by_line_and_reason(text, line, reason):
    report = checked(text).report
    assert not report.ok
    assert (report.rows[0].line, report.rows[0].reason) == (line, reason)
    assert report.reasons[reason] == 1
    assert report.read == report.good + report.bad
    assert report.rows[0].detail


def test_a_line_is_right_after_cells_with_line_breaks():
    text = 'model_a,model_b,outcome,notes\nx,y,a,"two\nlines"\nx,y,who,\n'
    assert [one.line for one in checked(text).report.rows] == [4]


def test_bad_rows_are_all_counted_and_some_listed():
    report = checked(HEAD + "x,y,who\n" * (SHOWN + 50) + "x,y,a\n").report
    assert (report.bad, report.good, len(report.rows)) == (SHOWN + 50, 1, SHOWN)
    assert report.reasons == {"unknown_outcome": SHOWN + 50}


@pytest.mark.parametrize(
    ("text", "kind", "stops"),
    [
        pytest.param(HEAD, "no_rows", True, id="no-votes"),
        pytest.param(HEAD + "x,x,a\n", "no_rows", True, id="only-self-battles"),
        pytest.param(HEAD + "x,y,tie\nx,y,both_bad\n", "all_ties", False, id="all-ties"),
        pytest.param(HEAD + "x,y,a\n", "no_judge", False, id="no-judge"),
        pytest.param(SCORES + "x,t,acc,.5\nx,u,acc,.6\n", "one_model", False, id="one-model"),
        pytest.param(SCORES + "x,t,acc,.81\ny,t,acc,79\n", "mixed_scales", True, id="mixed-scales"),
        pytest.param(SCORES + "x,t,acc,.5\nx,t,acc,.6\ny,t,acc,.5\n", "repeated", False, id="repeated"),
        pytest.param("model_a,model_b,outcome,judge,language\nx,y,a,p,Elvish\n", "unknown_language", False,
                     id="unknown-language"),
    ],
)  # fmt: skip
def test_what_holds_for_the_file_is_found(text, kind, stops):
    report = checked(text).report
    assert {one.kind: one.stops for one in report.findings}[kind] is stops
    assert report.ok is not stops or not report.good


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x,t,loss,.8\ny,t,loss,1.4\n", id="one-scale-across-1"),
        pytest.param("x,t,acc,0.8\nx,u,acc,99\ny,t,acc,1.0\ny,u,acc,98\n", id="one-model-has-both"),
        pytest.param("x,t,acc,.8\ny,t,f1,79\n", id="two-metrics"),
    ],
)
def test_one_scale_is_not_called_two(text):
    assert "mixed_scales" not in {one.kind for one in checked(SCORES + text).report.findings}


def test_two_scales_can_be_let_through():
    text = SCORES + "x,t,seconds,.5\ny,t,seconds,80\n"
    assert not checked(text).report.ok
    assert checked(text, scales="report").report.ok


def test_values_become_ours():
    text = (
        "model_a;model_b;outcome;language;day;weight;judge_kind\n"
        "x;y;Model_A;Swahili;2026-01-02T10:00:00Z;0,5;LLM\n"
        "x;y;y;en;1682351591.1322;2;human\n"
        "x;y;Tie (bothbad);pt-BR;;;\n"
        "x;y;draw;eng-Latn;1682351591132;;\n"
    )
    frame = checked(text).frame
    assert frame["outcome"].to_list() == ["a", "b", "both_bad", "tie"]
    assert frame["language"].to_list() == ["swh", "eng", "por", "eng"]
    assert frame["day"].to_list() == [date(2026, 1, 2), date(2023, 4, 24), None, date(2023, 4, 24)]
    assert frame["weight"].to_list() == [0.5, 2.0, None, None]
    assert frame["judge_kind"].to_list() == ["model", "human", None, None]


LAYOUTS = {
    "chatbot-arena": (
        (
            "question_id,model_a,model_b,winner,judge,turn,anony,language,tstamp\n"
            "q1,koala,vicuna,model_a,arena_user_1,1,True,English,1682351591.13\n"
            "q2,koala,vicuna,tie (bothbad),arena_user_2,1,True,unknown,1682351592.13\n"
        ),
        {"model_a": "koala", "outcome": "a", "judge": "arena_user_1", "prompt": "q1", "language": "eng",
         "day": date(2023, 4, 24)},
    ),
    "evalica": ("left,right,winner\npizza,sushi,left\nsushi,tacos,tie\n", {"model_a": "pizza", "outcome": "a"}),
    "llmfao": (
        "id,prompt,model_x,model_y,winner,worker,left,right\n1,2,a,b,right,7,b,a\n",
        {"model_a": "b", "model_b": "a", "outcome": "b", "judge": "7", "prompt": "2"},
    ),
    "alpaca-eval": (
        json.dumps([{"generator_1": "base", "generator_2": "m", "preference": 1.25, "annotator": "gpt4",
                     "instruction": "x"}]),
        {"model_a": "base", "outcome": "a", "preference": 0.75, "judge": "gpt4"},
    ),
    "alpaca-eval-pairs": (
        "annotator,prompt_id,dataset,model_a,model_b,preference,len_a,len_b\ngpt4,p,koala,base,m,1.5,10,20\n",
        {"outcome": "tie", "preference": 0.5, "category": "koala", "length_b": 20},
    ),
    "mteb-table": (
        "model,task,split,hf_subset,languages,main_score,kg_co2\ne5,STS,test,en,eng-Latn,0.8,0.1\n",
        {"model": "e5", "metric": "main_score", "score": 0.8, "language": "eng", "co2e_kg": 0.1},
    ),
    "lm-eval": (
        json.dumps({
            "results": {"arc": {"alias": "arc", "acc,none": 0.5, "acc_stderr,none": 0.01, "em,strict": 0.25}},
            "n-samples": {"arc": {"original": 200, "effective": 100}},
            "config": {"model": "hf", "model_args": "pretrained=org/m,dtype=float"}, "date": 1700000000.5,
        }),
        {"model": "org/m", "task": "arc", "metric": "acc", "score": 0.5, "n": 100, "scored_at": date(2023, 11, 14)},
    ),
    "every-eval-ever": (
        json.dumps({
            "schema_version": "0.2.0", "model_info": {"name": "h", "id": "anthropic/h"},
            "source_metadata": {"source_organization_name": "Cohere Labs"},
            "evaluation_results": [
                {"evaluation_name": "Arabic", "source_data": {"dataset_name": "global-mmlu-lite"},
                 "metric_config": {"lower_is_better": False}, "score_details": {"score": 0.695}},
            ],
        }),
        {"model": "anthropic/h", "task": "global-mmlu-lite", "subset": "Arabic", "language": "ara",
         "metric": "score", "score": 0.695, "rater": "Cohere Labs"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_is_recognised_and_read(layout):
    text, expected = LAYOUTS[layout]
    found = checked(text, "file")
    assert (found.report.layout, found.report.bad) == (layout, 0)
    row = found.frame.row(0, named=True)
    assert {name: row[name] for name in expected} == expected


def test_results_of_mteb_take_their_model_from_the_file_beside_them(tmp_path):
    result = {
        "task_name": "STS", "mteb_version": "1.14", "evaluation_time": 3.5, "kg_co2_emissions": None,
        "scores": {"test": [{"hf_subset": "en", "languages": ["eng-Latn"], "main_score": 0.5},
                            {"hf_subset": "en-de", "languages": ["eng-Latn", "deu-Latn"], "main_score": 0.4}]},
    }  # fmt: skip
    file = tmp_path / "STS.json"
    file.write_text(json.dumps(result, indent=1))
    with pytest.raises(BadInput, match="nothing is mapped to 'model'"):
        check_path(file)
    assert check_path(file, mapping={"model": "=e5"}).frame["model"].to_list() == ["e5", "e5"]
    (tmp_path / "model_meta.json").write_text('{"name": "org/e5", "revision": "1"}')
    frame = check_path(file).frame
    assert frame["model"].to_list() == ["org/e5"] * 2
    assert frame["language"].to_list() == ["eng", None]


def test_columns_are_guessed_and_mapped_by_hand():
    text = "Model A,ModelB,Winner,who,Klasse\nx,y,model_a,p1,mathe\n"
    assert checked(text).report.mapping == {"model_a": "Model A", "model_b": "ModelB", "outcome": "Winner"}
    mapping = {"judge": "who", "category": "Klasse", "judge_kind": "=human"}
    found = checked(text, mapping=mapping)
    assert found.frame.row(0)[3:8] == ("p1", "human", None, None, "mathe")
    assert found.report.unused == ()


@pytest.mark.parametrize(
    ("mapping", "what"),
    [
        pytest.param({"judge": "nobody"}, "no column 'nobody'", id="not-in-the-file"),
        pytest.param({"colour": "model_a"}, "'colour' is no column of battles", id="not-ours"),
        pytest.param({"outcome": ""}, "nothing is mapped to 'outcome'", id="left-out"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(mapping, what):
    with pytest.raises(BadInput, match=what):
        checked(HEAD + "x,y,a\n", mapping=mapping)


NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12)


@given(st.lists(st.tuples(NAMES, NAMES, st.sampled_from(OUTCOMES)), min_size=1, max_size=20))
def test_what_is_written_is_read_again(rows):
    frame = pl.DataFrame(rows, schema=["model_a", "model_b", "outcome"], orient="row")
    found = checked(frame.write_csv(quote_style="always"))
    kept = frame.with_columns(pl.col(pl.String).str.normalize("NFC"))
    same = [row for row in kept.iter_rows() if row[0] != row[1]]
    assert found.report.read == len(rows)
    assert [row[:2] for row in found.frame.iter_rows()] == [row[:2] for row in same]
