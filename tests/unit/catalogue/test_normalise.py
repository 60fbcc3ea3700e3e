"""Normalisers: curated tables against the standards, and against the published records where they are at hand."""

from __future__ import annotations

import gzip
import importlib.resources
import json
from datetime import date
from pathlib import Path

import langcodes
import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st
from license_expression import get_spdx_licensing

from governance.catalogue.normalise import (
    CREATOR_KINDS,
    LANGUAGE_KINDS,
    Creator,
    Language,
    arxiv_id,
    clean_text,
    country,
    country_name,
    creator,
    domain,
    domain_type,
    earliest_date,
    github_repo,
    huggingface_id,
    language,
    language_families,
    language_family,
    language_name,
    model_group,
    parse_bibtex,
    read_month,
    slug,
    spdx,
    task_group,
    text_source,
    topic_group,
    url_of,
)
from governance.catalogue.normalise.tables import fold, read_table

RECORDS = Path(__file__).resolve().parents[4] / "shared" / "data" / "raw" / "dpi"
AWKWARD = ["", " ", "\x00", "\u202eesrever", "a" * 10_000, "{" * 10_000, "\ud800", "https://[::1", "@article{", "None"]

PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"


@pytest.fixture(scope="module")
def records():
    if not RECORDS.is_dir():
        pytest.skip("the published records are not beside the project")

    def read(name):
        with gzip.open(RECORDS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    return {
        "text": read("text"),
        "v1": read("text_v1_2023-10-25"),
        "speech": read("speech"),
        "video": read("video"),
    }


def stated(rows, *fields):
    """All values of some fields, lists flattened."""
    found = (row.get(field) for row in rows for field in fields)
    return {value for item in found for value in (item if isinstance(item, list) else [item]) if value}


# Languages


@pytest.mark.parametrize(
    ("name", "code", "script"),
    [
        pytest.param("Swahili", "swh", None, id="same-name-individual"),
        pytest.param("Kiswahili", "swh", None, id="own-name"),
        pytest.param("Chinese", "zho", None, id="macrolanguage"),
        pytest.param("Mandarin Chinese", "cmn", None, id="member"),
        pytest.param("Cantonese", "yue", None, id="common-name"),
        pytest.param("Arabic", "ara", None, id="arabic"),
        pytest.param("Farsi", "fas", None, id="farsi"),
        pytest.param("Persian", "fas", None, id="persian"),
        pytest.param("Western Persian", "pes", None, id="iranian-persian"),
        pytest.param("Malay", "msa", None, id="malay"),
        pytest.param("Kashmiri (Devanagari script)", "kas", "Deva", id="script"),
        pytest.param("Chinese (Simplified)", "zho", "Hans", id="simplified"),
        pytest.param("Chinese (Hong Kong)", "zho", None, id="region-is-no-script"),
        pytest.param("Serbian (Latin script)", "srp", "Latn", id="latin"),
        pytest.param("Modern Standard Arabic (Romanized)", "arb", "Latn", id="romanised"),
        pytest.param("Ta\u2019izzi-Adeni Arabic", "acq", None, id="curly-apostrophe"),
        pytest.param("Ta'izzi-Adeni Arabic", "acq", None, id="straight-apostrophe"),
        pytest.param("South Levantine Arabic", "apc", None, id="retired-code"),
        pytest.param("  swahili ", "swh", None, id="case-and-space"),
        pytest.param("Walloon", "wln", None, id="not-in-the-table"),
        pytest.param("Multilingual", "mul", None, id="multilingual"),
    ],
)
def test_language(name, code, script):
    found = language(name)
    assert (found.code, found.script, found.kind) == (code, script, "language")


@pytest.mark.parametrize("name", ["Python", "SQL", "Jupyter Notebook", "Code", "C++", "desktop", "Creole"])
def test_code_keeps_its_name(name):
    assert language(name) == Language("code", name, None, "code")


@pytest.mark.parametrize("name", ["unknown", "Text", "Dayak", "Bihari", "Ijaw", "Upper", "Gaelic", "no such tongue"])
def test_no_language(name):
    assert language(name) is None


@pytest.mark.parametrize(
    ("name", "hint", "code"),
    [
        pytest.param("Gaelic", "ga", "gle", id="hint-decides"),
        pytest.param("Gaelic", "gd", "gla", id="hint-decides-otherwise"),
        pytest.param("Japanese", "en", "jpn", id="name-wins"),
        pytest.param("Unheard-of", "zh_TW", "zho", id="tag-with-region"),
        pytest.param("Unheard-of", "zz9", None, id="bad-hint"),
    ],
)
def test_hint(name, hint, code):
    found = language(name, hint)
    assert (found and found.code) == code


def test_every_language_row_is_valid():
    for row in read_table("languages"):
        assert row["basis"], row
        assert row["kind"] in {*LANGUAGE_KINDS, ""}
        assert bool(row["kind"]) == bool(row["code"])
        if row["kind"] == "language":
            assert pycountry.languages.get(alpha_3=row["code"]), row
        if row["script"]:
            assert pycountry.scripts.get(alpha_4=row["script"]), row
            assert langcodes.tag_is_valid(f"{row['code']}-{row['script']}")


def test_which_names_are_left_without_a_code():
    rows = read_table("languages")
    unmapped = {row["name"] for row in rows if not row["code"]}
    assert unmapped == {"unknown", "Text", "Gaelic", "Dayak", "Bihari", "Ijaw", "Upper"}
    assert sum(row["kind"] == "code" for row in rows) == 276
    assert len({row["code"] for row in rows} - {"", "code"}) == 344


def test_every_code_has_one_label_and_family():
    rows = read_table("language_families")
    assert {row["code"] for row in rows} == {row["code"] for row in read_table("languages") if row["code"]}
    assert len({row["name"] for row in rows}) == len(rows)
    assert len(language_families()) == 15
    assert all(row["family"] for row in rows if row["code"] not in {"mul", "und"})
    assert all(set(row["audit_family"].split("; ")) <= {*language_families(), ""} for row in rows)


@pytest.mark.parametrize(
    ("code", "family", "audited"),
    [
        pytest.param("eng", "English", "English", id="english-alone"),
        pytest.param("hin", "Hindustani", "Indo-European; Hindustani", id="listed-twice"),
        pytest.param("est", "Uralic", "Indo-European", id="mended"),
        pytest.param("code", "Code", "Code", id="code"),
        pytest.param("nav", "Other", None, id="ours"),
        pytest.param("xxx", None, None, id="unknown"),
    ],
)
def test_family(code, family, audited):
    assert (language_family(code), language_family(code, as_audited=True)) == (family, audited)


def test_label_of_an_unlisted_code():
    assert (language_name("wln"), language_name("qqq")) == ("Walloon", "qqq")


@pytest.mark.parametrize(
    ("part", "names", "unmapped"),
    [
        pytest.param("text", 550, {"unknown", "Text", "Gaelic", "Dayak"}, id="text"),
        pytest.param("v1", 524, {"unknown", "Text", "Gaelic"}, id="v1"),
        pytest.param("speech", 298, {"Bihari", "Ijaw", "Upper"}, id="speech"),
    ],
)
@pytest.mark.outside_data
def test_language_coverage(records, part, names, unmapped):
    found = stated(records[part], "Languages")
    assert len(found) == names
    assert {name for name in found if language(name) is None} == unmapped
    assert found <= {row["name"] for row in read_table("languages")}


# Where the speech records state a code beside a name, the two agree but for these. Some rows are shifted by one, some
# codes are wrong, and some name a macrolanguage or a region's variety.
DISAGREEMENTS = {
    "macrolanguage": {("Swahili", "sw"), ("Kiswahili", "sw"), ("Nepali", "ne"), ("Odia", "or"), ("Guerze", "kpe")},
    "no ISO 639-3 code": {("Bihari", "bh"), ("Ijaw", "ij"), ("African American Vernacular English", "aav")},
    "variety": {("Nigerian English", "pcm")},
    "mistyped": {("Mandarin Chinese", "gmn"), ("Japanese", "jp"), ("Idoma", "ido"), ("Haryanvi", "bgd")},
    "shifted": {
        ("Nembe", "rw"), ("Kinyarwanda", "ha"), ("Hausa", "af"), ("Afrikaans", "luo"), ("Luo", "ijs"),
        ("Japanese", "en"), ("English", "ja"), ("Bilaspuri", "dra"), ("Dogri", "bhd"), ("Bhadrawahi", "xnr"),
        ("Gaddi", "mjl"), ("Kangri", "bfz"), ("Kulvi", "ml"), ("Mandeali", "kn"), ("Pahari Mahasui", "ta"),
        ("Malayalam", "te"), ("Kannada", "kfs"), ("Tamil", "gbk"), ("Telugu", "kfx"),
    },
}  # fmt: skip


@pytest.mark.outside_data
def test_codes_the_speech_records_state(records):
    pairs = [
        pair
        for row in records["speech"]
        if len(row["Languages"]) == len(row["Languages (ISO)"])
        for pair in zip(row["Languages"], row["Languages (ISO)"], strict=True)
    ]

    def agrees(name, tag):
        ours, theirs = language(name), language("\u2603", tag)
        return ours is not None and theirs is not None and ours.code == theirs.code

    assert len(pairs) == 489
    assert {pair for pair in pairs if not agrees(*pair)} == set().union(*DISAGREEMENTS.values())


# Places and creators


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param("South Korea", "KR", id="usual-name"),
        pytest.param("Scotland", "GB", id="part"),
        pytest.param("UAE", "AE", id="abbreviation"),
        pytest.param("United States of America", "US", id="long-form"),
        pytest.param("Czech Republic", "CZ", id="long-form-curated"),
        pytest.param("T\u00fcrkiye", "TR", id="own-name"),
        pytest.param("deu", "DE", id="alpha-3"),
        pytest.param("African Continent", None, id="continent"),
        pytest.param("International/Other/Unknown", None, id="no-one-country"),
        pytest.param("Atlantis", None, id="unknown"),
    ],
)
def test_country(name, code):
    assert country(name) == code


def test_every_country_code_is_valid():
    codes = {row["code"] for row in read_table("countries")} | {row["country"] for row in read_table("creators")}
    assert all(pycountry.countries.get(alpha_2=code) for code in codes if code)
    assert all(row["basis"] for table in ("countries", "creators") for row in read_table(table))
    assert country_name("ZZ") == "ZZ"


def test_creators():
    assert creator("Tsinghua University") == Creator("Tsinghua University", ("CN",), "academic")
    assert creator("Univerisity of Pisa").countries == ("IT",)
    assert creator("Independent") == Creator("Independent", (), "independent")
    assert creator("Nobody\x00 in particular") == Creator("Nobody in particular")
    assert {row["kind"] for row in read_table("creators")} <= {*CREATOR_KINDS, ""}


@pytest.mark.outside_data
def test_creator_and_country_coverage(records):
    everything = [row for rows in records.values() for row in rows]
    names = stated(everything, "Creators")
    assert len(names) == 582
    assert all(creator(name).kind for name in names)
    assert sum(not creator(name).countries for name in names) == 12
    assert all(country(name) for name in stated(everything, "Location", "Countries"))


# Licences


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        pytest.param("MIT License", "MIT", id="mit"),
        pytest.param("CC BY-SA 4.0", "CC-BY-SA-4.0", id="creative-commons"),
        pytest.param("BSD 3-Clause License", "BSD-3-Clause", id="bsd"),
        pytest.param("OGL 3.0", "OGL-UK-3.0", id="ogl"),
        pytest.param("ODC BY 1.0", "ODC-By-1.0", id="odc"),
        pytest.param("C-UDA", "C-UDA-1.0", id="c-uda"),
        pytest.param("GNU General Public License v3.0", "GPL-3.0-only", id="grant-not-stated"),
        pytest.param("gpl-2.0", "GPL-2.0-only", id="deprecated-id"),
        pytest.param("mit AND (apache-2.0 OR gpl-2.0+)", "MIT AND (Apache-2.0 OR GPL-2.0-or-later)", id="expression"),
        pytest.param("CC BY", None, id="no-version"),
        pytest.param("BigScience OpenRAIL-M", None, id="not-in-spdx"),
        pytest.param("OpenAI", None, id="terms"),
        pytest.param("MIT AND", None, id="broken-expression"),
    ],
)
def test_spdx(name, expression):
    assert spdx(name) == expression


def test_every_spdx_id_is_current():
    index = json.loads(
        importlib.resources.files("license_expression")
        .joinpath("data/scancode-licensedb-index.json")
        .read_text("utf-8")
    )
    deprecated = {entry["spdx_license_key"] for entry in index if entry["is_deprecated"]}
    licensing = get_spdx_licensing()
    for row in read_table("spdx"):
        assert row["basis"], row
        if row["spdx"]:
            assert not licensing.validate(row["spdx"], strict=True).errors, row
            assert row["spdx"] not in deprecated


@pytest.mark.outside_data
def test_licence_names_are_all_decided(records):
    names = {item["License"] for rows in records.values() for row in rows for item in row["Licenses"]}
    tables = [
        json.loads((RECORDS / folder / f"{name}.json").read_text("utf-8"))
        for folder in ("constants", "constants_v1_2023-10-25")
        for name in ("license_classes", "license_paraphrases")
    ]
    curated = {fold(row["name"]) for row in read_table("spdx")}
    undecided = {name for name in names.union(*tables) if fold(name) not in curated and spdx(name) is None}
    assert undecided == set()


# Groups


@pytest.mark.parametrize(
    ("function", "value", "groups"),
    [
        pytest.param(task_group, "name romanization", ("Translation",), id="task-case"),
        pytest.param(task_group, "Keyword Spotting", ("Speech Based Tasks",), id="task-speech"),
        pytest.param(task_group, "Translation", ("Translation",), id="task-group-itself"),
        pytest.param(task_group, "knitting", (), id="task-unknown"),
        pytest.param(domain, "Khan Academy", ("Education",), id="domain-by-variant"),
        pytest.param(domain, "wikipedia.org", ("General Web", "Encyclopedias"), id="domain-two-groups"),
        pytest.param(domain, "no", (), id="domain-no-source"),
        pytest.param(domain_type, "Khan Academy", ("Books, Academic & Encyclopedias",), id="type-by-domain"),
        pytest.param(topic_group, "acoustics", ("Math & Sciences",), id="topic-case"),
        pytest.param(model_group, "OpenAI GPT-3.5-turbo", ("OpenAI",), id="model-case"),
        pytest.param(model_group, "BART", ("Other",), id="model-other"),
    ],
)
def test_groups(function, value, groups):
    assert function(value) == groups


@pytest.mark.parametrize(
    ("name", "source"),
    [
        pytest.param("khan academy", "khanacademy.org", id="variant"),
        pytest.param("Khanacademy.ORG", "khanacademy.org", id="canonical-case"),
        pytest.param("OPUS", "opus", id="not-one-of-its-parts"),
        pytest.param("my own  archive", "my own archive", id="unknown-kept"),
        pytest.param("no", None, id="no"),
        pytest.param("Yes", None, id="yes"),
        pytest.param("", None, id="empty"),
    ],
)
def test_text_source(name, source):
    assert text_source(name) == source


@pytest.mark.parametrize("table", ["tasks", "domains", "topics", "models", "domain_types", "text_sources"])
def test_every_group_row_has_a_basis(table):
    rows = read_table(table)
    assert all(row["basis"] for row in rows)
    keys = [(fold(next(iter(row.values()))), *list(row.values())[1:2]) for row in rows]
    assert len(set(keys)) == len(keys)


@pytest.mark.outside_data
def test_group_coverage(records):
    everything = [row for rows in records.values() for row in rows]
    sources = stated(everything, "Text Sources", "Video Sources", "Source Category")
    assert all(task_group(task) for task in stated(everything, "Task Categories", "Tasks"))
    assert [source for source in sources if text_source(source) and not domain(source)] == []
    assert [source for source in sources if text_source(source) and not domain_type(source)] == []
    assert all(model_group(model) for model in stated(everything, "Model Generated"))
    topics = stated([row.get("Inferred Metadata") or {} for row in everything], "Text Topics")
    # What is left out is prose: sentences a model wrote where a label was asked for.
    assert all(len(topic) > 80 for topic in topics if not topic_group(topic))


# Text, dates, addresses


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        pytest.param("  a \n\t b\u00a0c ", "a b c", id="white-space"),
        pytest.param("cafe\u0301", "caf\u00e9", id="composed"),
        pytest.param("nul\x00l\x1b[31m", "null[31m", id="control"),
        pytest.param("invoice\u202efdp.exe", "invoicefdp.exe", id="override"),
        pytest.param("\u200bzero\ufeff", "zero", id="zero-width"),
        pytest.param(PERSIAN, PERSIAN, id="joiner-kept"),
        pytest.param("half \ud83d pair", "half pair", id="surrogate"),
        pytest.param(None, "", id="none"),
        pytest.param(12, "12", id="number"),
    ],
)  # fmt: skip
def test_clean_text(value, clean):
    assert clean_text(value) == clean


@given(st.text())
def test_clean_text_is_stable_and_storable(text):
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert "\x00" not in clean
    clean.encode()


@pytest.mark.parametrize(
    ("name", "read"),
    [
        pytest.param("HF Downloads (September 2023)", ("downloads", "2023-09"), id="downloads"),
        pytest.param("HF Downloads (Sep 2024)", ("downloads", "2024-09"), id="short-month"),
        pytest.param("HF Likes (December 2023)", ("likes", "2023-12"), id="likes"),
        pytest.param("S2 Citation Count (May 2024)", ("citations", "2024-05"), id="citations"),
        pytest.param("GitHub Stars (June 2024)", ("stars", "2024-06"), id="stars"),
        pytest.param("HF Downloads", ("downloads", None), id="no-month"),
        pytest.param("HF Downloads (Smarch 2023)", ("downloads", None), id="no-such-month"),
        pytest.param("HF Config", None, id="no-metric"),
    ],
)
def test_read_month(name, read):
    assert read_month(name) == read


@pytest.mark.parametrize(
    ("dates", "earliest"),
    [
        pytest.param({"hub": "2023-06-27", "paper": "2021-02-03"}, (date(2021, 2, 3), "paper", 2021), id="earliest"),
        pytest.param({"hub": "2023-06-27", "paper": "2021"}, (None, "paper", 2021), id="earlier-year"),
        pytest.param(
            {"hub": "2023-06-27", "paper": "2023-05"}, (date(2023, 6, 27), "hub", 2023), id="day-in-same-year"
        ),
        pytest.param(
            {"hub": "2023-06-27T08:00:00Z", "x": 2024}, (date(2023, 6, 27), "hub", 2023), id="time-and-number"
        ),
        pytest.param({"hub": "", "paper": None, "code": "soon"}, (None, None, None), id="nothing"),
        pytest.param({"hub": "0001-01-01", "paper": "2023-02-30"}, (None, None, None), id="impossible"),
        pytest.param({}, (None, None, None), id="none"),
    ],
)
def test_earliest_date(dates, earliest):
    assert earliest_date(dates) == earliest


@pytest.mark.parametrize(
    ("text", "url"),
    [
        pytest.param("https://arb.duckai.org", "https://arb.duckai.org", id="kept"),
        pytest.param(" http://nlp.cs.aueb.gr/x.txt ", "http://nlp.cs.aueb.gr/x.txt", id="trimmed"),
        pytest.param("None", None, id="none"),
        pytest.param("javascript:alert(1)", None, id="script"),
        pytest.param("java\x00script:alert(1)", None, id="hidden-script"),
        pytest.param("//example.org", None, id="no-scheme"),
        pytest.param("https://a:b@example.org/", None, id="credentials"),
        pytest.param("https://a.org; https://b.org", None, id="two"),
        pytest.param("https://localhost/x", None, id="no-domain"),
        pytest.param("https://a.org:99999/", None, id="port"),
        pytest.param("https://a.org/" + "x" * 3000, None, id="too-long"),
    ],
)
def test_url_of(text, url):
    assert url_of(text) == url


@pytest.mark.parametrize(
    ("function", "url", "found"),
    [
        pytest.param(huggingface_id, "https://huggingface.co/datasets/a/b/tree/main", "a/b", id="hub-tree"),
        pytest.param(huggingface_id, "https://huggingface.co/datasets/squad", "squad", id="hub-single"),
        pytest.param(huggingface_id, "https://huggingface.co/datasets/squad/viewer/plain", "squad", id="hub-viewer"),
        pytest.param(huggingface_id, "https://www.huggingface.co/datasets/a/b?x=1#y", "a/b", id="hub-query"),
        pytest.param(huggingface_id, "https://huggingface.co/gpt2", None, id="hub-model"),
        pytest.param(huggingface_id, "https://huggingface.co.evil.org/datasets/a/b", None, id="hub-lookalike"),
        pytest.param(arxiv_id, "https://arxiv.org/abs/2310.16787", "2310.16787", id="arxiv-abs"),
        pytest.param(arxiv_id, "https://arxiv.org/pdf/2310.16787v2.pdf", "2310.16787", id="arxiv-pdf"),
        pytest.param(arxiv_id, "https://arxiv.org/abs//2204.05862", "2204.05862", id="arxiv-slashes"),
        pytest.param(arxiv_id, "https://arxiv.org/abs/2311.09528.", "2311.09528", id="arxiv-full-stop"),
        pytest.param(arxiv_id, "https://arxiv.org/abs/cs/0112017", "cs/0112017", id="arxiv-old"),
        pytest.param(arxiv_id, "https://arxiv.org/list/cs.CL", None, id="arxiv-list"),
        pytest.param(github_repo, "https://github.com/a/b.git", "a/b", id="code-git"),
        pytest.param(github_repo, "https://github.com/a/b/blob/main/README.md", "a/b", id="code-file"),
        pytest.param(github_repo, "https://github.com/sileod", None, id="code-owner"),
        pytest.param(github_repo, "https://github.com/orgs/a", None, id="code-page"),
    ],
)
def test_ids_in_addresses(function, url, found):
    assert function(url) == found


@pytest.mark.outside_data
def test_addresses_in_the_records(records):
    everything = [row for rows in records.values() for row in rows]
    assert sum(huggingface_id(url) is None for url in stated(everything, "Hugging Face URL")) == 3
    papers = {url for url in stated(everything, "ArXiv URL", "Paper URL") if "arxiv.org" in url}
    assert all(arxiv_id(url) for url in papers)


@given(st.text())
def test_slug_is_a_safe_name(text):
    name = slug(text)
    assert 1 <= len(name) <= 80
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not name.startswith("-")
    assert not name.endswith("-")


def test_slug_keeps_other_scripts_and_long_names_apart():
    assert slug("\u4e2d\u6587") != slug("\u65e5\u672c")
    assert slug("x" * 100 + "a") != slug("x" * 100 + "b")


# Bibliography


@pytest.mark.parametrize(
    ("part", "entries"),
    [
        pytest.param("text", 1998, id="text"),
        pytest.param("speech", 68, id="speech"),
        pytest.param("video", 99, id="video"),
    ],
)
@pytest.mark.outside_data
def test_every_entry_in_the_records_parses(records, part, entries):
    texts = [row["Bibtex"] for row in records[part] if row.get("Bibtex")]
    assert len(texts) == entries
    assert all(parse_bibtex(text) for text in set(texts))


def test_entry_fields():
    entry = parse_bibtex(
        "@Article{x, author={Kun, B{\\'e}la and others}, title={{On} {\\alpha}-tests}, journal={ArXiv},"
        " booktitle={Conf. of Things}, pages={1--5}, volume={3}, year={c. 2019}}"
    )
    assert (entry.entry_type, entry.authors, entry.year) == ("article", ("Kun, B\u00e9la",), 2019)
    assert (entry.title, entry.venue, entry.volume, entry.pages) == ("On \u03b1-tests", "Conf. of Things", "3", "1-5")


@pytest.mark.parametrize(
    ("fields", "venue"),
    [
        pytest.param("journal={TACL}, booktitle={Transactions}", "TACL", id="journal"),
        pytest.param("journal={ArXiv}, booktitle={arXiv.org}", "arXiv", id="preprint"),
        pytest.param("year=2020", None, id="none"),
    ],
)
def test_venue(fields, venue):
    assert parse_bibtex(f"@misc{{x, title={{T}}, {fields}}}").venue == venue


@pytest.mark.parametrize("text", ["@article{x, year=2020}", "not bibtex", "@article{x, title={open", "@a{" * 500])
def test_no_entry(text, caplog):
    assert parse_bibtex(text) is None
    assert caplog.records == []


@given(st.text(alphabet="@article{}=,\"\\$ titleauthor\n#%1~'", max_size=200))
def test_bibtex_never_raises(text):
    parse_bibtex(text)
    parse_bibtex(f"@article{{x, title={{{text}}}}}")


# Bad input


@pytest.mark.parametrize("text", AWKWARD, ids=lambda text: ascii(text[:12]))
def test_awkward_text_gives_nothing(text):
    assert language(text, text) is None
    assert country(text) is None
    assert spdx(text) is None
    assert read_month(text) is None
    assert url_of(text) is huggingface_id(text) is arxiv_id(text) is github_repo(text) is parse_bibtex(text) is None
    assert task_group(text) == topic_group(text) == model_group(text) == domain(text) == ()
    assert creator(text).countries == ()
    assert slug(text)
