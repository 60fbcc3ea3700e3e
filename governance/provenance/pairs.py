"""Selections worth putting side by side, and any other by its address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from governance.catalogue.selection import Selection
from governance.errors import BadInput

NAMED: dict[str, str] = {
    "snapshot=current": "Everything, now",
    "modality=text": "Text, now",
    "snapshot=2023-10-25&modality=text": "Text, 2023-10-25 release",
    "modality=speech": "Speech, now",
    "modality=video": "Video, now",
    "licence_use=commercial": "Commercial use",
    "licence_use=academic_only&licence_use=noncommercial": "Non-commercial and academic only",
    "licence_use=unspecified": "No licence stated",
    "authorship=models": "Written by models",
    "authorship=people": "Written by people",
}
"""Selections to start from: query string to name."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two selections worth putting side by side, as keys of `NAMED`."""

    id: str
    label: str
    first: str
    second: str


PAIRS: tuple[Pair, ...] = (
    Pair(
        "licence",
        "Commercial / restricted",
        "licence_use=commercial",
        "licence_use=academic_only&licence_use=noncommercial",
    ),
    Pair("time", "Now / 2023 release", "modality=text", "snapshot=2023-10-25&modality=text"),
    Pair("authorship", "Models / people", "authorship=models", "authorship=people"),
    Pair("modality", "Text / speech", "modality=text", "modality=speech"),
)
MAX_ADDRESS = 100_000


def read_side(text: str) -> Selection:
    """Read a selection from a query string or a pasted address of the app.

    Args:
        text: What stands in the address bar on the Datasets page, or only what follows its question mark.

    Raises:
        BadInput: It is too long, or names a filter or value that is not known here.

    >>> read_side("http://127.0.0.1:8501/datasets?language=swh&page=2#top").to_query()
    'language=swh'
    """
    asked = text.strip()
    if len(asked) > MAX_ADDRESS:
        raise BadInput(f"{len(asked):,} characters", "selection", f"paste at most {MAX_ADDRESS:,}")
    if "://" in asked or "?" in asked:
        try:
            asked = urlsplit(asked).query
        except ValueError as error:
            raise BadInput(
                f"the address cannot be read: {error}", "selection", "paste it again, or only what follows ?"
            ) from None
    elif asked and "=" not in asked:
        raise BadInput(f"'{asked:.60}' is not a selection", "selection", "paste an address, or write e.g. language=swh")
    return Selection.from_query([pair for pair in parse_qsl(asked, keep_blank_values=True) if pair[0] != "page"])
