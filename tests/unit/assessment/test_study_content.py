"""What the evidence review refuses, and the ordinary sentences it must let through."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.assessment.study_content import (
    FIX,
    REFUSED,
    RULE,
    WHY,
    address_findings,
    content_findings,
    refuse_content,
)
from governance.errors import BadInput

# Made up: letters at random, numbers that stand for nothing, and the harmless work of a kitchen or a school.
BASES = "".join(random.Random(1).choices("ACGT", k=60))
RESIDUES = "".join(random.Random(2).choices("ACDEFGHIKLMNPQRSTVWY", k=60))
REFUSED_TEXTS = [
    pytest.param(BASES, "nucleotides", id="bases"),
    pytest.param(f"they used {BASES[:18].lower()} in it", "nucleotides", id="bases-in-a-sentence"),
    pytest.param(" ".join(BASES[at : at + 10] for at in range(0, 60, 10)), "nucleotides", id="bases-by-ten"),
    pytest.param("1 acgtacgtac\n11 gtacgtacgt\n21 acgtac", "nucleotides", id="bases-numbered"),
    pytest.param("ATG GCT AGC TAG GAT CCA TTG", "nucleotides", id="codons"),
    pytest.param("A-T-G-G-C-T-A-G-C-T-A-G-G", "nucleotides", id="bases-with-hyphens"),
    pytest.param("ACGU" * 6, "nucleotides", id="rna"),
    pytest.param("\u200b".join("ACGTACGTACGTACGTACGT"), "nucleotides", id="zero-width"),
    pytest.param("ＡＣＧＴＡＣＧＴＡＣＧＴＡＣＧＴＡＣＧＴ", "nucleotides", id="full-width"),
    pytest.param(f">thing\n{RESIDUES}", "amino_acids", id="residues"),
    pytest.param("the peptide GCCSLPPCALNNPDYC was named", "amino_acids", id="short-peptide"),
    pytest.param("Met-Ala-Gly-Ser-Thr-Val", "amino_acids", id="residue-words"),
    pytest.param("MetAlaGlySerThrVal", "amino_acids", id="residue-words-joined"),
    pytest.param(" ".join(RESIDUES[at : at + 10] for at in range(0, 60, 10)), "amino_acids", id="residues-by-ten"),
    pytest.param("see NC_000000.1", "identifier", id="refseq"),
    pytest.param("deposited as AB000000", "identifier", id="genbank"),
    pytest.param("accession no. X00000", "identifier", id="accession"),
    pytest.param("SRR0000000", "identifier", id="reads"),
    pytest.param("EPI_ISL_000000", "identifier", id="influenza"),
    pytest.param("strain ATCC 00000", "identifier", id="strain"),
    pytest.param("Addgene #00000", "identifier", id="plasmid"),
    pytest.param("PDB id 1ABC", "identifier", id="structure-number"),
    pytest.param("caffeine, 58-08-2", "identifier", id="cas"),
    pytest.param("CN1C=NC2=C1C(=O)N(C)C(=O)N2C", "structure", id="smiles"),
    pytest.param("InChI=1S/H2O/h1H2", "structure", id="inchi"),
    pytest.param("Incubate at 37 °C, then centrifuge and keep the pellet", "procedure", id="laboratory"),
    pytest.param("1. Add 5 ml of water\n2. Stir for 10 minutes at 60 °C\n3. Filter", "procedure", id="numbered"),
    pytest.param("Dissolve the salt in 10 mM buffer", "procedure", id="molar"),
    pytest.param("First take 2 mg, then 5 ml, then 8 ml, finally 20 µl", "procedure", id="amounts"),
    pytest.param(
        "First inoculate the flask, then ferment it, then harvest the rest and lyophilise it", "procedure", id="words"
    ),
]
ORDINARY = [
    "Novices with a model were 4.16 times as accurate as those with the internet alone (95% CI 2.63 to 6.87).",
    "Plans made with a language model were not measurably more viable than those made with the internet alone.",
    "153 participants in a pre-registered trial, June to August 2025; P = 0.759.",
    "arXiv:2602.16703, doi 10.1038/s42256-025-01152-1, 2024-12-02",
    "GPT-4o, Claude 3.5 Sonnet, Llama 3.1 405B and Gemini 3 Pro, with safeguards; 8xH100 nodes, 80 GB each",
    "A cat can act at a tactical gala; a gnat, a tag, a cat.",
    "REPRESENTATIVENESS AND INTERDISCIPLINARITY OF THE PANEL",
    "The STRENGTHS of the design: RANDOMISATION, BLINDING, PREREGISTRATION",
    "We first read the abstract, then the methods, and finally the appendix.",
    "1. Threat model stated\n2. Baseline present\n3. Interval given",
    "- n = 40 students\n- 12 experts\n- 5 hours each",
    "Training took 3 months at 25 °C room temperature; 1.5 M tokens; 70 kg CO2e; a 5 nm chip.",
    "The distilled model was annealed; distillation and incubators of start-ups were not looked at.",
    "The study tested culture, passage and storage as tasks of a quiz.",
    "SB 1047, AB 331, EU 2024/1689, ISO 42001, A100, R2024, F1 0.46, pass@1 = 0.8",
    "Participants had up to 13 hours; temperature 0.7, top-p 0.95, seed 42.",
    "log10(FLOP) = 25.1; f(x1) = 3.2 * (1 - p); accuracy=0.4(2)",
    "Le modèle n'aide pas; 模型没有提高风险; النموذج لم يزد الخطر",
    "Pages 58-08-3 of the report, phone 12-34-5, 2021-22-3",
    "Models may help with acquiring materials; whether they do in a laboratory was not tested.",
    "'); DROP TABLE study; -- <script>alert(1)</script> =HYPERLINK(1)",
    "antidisestablishmentarianism, electroencephalographically, characteristically",
    "",
]


@pytest.mark.parametrize(("text", "kind"), REFUSED_TEXTS)
def test_it_is_refused_and_not_repeated(text, kind):
    assert kind in [one.kind for one in content_findings(text)]
    with pytest.raises(BadInput) as told:
        refuse_content({"finding": f"It says {text}"}, {}, "study x")
    said = str(told.value)
    assert WHY[kind] in said
    assert FIX in told.value.fix
    assert max(text.split(), key=len) not in said or len(max(text.split(), key=len)) < 12


@pytest.mark.parametrize("text", ORDINARY, ids=range(len(ORDINARY)))
def test_ordinary_sentences_pass(text):
    assert content_findings(text) == ()


def test_what_is_split_over_fields_is_found():
    parts = {"title": "ATG GCT AGC", "finding": "TAG GAT CCA TTG"}
    assert all(not content_findings(text) for text in parts.values())
    with pytest.raises(BadInput, match="all fields together"):
        refuse_content(parts, {}, "study x")


@pytest.mark.parametrize(
    ("address", "refused"),
    [
        pytest.param("https://arxiv.org/abs/2412.01946", False, id="paper"),
        pytest.param("https://pubmed.ncbi.nlm.nih.gov/1/", False, id="abstracts"),
        pytest.param("https://www.ncbi.nlm.nih.gov/nuccore/1", True, id="sequences"),
        pytest.param("https://WWW.RCSB.org/structure/1", True, id="structures"),
        pytest.param("https://www.protocols.io/view/1", True, id="protocols"),
        pytest.param("https://notaddgene.org/1", False, id="another-name"),
        pytest.param("", False, id="none"),
        pytest.param("http://[", False, id="broken"),
    ],
)
def test_addresses_of_stores_are_refused(address, refused):
    assert [one.kind for one in address_findings(address)] == (["sequence_site"] if refused else [])


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://x.org", "x", "https://a b.org"]
)
def test_addresses_are_http(address):
    with pytest.raises(BadInput, match="address"):
        refuse_content({}, {"url": address}, "study x")


def test_every_refusal_has_its_words():
    assert set(WHY) == set(REFUSED)
    assert "no files" in RULE


@given(st.text(alphabet="ACGT", min_size=20, max_size=80), st.text(max_size=40))
def test_no_run_of_bases_gets_through(bases, around):
    assert content_findings(f"{around} {bases} {around}")


@given(st.text(max_size=2_000))
def test_any_text_is_read(text):
    assert all(one.kind in REFUSED for one in content_findings(text))
