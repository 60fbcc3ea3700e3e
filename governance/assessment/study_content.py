"""What the evidence review refuses to hold: sequences, identifiers of materials, structures and procedures.

Patterns find what is plain. They cannot read for meaning, so whoever signs a record still reads it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Literal, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel

from governance.errors import BadInput

Refused = Literal["nucleotides", "amino_acids", "identifier", "structure", "procedure", "sequence_site", "file"]
REFUSED: tuple[Refused, ...] = get_args(Refused)

WHY: dict[Refused, str] = {
    "nucleotides": "a nucleotide sequence",
    "amino_acids": "an amino-acid sequence",
    "identifier": "the number of a sequence, strain, plasmid or chemical",
    "structure": "a chemical structure",
    "procedure": "steps of a laboratory procedure with amounts or conditions",
    "sequence_site": "an address of a store of sequences, materials or protocols",
    "file": "a file",
}
RULE = (
    "This form holds metadata only. It takes no files, and refuses sequences, numbers of sequences and materials, "
    "chemical structures, and steps with amounts or conditions."
)
FIX = "say in one sentence of your own what was found, and leave the rest where it is published"
SITES = (
    "addgene.org", "atcc.org", "benchling.com", "ddbj.nig.ac.jp", "ebi.ac.uk", "gisaid.org", "ncbi.nlm.nih.gov",
    "protocols.io", "rcsb.org", "uniprot.org", "wwpdb.org",
)  # fmt: skip
PAPERS = ("pubmed.ncbi.nlm.nih.gov", "pmc.ncbi.nlm.nih.gov", "europepmc.org")
"""Hosts of publications that share a domain with a store of sequences."""

_RESIDUES = "Ala|Arg|Asn|Asp|Cys|Gln|Glu|Gly|His|Ile|Leu|Lys|Met|Phe|Pro|Ser|Thr|Trp|Tyr|Val"
_BASES = re.compile(r"(?<![A-Za-z])[ACGTU]{15,}(?![A-Za-z])", re.IGNORECASE)
_BASE_GROUPS = re.compile(r"(?<![A-Za-z])(?:[ACGTUN]{5,}[\s\d-]+){2,}[ACGTUN]{4,}(?![A-Za-z])", re.IGNORECASE)
_CODONS = re.compile(r"(?<![A-Za-z])(?:[ACGTU]{3}[\s-]+){5,}[ACGTU]{3}(?![A-Za-z])", re.IGNORECASE)
_SPACED = re.compile(r"(?<![A-Za-z])(?:[ACGTU][\s,.-]+){11,}[ACGTU](?![A-Za-z])", re.IGNORECASE)
_PROTEIN = re.compile(r"(?<![A-Za-z])[ACDEFGHIKLMNPQRSTVWY]{10,}(?![a-z])")
_PROTEIN_GROUPS = re.compile(r"(?<![A-Za-z])(?:[ACDEFGHIKLMNPQRSTVWY]{8,10}[\s\d]+){2,}[ACDEFGHIKLMNPQRSTVWY]{2,}")
_PROTEIN_LOWER = re.compile(r"(?<![A-Za-z])[acdefghiklmnpqrstvwy]{30,}(?![A-Za-z])")
_RESIDUE_WORDS = re.compile(rf"(?<![A-Za-z])(?:(?:{_RESIDUES})[\s·,-]*){{5,}}(?![a-z])")
_IDENTIFIERS = (
    re.compile(r"\b(?:[ANXYW][CGMPRTWZ]_\d{6,9}|GC[AF]_\d{9}|[SED]R[APRSXZ]\d{6,9})(?:\.\d+)?\b"),
    re.compile(r"\b[A-Z]{2}\d{6}(?:\.\d{1,2})?\b|\b[A-Z]\d{5}\.\d\b"),
    re.compile(r"\b(?:[OPQ]\d[A-Z0-9]{3}\d|[A-NR-Z]\d[A-Z][A-Z0-9]{2}\d)\b"),
    re.compile(r"\bEPI_(?:ISL_)?\d{4,}\b"),
    re.compile(
        r"\b(?:ATCC|NCTC|DSM|BEI|Addgene|plasmid)\s*(?:no\.?|number|#|:)?\s*[A-Z]{0,3}-?\d{3,}\b", re.IGNORECASE
    ),
    re.compile(
        r"\b(?:GenBank|RefSeq|UniProt|accession)\s*(?:no\.?|number|id|#|:)*\s*[A-Z]{1,4}_?\d{4,}", re.IGNORECASE
    ),
    re.compile(r"\bPDB\s*(?:id|code|:)*\s*\d[A-Z0-9]{3}\b", re.IGNORECASE),
)
_CAS = re.compile(r"(?<![\d-])(\d{2,7})-(\d{2})-(\d)(?![\d-])")
_STRUCTURES = (
    re.compile(r"\bInChI(?:Key)?=", re.IGNORECASE),
    re.compile(r"(?<!\S)(?=\S*[=#])(?=\S*\()(?=[^\s\d]*[A-Za-z])[BCNOPSFIHcnopslr0-9@+\-\[\]()=#$/\\%.]{10,}(?!\S)"),
)
_AMOUNT = re.compile(
    r"(?<![\w.])\d+(?:[.,]\d+)?\s*(?:[µμu]l|ml|cl|[µμu]g|mg|ng|mmol|°\s*[CF]|degrees? (?:celsius|fahrenheit)"
    r"|rpm|[x×]\s*g|[CP]FU|pfu/ml|cfu/ml|% ?(?:v/v|w/v)|U/ml|litres?|liters?|grams?|mol/l|kDa|bp|kb)(?![A-Za-z])"
    r"|\bpH\s*\d|\bOD\s?600\b|\bMOI\b",
    re.IGNORECASE,
)
_MOLAR = re.compile(r"(?<![\w.])\d+(?:\.\d+)?\s*[µμunm]M(?![A-Za-z])")
_WORK = re.compile(
    r"\b(?:incubat|centrifug|pipett|aliquot|resuspend|re-suspend|vortex|autoclav|inoculat|transfect|electroporat"
    r"|lys(?:e|ed|ing)\b|elut|titrat|passag(?:ed|ing)\b|pellet|supernatant|ligat|digest(?:ed)? with|anneal"
    r"|amplif(?:y|ied) by|lyophili[sz]|freeze-dr|aerosoli[sz]|nebuli[sz]|reflux|precipitat|recrystalli[sz]"
    r"|dissolv|stir for|mill to|ferment|harvest the|purify by|plate (?:on|onto)|streak)\w*",
    re.IGNORECASE,
)
_STEP = re.compile(r"(?:^|\n|;)[ \t]*(?:\d{1,2}[.):]|step\s+\d+|[-*•])\s*\S", re.IGNORECASE)
_SEQUEL = re.compile(r"\b(?:first|then|next|afterwards|finally|subsequently|step \d+)\b", re.IGNORECASE)
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


class Found(BaseModel, frozen=True):
    """Something that the review does not hold; what it says is left out on purpose.

    Args:
        kind: What it is.
        why: The same in words.
        field: Where it was found.
    """

    kind: Refused
    why: str
    field: str = ""


def content_findings(text: str) -> tuple[Found, ...]:
    """Find what the review refuses in one text, at most once a kind.

    Args:
        text: As typed; look-alike and invisible characters are folded first.

    >>> [one.kind for one in content_findings("ATGGCTAGCTAGGATCCATTGACC")]
    ['nucleotides']
    >>> content_findings("Novices with a model were 4.16 times as accurate as those with the internet alone.")
    ()
    """
    folded = _HIDDEN.sub("", unicodedata.normalize("NFKC", text))
    return tuple(Found(kind=kind, why=WHY[kind]) for kind in dict.fromkeys(_kinds(folded)))


def address_findings(address: str) -> tuple[Found, ...]:
    """Find an address that leads to sequences, materials or protocols instead of a publication.

    >>> [one.kind for one in address_findings("https://www.ncbi.nlm.nih.gov/nuccore/1")]
    ['sequence_site']
    >>> address_findings("https://arxiv.org/abs/2412.01946")
    ()
    """
    try:
        host = (urlsplit(address.strip()).hostname or "").lower()
    except ValueError:
        host = ""
    inside = any(host == site or host.endswith(f".{site}") for site in SITES)
    if inside and host not in PAPERS:
        return (Found(kind="sequence_site", why=WHY["sequence_site"]),)
    return ()


def refuse_content(texts: Mapping[str, str], addresses: Mapping[str, str], where: str) -> None:
    """Refuse a record that holds more than metadata, without repeating what it holds.

    Args:
        texts: Field to what was typed; also read together, so that nothing is split over fields.
        addresses: Field to an address, which must be http or https and lead to a publication.
        where: The record.

    Raises:
        BadInput: Something is refused; the words name the fields and the reasons.
    """
    found = [one.model_copy(update={"field": name}) for name, text in texts.items() for one in content_findings(text)]
    if not found:
        found = [
            one.model_copy(update={"field": "all fields together"})
            for one in content_findings(" ".join(texts.values()))
        ]
    for name, address in addresses.items():
        found += [one.model_copy(update={"field": name}) for one in address_findings(address)]
        if address and not re.fullmatch(r"https?://[^\s<>\"']+\.[^\s<>\"']+", address.strip(), re.IGNORECASE):
            raise BadInput(f"the address in '{name}' cannot be used", where, "give one that starts with https://")
    if found:
        said = "; ".join(dict.fromkeys(f"{one.field.replace('_', ' ')} holds {one.why}" for one in found))
        raise BadInput(f"this record holds metadata only, but {said}", where, FIX)


def refuse_file(where: str) -> BadInput:
    """Say that the review takes no files."""
    return BadInput("the evidence review takes no files", where, "link to the publication instead")


def _kinds(text: str) -> Iterator[Refused]:
    if any(pattern.search(text) for pattern in (_BASES, _BASE_GROUPS, _CODONS, _SPACED)):
        yield "nucleotides"
    elif _protein(text):
        yield "amino_acids"
    if any(pattern.search(text) for pattern in _IDENTIFIERS) or any(map(_is_cas, _CAS.finditer(text))):
        yield "identifier"
    if any(pattern.search(text) for pattern in _STRUCTURES):
        yield "structure"
    if _procedure(text):
        yield "procedure"


def _protein(text: str) -> bool:
    plain = any(pattern.search(text) for pattern in (_PROTEIN_GROUPS, _PROTEIN_LOWER, _RESIDUE_WORDS))
    return plain or any(_unlike_a_word(run[0]) for run in _PROTEIN.finditer(text))


def _unlike_a_word(run: str) -> bool:
    """Tell a run of residues from a word in capitals, which has more vowels; 25 letters are no word."""
    vowels = sum(letter in "AEI" for letter in run) / len(run)
    return len(run) >= 25 or vowels < 0.2


def _is_cas(match: re.Match[str]) -> bool:
    """Check the last digit, which dates and page ranges rarely meet."""
    digits = (match[1] + match[2])[::-1]
    return sum(place * int(digit) for place, digit in enumerate(digits, start=1)) % 10 == int(match[3])


def _procedure(text: str) -> bool:
    amounts = len(_AMOUNT.findall(text)) + len(_MOLAR.findall(text))
    work = len(_WORK.findall(text))
    steps = max(len(_STEP.findall(text)), len(_SEQUEL.findall(text)))
    return (
        (amounts >= 1 and work >= 2)
        or (amounts >= 2 and (work >= 1 or steps >= 2))
        or amounts >= 4
        or (work >= 3 and steps >= 2)
        or (bool(_MOLAR.search(text)) and work >= 1)
    )
