"""Counts tokens in a process of its own: a tokenizer file may hang, crash or fill the memory, and only this dies."""

from __future__ import annotations

import json
import sys
from contextlib import suppress

MOST_MEMORY = 4_000_000_000
"""Bytes of address space."""


def main() -> None:
    """Read the tokenizer and the texts as JSON from standard input; write the counts, or what went wrong."""
    with suppress(ImportError, ValueError, OSError):  # not every system has this limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    asked = json.loads(sys.stdin.buffer.read())
    from tokenizers import Tokenizer

    read = Tokenizer.from_str(asked["tokenizer"])
    read.no_truncation()
    read.no_padding()
    counts = [len(read.encode(text, add_special_tokens=False).ids) for text in asked["texts"]]
    sys.stdout.write(json.dumps({"counts": counts, "vocabulary": read.get_vocab_size()}))


if __name__ == "__main__":
    main()
