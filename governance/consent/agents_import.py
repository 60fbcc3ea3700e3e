"""Import the registry of AI crawlers that ai.robots.txt keeps: facts only, no descriptions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from governance.catalogue.facts import ImportReport
from governance.catalogue.normalise import clean_text
from governance.catalogue.published import Import, Row
from governance.consent.agents import AI_DEVELOPERS
from governance.consent.vocabulary import Purpose, Respect
from governance.errors import BadInput

SOURCE = "ai-robots-txt"
FILES = ("ai_robots_txt.json", "robots.json")
MOST = 10_000_000  # bytes

# What the published function says, by the first of these that occurs in it; the source writes it freely.
PURPOSE_WORDS: tuple[tuple[str, Purpose], ...] = (
    ("undocumented", "unknown"),
    ("unclear", "unknown"),
    ("ai assistants", "assistant"),
    ("ai agents", "agent"),
    ("ai coding agents", "agent"),
    ("ai data providers", "data"),
    ("ai data scraper", "training"),
    ("ai search crawlers", "search"),
    ("train", "training"),
    ("llm", "training"),
    ("machine learning", "training"),
    ("artificial intelligence", "training"),
    ("research", "data"),
    ("search", "search"),
    ("user-initiated", "assistant"),
    ("user queries", "assistant"),
    ("user prompts", "agent"),
    ("alexa", "assistant"),
    ("assistant", "assistant"),
    ("scrap", "data"),
    ("data", "data"),
)
OPERATORS = {
    "https://brightdata.com/brightbot": "Bright Data",
    "https://safe.search.brave.com/help/brave-search-crawler": "Brave",
    "Meta/Facebook": "Meta",
    "Mistral": "Mistral AI",
    "the Chinese company Huawei": "Huawei",
    "Ceramic AI": "Ceramic",
}
"""Operators that the source writes in more than one way, or only as an address."""
_LINK = re.compile(r"\[([^\]]*)\]\((https?://[^)\s]+)\)")
_ADDRESS = re.compile(r"https?://[^\s)\]]+")
_MORE = re.compile(r"(?:,| that | to | \().*", re.DOTALL)  # "Kagi that fetches web content", "Ai2, a non-profit"
_UNKNOWN = ("unclear", "unknown", "anyone")


def import_agents(path: Path, out: Path) -> ImportReport:
    """Read the registry of ai.robots.txt.

    Args:
        path: Folder with ``robots.json`` (or our copy, ``ai_robots_txt.json``).
        out: Folder for the facts; the catalogue expects the name ``ai-robots-txt``.

    Raises:
        BadInput: The file is missing or damaged; ``out`` is then untouched.

    Source: ai.robots.txt, MIT.
    """
    work = Import(SOURCE)
    rows: list[Row] = []
    for name, stated in _entries(path).items():
        work.read += 1
        if not isinstance(stated, Mapping) or not clean_text(name):
            work.refuse("no_agent", name[:60], "an entry needs a name and fields")
            continue
        rows.append(_agent(work, clean_text(name), {key: str(value) for key, value in stated.items()}))
    if not rows:
        raise BadInput("no agent could be read", str(path), "check the file")
    work.note("field_not_kept", "description, frequency", "prose of others; not part of the facts")
    return work.finish(out, {"crawl_agent": rows}, kept=len(rows))


def _entries(path: Path) -> dict[str, object]:
    file = next((path / name for name in FILES if (path / name).is_file()), path / FILES[0])
    try:
        content = file.read_bytes()[: MOST + 1]
        if len(content) > MOST:
            raise BadInput("the file is too large", str(file), f"at most {MOST:,} bytes are read")
        found = json.loads(content)
    except OSError as error:
        raise BadInput(f"the file cannot be read: {error.strerror}", str(file), "check the path") from error
    except (ValueError, RecursionError) as error:
        raise BadInput("the file is not JSON", str(file), "fetch it again") from error
    if not isinstance(found, dict):
        raise BadInput("the file does not hold agents by name", str(file), "fetch it again")
    return found


def _agent(work: Import, name: str, stated: Mapping[str, str]) -> Row:
    operator, respect = stated.get("operator", ""), stated.get("respect", "")
    link = _ADDRESS.search(operator) or _ADDRESS.search(respect)
    return {
        "id": name,
        "operator": _operator(work, name, operator),
        "purpose": _purpose(work, name, stated.get("function", "")),
        "respects": _respect(respect),
        "developer": name in AI_DEVELOPERS,
        "url": link.group().rstrip(".") if link else None,
        "source_id": SOURCE,
    }


def _operator(work: Import, name: str, stated: str) -> str | None:
    text = clean_text(_LINK.sub(r"\1", stated))
    if not text or text.casefold().startswith(_UNKNOWN):
        return None
    text = OPERATORS.get(text, _MORE.sub("", text) if not text.startswith("http") else "")
    if not text:
        work.note("no_operator", name, f"the operator is written as '{stated:.80}'; kept as unknown")
    return OPERATORS.get(text, text) or None


def _purpose(work: Import, name: str, stated: str) -> Purpose:
    text = clean_text(stated).casefold()
    found = next((purpose for words, purpose in PURPOSE_WORDS if words in text), None)
    if found is None and text:
        work.note("unmapped_function", name, f"'{stated:.80}' is in no list; kept as other")
    return found or ("other" if text else "unknown")


def _respect(stated: str) -> Respect:
    word = _LINK.sub(r"\1", stated).strip(" .").casefold()
    return "yes" if word == "yes" else "no" if word == "no" else "unclear"
