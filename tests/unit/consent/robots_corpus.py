"""A made corpus of robots.txt: hosts, months and texts that repeat as real ones do, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

AGENTS = ("GPTBot", "CCBot", "Google-Extended", "ClaudeBot")
MONTHS = [f"{year}-{month:02}" for year in (2023, 2024) for month in range(1, 13)]


def texts(rng: random.Random, lines: int) -> Iterator[str]:
    """Give the texts of one host over the months: mostly the same again, now and then another."""
    text = ""
    for number, _ in enumerate(MONTHS):
        if number == 0 or rng.random() < 0.08:
            rules = "".join(f"Disallow: /{rng.randrange(10**6)}/\n" for _ in range(rng.randrange(lines)))
            closed = "".join(f"User-agent: {agent}\n" for agent in AGENTS if rng.random() < number / 40)
            text = f"User-agent: *\n{rules}\n{closed}{'Disallow: /' if closed else ''}\n"
        yield text


def make_folder(folder: Path, hosts: int, lines: int = 20, months: int = 24, seed: int = 3) -> Path:
    rng = random.Random(seed)
    for host in range(hosts):
        place = folder / f"host{host}.example"
        place.mkdir(parents=True)
        for month, text in list(zip(MONTHS, texts(rng, lines), strict=True))[:months]:
            (place / f"{month}.txt").write_text(text)
    return folder


def make_weights(file: Path, hosts: int, seed: int = 4) -> Path:
    rng = random.Random(seed)
    rows = [f"host{host}.example,{rng.randrange(1, 10**6)},{'news' if host % 3 else 'blog'}" for host in range(hosts)]
    file.write_text("\n".join(["domain,tokens,type", *rows]) + "\n")
    return file
