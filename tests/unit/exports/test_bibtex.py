import re

import bibtexparser
from hypothesis import given
from hypothesis import strategies as st

from governance.catalogue.selection import Selection
from governance.exports.bibtex import bibtex_of, escape_tex
from governance.exports.bundle import ExportBundle, Reference
from governance.provenance.policies import POLICIES
from tests.unit.exports.samples import HOSTILE, frame_of

texts = st.text(st.characters(codec="utf-8"), max_size=60) | st.sampled_from(HOSTILE)
references = st.builds(
    Reference,
    dataset_id=st.sampled_from(["a", "b", "c"]),
    entry_type=st.sampled_from(["article", "inproceedings", "misc", "online", "Book"]),
    title=texts,
    authors=st.lists(texts, max_size=3).map(tuple),
    year=st.none() | st.integers(1900, 2030),
    venue=st.none() | texts,
    volume=st.none() | texts,
    pages=st.none() | texts,
)


def bundle_of(rows, made=()):
    return ExportBundle(Selection(), POLICIES["audit"], "current", "0" * 12, frame_of(rows), references=tuple(made))


def read(content: bytes):
    library = bibtexparser.parse_string(content.decode())
    assert not library.failed_blocks
    return library.entries


def test_it_reads_back_with_the_same_count(bundle):
    entries = {entry.key: entry for entry in read(bibtex_of(bundle))}
    assert len(entries) == 4
    paper = entries["kamau2023talking"]
    assert paper.entry_type == "article"
    assert paper["author"] == "Wanjiru Kamau and Juma, Asha"
    assert paper["title"] == r"{Talking to \textbraceleft{}Swahili\textbraceright{} models: 50\% \& more}"
    assert (paper["eprint"], paper["journal"], paper["keywords"]) == ("2301.00001", "Journal of Tests", "swahili-chat")
    assert entries["speech2021base"]["author"] == "{Lab for Language and Speech}"
    assert "howpublished" in entries["dataset-nd-alone"]


def test_one_entry_a_work():
    paper = Reference("a", "article", "One paper", ("Ann Ng",), 2020, "Venue", None, None)
    same = Reference("b", "article", "One paper", ("Ann Ng",), 2020, "Venue", None, None)
    other = Reference("c", "article", "One more", ("Bo Ng",), 2020, "Venue", None, None)
    rows = [{"id": name, "name": name, "collection": "x"} for name in "abcd"]
    entries = read(bibtex_of(bundle_of(rows, [paper, same, other])))
    assert [entry.key for entry in entries] == ["dataset-nd-d", "ng2020one", "ng2020one-2"]
    assert {entry["keywords"] for entry in entries} == {"d", "a, b", "c"}


def test_datasets_without_a_paper_stay_apart():
    rows = [{"id": name, "name": "Same", "collection": "x"} for name in "ab"]
    assert len(read(bibtex_of(bundle_of(rows)))) == 2


@given(st.lists(references, max_size=4))
def test_any_text_reads_back(made):
    rows = [{"id": name, "name": name, "collection": "x"} for name in "abc"]
    entries = read(bibtex_of(bundle_of(rows, made)))
    works = {tuple(sorted(re.split(", ", entry["keywords"]))) for entry in entries}
    assert {name for names in works for name in names} == {"a", "b", "c"}
    assert len({entry.key for entry in entries}) == len(entries)
    assert all(re.fullmatch(r"[a-z0-9-]+", entry.key) for entry in entries)


@given(texts)
def test_braces_stay_balanced(text):
    depth = 0
    for sign in escape_tex(text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0


def test_hostile_names_read_back(hostile):
    assert len(read(bibtex_of(hostile))) == len(HOSTILE)


def test_only_web_addresses(hostile):
    urls = [entry["url"] for entry in read(bibtex_of(hostile)) if "url" in entry]
    assert all(url.startswith("http") for url in urls)
