"""Import LLMFAO: people and two models judge pairs of answers to the same prompts."""

from __future__ import annotations

from pathlib import Path

from governance.catalogue.facts import ImportReport, read_jsonl
from governance.catalogue.published import Import, Row, read_rows
from governance.errors import BadInput

SOURCE = "llmfao"
WINNERS = {"left": "a", "right": "b", "tie": "tie"}
COLUMNS = ("prompt", "model_x", "model_y", "winner", "left", "right")
PEOPLE = "124 paid crowd workers, known by number; what they agreed to is not stated by the source"
SETS = (
    ("llmfao", "LLMFAO, judged by people", "crowd-comparisons.csv", None, PEOPLE),
    ("llmfao-gpt4", "LLMFAO, judged by GPT-4", "gpt4-comparisons.csv", "GPT-4", None),
    ("llmfao-gpt3", "LLMFAO, judged by GPT-3", "gpt3-comparisons.csv", "GPT-3", None),
)
"""Id, title and file of each set, the judge where it is a model, and what is known of the people."""


def import_llmfao(path: Path, out: Path) -> ImportReport:
    """Read the comparisons of LLMFAO and write them as three sets of battles.

    The wording of prompts is not kept: a prompt is its slug, its category the source's type.

    Args:
        path: Folder with ``crowd-comparisons.csv``, ``gpt4-comparisons.csv``, ``gpt3-comparisons.csv`` and
            ``prompts.jsonl``.
        out: Folder for the facts; the catalogue expects the name ``llmfao``.

    Raises:
        BadInput: A file is missing, damaged or lacks a column; ``out`` is then untouched.

    Source: Ustalov, LLMFAO, CC BY 4.0.
    """
    work = Import(SOURCE)
    prompts = {str(row.get("id")): (row.get("slug"), row.get("type")) for _, row in read_jsonl(path / "prompts.jsonl")}
    battles: list[Row] = []
    for set_id, _, name, judge, _ in SETS:
        columns = (*COLUMNS, "worker") if judge is None else COLUMNS
        for position, (where, row) in enumerate(read_rows(path / name, columns), start=1):
            work.read += 1
            outcome, prompt = WINNERS.get(row["winner"]), prompts.get(row["prompt"])
            if outcome is None:
                work.refuse("unknown_outcome", where, f"'{row['winner']:.40}' is neither left, right nor tie")
            elif row["left"] == row["right"]:
                work.refuse("self_battle", where, f"'{row['left']:.80}' meets itself")
            elif prompt is None:
                work.refuse("unknown_prompt", where, f"prompt '{row['prompt']:.40}' is not in prompts.jsonl")
            else:
                battles.append({
                    "set_id": set_id, "position": position, "model_a": row["left"], "model_b": row["right"],
                    "outcome": outcome, "judge": judge or f"worker {row['worker']}",
                    "judge_kind": "model" if judge else "human", "prompt": prompt[0], "category": prompt[1],
                    "language": "eng", "source_id": SOURCE,
                })  # fmt: skip
    if not battles:
        raise BadInput("no battle could be read", str(path), "check that it is a copy of LLMFAO's data")
    work.note("field_not_kept", "prompts.jsonl, text", "texts of others; not part of the facts")
    sets: list[Row] = [
        {"id": key, "title": title, "format": "battles", "people": people, "source_id": SOURCE}
        for key, title, _, _, people in SETS
    ]
    return work.finish(out, {"evaluation_set": sets, "battle": battles}, len(battles))
