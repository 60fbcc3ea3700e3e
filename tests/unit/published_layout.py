"""A small copy of the published layout, made for tests: two releases, their constants, a few records."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Record = dict[str, Any]

CLASSES = {
    "MIT License": ["All", "1", "0"],
    "CC0 1.0": ["All", "0", "0"],
    "CC BY-SA 4.0": ["All", "1", "1"],
    "CC BY-NC 4.0": ["NC", "1", "0"],
    "Academic Research Purposes Only": ["Acad", "1", "0"],
    "OpenAI": ["NC", "?", "?"],
    "Unspecified": ["Unspecified", "0", "0"],
}
CUSTOM = {"https://example.org/terms": ["NC", "1", "1"], "https://example.org/unclear": ["?", "?", "?"]}
PARAPHRASES = {"MIT License": ["mit", "the MIT licence"], "Custom": ["own terms"]}


def text_record(name: str = "alpha", **changes: object) -> Record:
    """Give one text record as published; a field set to ``...`` is left out."""
    record: Record = {
        "_file": "Letters",
        "_key": name,
        "Unique Dataset Identifier": name,
        "Dataset Name": name.title(),
        "Collection": "Letters",
        "Collection URL": "https://example.org/letters",
        "Dataset URL": f"https://huggingface.co/datasets/letters/{name}",
        "Hugging Face URL": f"https://huggingface.co/datasets/letters/{name}",
        "GitHub URL": "https://github.com/letters/letters",
        "Languages": ["English", "Swahili"],
        "Task Categories": ["Summarization"],
        "Text Sources": ["wikipedia.org"],
        "Model Generated": [],
        "Format": ["Zero-shot Prompt"],
        "Human Annotation": "Yes",
        "Derived from Datasets": [],
        "Creators": ["Stanford University"],
        "Licenses": [{"License": "MIT License", "License URL": ""}],
        "License Notes": "A remark by a volunteer that nobody else should read.",
        "License Verified By": "Volunteer Nameson",
        "Text Metrics": {"Num Dialogs": 10, "Mean Inputs Length": 12.5},
        "Inferred Metadata": {
            "HF Yaml License": "mit",
            "HF Date": "2023-04-05",
            "HF Downloads (May 2024)": 7,
            "PwC Description": "A description that is not ours to copy.",
        },
        "Bibtex": "@article{a, title={Letters}, author={Ann Author and Bo Writer}, year={2020}}",
    }
    return {key: value for key, value in {**record, **changes}.items() if value is not ...}


def speech_record(name: str = "voice", **changes: object) -> Record:
    """Give one speech record as published; a field set to ``...`` is left out."""
    record: Record = {
        "Unique Dataset Identifier": name,
        "Dataset Name": name.title(),
        "Collection": f"{name} collection",
        "Hours": 1.5,
        "Languages": ["Hindi"],
        "Languages (ISO)": ["hi"],
        "Speakers": "Unclear",
        "Tasks": ["Speech Recognition"],
        "Licenses": [{"License": "CC0 1.0", "License URL": ""}],
        "Source": ["Calling Platform"],
        "Creators": ["Gram Vaani"],
        "Year Released": 2022,
        "Location": ["India"],
    }
    return {key: value for key, value in {**record, **changes}.items() if value is not ...}


def write_release(
    folder: Path,
    records: Sequence[Record | str | bytes] = (),
    *,
    file: str = "text.jsonl.gz",
    constants: str = "constants",
    classes: Mapping[str, object] | None = None,
    custom: Mapping[str, object] | None = None,
    paraphrases: Mapping[str, object] | None = None,
) -> Path:
    """Write records (or raw lines) and their constants as published."""
    lines = [
        line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode()
        for line in records
    ]
    place = folder / constants
    place.mkdir(parents=True, exist_ok=True)
    (folder / file).write_bytes(gzip.compress(b"".join(line + b"\n" for line in lines), mtime=0))
    for name, data in {
        "license_classes.json": CLASSES if classes is None else classes,
        "custom_license_classes.json": CUSTOM if custom is None else custom,
        "license_paraphrases.json": PARAPHRASES if paraphrases is None else paraphrases,
    }.items():
        (place / name).write_text(json.dumps(data), encoding="utf-8")
    return folder
