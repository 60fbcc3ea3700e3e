"""Short texts that people type: any script is fine; what cannot be seen yet changes how the rest reads is not."""

from __future__ import annotations

import unicodedata

from governance.errors import BadInput

LONGEST_LINE = 120
LONGEST_NOTE = 4_000
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")


def one_line(text: str, where: str, what: str = "name") -> str:
    """Give a line as it is kept: composed, without outer spaces.

    Args:
        text: As it was typed.
        where: What it is for, e.g. ``list name``.
        what: One word for it.

    Raises:
        BadInput: It is empty, longer than 120 characters, or holds control characters.

    >>> one_line("  Swahili, commercial ", "list name")
    'Swahili, commercial'
    """
    tidy = unicodedata.normalize("NFC", text[: 10 * LONGEST_LINE]).strip()
    if not tidy or len(text) > 10 * LONGEST_LINE or len(tidy) > LONGEST_LINE:
        raise BadInput(f"the {what} has {len(text.strip()):,} characters", where, f"use 1 to {LONGEST_LINE}")
    refuse_control(tidy, where)
    return tidy


def a_note(text: str, where: str, what: str = "note") -> str:
    """Give a text of several lines as it was typed.

    Raises:
        BadInput: It is longer than 4,000 characters, or holds control characters.
    """
    if len(text) > LONGEST_NOTE:
        raise BadInput(f"the {what} has {len(text):,} characters", where, f"use at most {LONGEST_NOTE:,}")
    refuse_control(text, where, "\n\r\t")
    return text


def refuse_control(text: str, where: str, allowed: str = "") -> None:
    """Refuse control characters, halves of characters and marks that turn the direction of writing.

    Raises:
        BadInput: There is one.
    """
    for sign in text:
        if sign not in allowed and (unicodedata.category(sign) in ("Cc", "Cs") or sign in _BIDI_CONTROLS):
            raise BadInput(f"a control character, U+{ord(sign):04X}", where, "remove it")
