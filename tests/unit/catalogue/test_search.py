"""Search finds names first, by any spelling, and never trips over what is typed."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.catalogue.search import MAX_HITS, MAX_WORDS, search
from governance.errors import BadInput


@pytest.mark.parametrize(
    ("words", "kind", "name"),
    [
        ("Swahili", "language", "Swahili"),
        ("pii-masking-200k", "collection", "PII-Masking-200k"),
        ("conceptual captions", "work", "Conceptual Captions"),
        ("s2orc", "work", "S2ORC"),
        ("10k Prompts Ranked", "dataset", "10k Prompts Ranked"),
        ("10K PROMPTS RANKED", "dataset", "10k Prompts Ranked"),
        ("  10k   prompts ranked ", "dataset", "10k Prompts Ranked"),
        ("MIT License", "licence", "MIT License"),
        ("OpenAI GPT-4", "model", "OpenAI GPT-4"),
        ("nytimes.com", "domain", "nytimes.com"),
        ("www.nytimes.com", "domain", "nytimes.com"),
        ("NYTimes", "domain", "nytimes.com"),
    ],
)
def test_an_exact_name_comes_first(catalogue, words, kind, name):
    first = search(catalogue, words)[0]
    assert first.kind == kind
    assert name is None or first.name == name


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT name FROM search_entry WHERE kind = 'dataset' ORDER BY hash(id) LIMIT 12",
        "SELECT name FROM search_entry WHERE kind <> 'dataset' ORDER BY hash(id) LIMIT 12",
    ],
)
def test_every_name_finds_itself_first(catalogue, statement):
    for (name,) in catalogue.execute(statement).fetchall():
        assert search(catalogue, name[:MAX_WORDS])[0].name.casefold() == name.casefold()


def test_an_id_finds_its_dataset(catalogue):
    rows = catalogue.execute("SELECT id FROM dataset WHERE snapshot = 'current' ORDER BY hash(id) LIMIT 12").fetchall()
    for (dataset_id,) in rows:
        assert any(hit.id == dataset_id for hit in search(catalogue, dataset_id))


def test_hub_ids_and_other_spellings_find_their_dataset(catalogue):
    rows = catalogue.execute(
        """
        SELECT a.name, a.node_id FROM alias AS a JOIN dataset AS d ON d.snapshot = a.snapshot AND d.id = a.node_id
        WHERE a.snapshot = 'current' AND a.same AND a.basis = 'hub_id'
        QUALIFY count(*) OVER (PARTITION BY lower(a.name)) = 1 ORDER BY hash(a.name) LIMIT 12
        """
    ).fetchall()
    assert rows
    for name, node_id in rows:
        assert node_id in {hit.id for hit in search(catalogue, name, limit=50)}


def test_scores_fall_and_the_limit_holds(catalogue):
    hits = search(catalogue, "question answering", limit=7)
    assert len(hits) == 7
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({(hit.kind, hit.id) for hit in hits}) == 7
    assert search(catalogue, "question answering", limit=7) == hits


@pytest.mark.parametrize("words", ["", "   ", "\x00", "\n\t"])
def test_no_words_find_nothing(catalogue, words):
    assert search(catalogue, words) == []


@pytest.mark.parametrize(
    "words",
    [
        "'",
        '"',
        "%",
        "_",
        "\\",
        "a\x00b",
        "' OR 1=1 --",
        "'); DROP TABLE dataset; --",
        "$words",
        "NOT",
        "AND",
        "swahili OR",
        "swahili*",
        '"swahili',
        "-swahili",
        "+swahili",
        "name:swahili",
        "(swahili",
        "^",
        "~",
        "swahili^2",
        "\N{GRINNING FACE}",
        "\u202e",
        "\ud800",
        "ß İ",
        "x" * MAX_WORDS,
        "a " * 150,
        "<script>alert(1)</script>",
        "=HYPERLINK(1)",
        "{}",
        "[]",
        ";",
        "--",
        "/*",
    ],
)
def test_hostile_words_are_words(catalogue, words):
    hits = search(catalogue, words)
    assert len(hits) <= 20
    assert all(hit.score > 0 for hit in hits)


def test_a_percent_sign_is_no_wildcard(catalogue):
    assert search(catalogue, "zzzz%") == []
    assert all("%" in hit.name for hit in search(catalogue, "%"))


@pytest.mark.parametrize("words", ["wmt16", "gpt4", "200k"])
def test_digits_count(catalogue, words):
    hits = search(catalogue, words)
    assert hits
    assert all(words in f"{hit.name} {hit.id} {hit.detail}".casefold() for hit in hits[:3])


def test_signs_around_the_words_change_nothing(catalogue):
    plain, signed = (search(catalogue, words, limit=200) for words in ("stanford question", "(stanford) -question!"))
    assert {hit.id for hit in plain} == {hit.id for hit in signed}


@given(st.text(max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_anything_can_be_searched_for(catalogue, words):
    assert search(catalogue, words, limit=3) == search(catalogue, words, limit=9)[:3]


@pytest.mark.parametrize("words", ["x" * (MAX_WORDS + 1), "ab " * 200, "x" * 1_000_000])
def test_too_many_words_are_refused(catalogue, words):
    with pytest.raises(BadInput, match=f"at most {MAX_WORDS}"):
        search(catalogue, words)


@pytest.mark.parametrize("limit", [0, -1, MAX_HITS + 1, 2**70])
def test_a_limit_out_of_bounds_is_refused(catalogue, limit):
    with pytest.raises(BadInput, match="limit"):
        search(catalogue, "swahili", limit)


@pytest.mark.parametrize(
    ("words", "kind", "key"),
    [("Llama 2-70B", "ai_model", "llama-2-70b"), ("NVIDIA H100 SXM5 80GB", "accelerator", "nvidia-h100-sxm5-80gb")],
)
def test_models_and_chips_are_found(catalogue, words, kind, key):
    first = search(catalogue, words)[0]
    assert (first.kind, first.id, first.name) == (kind, key, words)
