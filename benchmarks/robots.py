"""Reading robots.txt: levels of 20 agents, and verdicts on addresses, beside Protego and the standard library."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterable
from urllib.robotparser import RobotFileParser

from protego import Protego
from row import Row, row, timed

from governance.catalogue.connect import PROJECT
from governance.consent.agents import AI_DEVELOPERS
from governance.consent.levels import LevelReader, restriction_levels
from governance.consent.robots import read_robots, verdict

REAL = PROJECT.parent / "shared" / "data" / "raw" / "consent" / "robots_2019_protego_joined.jsonl.gz"
AGENTS = (*AI_DEVELOPERS, "anthropic-ai", "Amazonbot", "Applebot", "Bytespider", "Claude-Web", "Diffbot", "Googlebot",
          "ia_archiver", "OAI-SearchBot", "PerplexityBot", "PetalBot", "Timpibot", "YouBot")  # fmt: skip
EVERYTHING = {"/", "/*", "*"}
DISTINCT, SNAPSHOTS = 2_500, 50_000
SEED = 1
PART = 25
TITLE = "robots.txt: 1,000,000 (file, agent) pairs, and addresses"
ABOUT = (
    f"Levels of {len(AGENTS)} agents: the 779 files of 2019 (made up where they are not here), each once; then "
    f"{SNAPSHOTS:,} monthly snapshots with {DISTINCT:,} distinct contents, which is 1,000,000 pairs. Protego and the "
    "standard library parse the file, then any Disallow, a Disallow of everything and any Allow decide; repeats are "
    "remembered by content where a row says so. Times are per file in the first rows, of all snapshots in the next, "
    "per address in the last: up to eight addresses a file that its rules speak of, parsed before, one agent. Ratios "
    "are beside the first row of each kind. Answers are compared: what differs is explained in docs/robots.md."
)


def files() -> list[str]:
    """Give the real files where they are here, else made-up ones of the same size."""
    if REAL.is_file():
        with gzip.open(REAL, "rt", encoding="utf-8") as stream:
            return [json.loads(line)["robots_txt"] for line in stream]
    rng = random.Random(SEED)
    return [_made_up(rng) for _ in range(779)]


def _made_up(rng: random.Random) -> str:
    groups = []
    for agent in ["*", *rng.sample(AGENTS, rng.randrange(8))]:
        lines = [f"Disallow: /{rng.choice('abcdefgh')}{rng.randrange(999)}/" for _ in range(rng.randrange(1, 80))]
        lines += ["Allow: /wp-admin/admin-ajax.php"] * (rng.random() < 0.4) + ["Disallow: /"] * (rng.random() < 0.05)
        groups.append("\n".join([f"User-agent: {agent}", *lines]))
    return "\n\n".join(groups)


def with_protego(text: str) -> dict[str, str]:
    """Give the levels that Protego's own rule sets lead to."""
    parser = Protego.parse(text)
    sets = {agent: parser._get_matching_rule_set(agent) for agent in AGENTS}
    levels = {
        id(found): _level((rule.field == "allow", rule.value._pattern) for rule in found._rules)
        for found in sets.values()
        if found
    }
    return {agent: levels[id(found)] if found else "none" for agent, found in sets.items()}


def with_standard(text: str) -> dict[str, str]:
    """Give the levels that the standard library's entries lead to."""
    parser = RobotFileParser()
    parser.parse(text.splitlines())
    levels = {}
    for agent in AGENTS:
        entry = next((one for one in parser.entries if one.applies_to(agent)), parser.default_entry)
        levels[agent] = (
            _level((line.allowance, line.path) for line in entry.rulelines if line.path) if entry else "none"
        )
    return levels


def _level(rules: Iterable[tuple[bool, str]]) -> str:
    listed = list(rules)
    shut = [path for allowed, path in listed if not allowed]
    opened = len(shut) < len(listed)
    return "none" if not shut else "full" if not opened and not EVERYTHING.isdisjoint(shut) else "partial"


def remembered(read: Callable[[str], dict[str, str]]) -> Callable[[list[str]], None]:
    """Give a reader of many files that reads each content once."""

    def run(texts: list[str]) -> None:
        known: dict[str, dict[str, str]] = {}
        for text in texts:
            if text not in known:
                known[text] = read(text)

    return run


def run() -> list[Row]:
    """Time levels on distinct and on repeated files, then verdicts."""
    texts = files()
    contents = [text.encode("utf-8", "surrogatepass") for text in texts]
    return [*_distinct(texts, contents), *_repeated(texts), *_addresses(texts)]


def _distinct(texts: list[str], contents: list[bytes]) -> list[Row]:
    ways: dict[str, tuple[Callable[[], list[dict[str, str]]], int]] = {
        "Protego, levels": (lambda: [with_protego(text) for text in texts], 3),
        "standard library, levels": (lambda: [with_standard(text) for text in texts], 3),
        "Touchstone, levels": (lambda: [dict(restriction_levels(content, AGENTS)) for content in contents], 9),
    }
    ours = ways["Touchstone, levels"][0]()
    rows, beside = [], None
    for way, (work, times) in ways.items():
        same = sum(one[agent] == two[agent] for one, two in zip(ours, work(), strict=True) for agent in AGENTS)
        taken = [timed(work) / len(texts) for _ in range(times)]
        rows.append(row(way, taken, beside, f"{same:,} of {len(texts) * len(AGENTS):,} pairs as ours"))
        beside = beside or taken
    return rows


def _repeated(texts: list[str]) -> list[Row]:
    rng = random.Random(SEED)
    distinct = [f"{rng.choice(texts)}\n# {number}" for number in range(DISTINCT)]
    snapshots = [distinct[rng.randrange(DISTINCT)] for _ in range(SNAPSHOTS)]
    contents = [text.encode("utf-8", "surrogatepass") for text in snapshots]
    note = f"{SNAPSHOTS * len(AGENTS):,} pairs"
    plain = [timed(lambda: [with_protego(text) for text in snapshots[: SNAPSHOTS // PART]]) * PART]
    cached = [timed(lambda: remembered(with_protego)(snapshots)) for _ in range(3)]

    def ours() -> None:
        reader = LevelReader(AGENTS)
        for content in contents:
            reader.levels(content)

    once = [timed(lambda: [restriction_levels(content, AGENTS) for content in contents])]
    return [
        row("Protego, each snapshot", plain, note=f"{note}; one in {PART} of them, times {PART}"),
        row("Protego, each content once", cached, plain, note),
        row("Touchstone, each snapshot", once, plain, note),
        row("Touchstone, by hash of the content", [timed(ours) for _ in range(5)], plain, note),
    ]


def _addresses(texts: list[str]) -> list[Row]:
    agent = AGENTS[0]
    ours = [read_robots(text) for text in texts]
    theirs = [Protego.parse(text) for text in texts]
    urls = []
    for robots in ours:
        rules = [rule for group in robots.groups_of(agent) for rule in group.rules if rule.value]
        paths = [rule.value.decode("utf-8", "replace").rstrip("$").replace("*", "x") for rule in rules[:6]]
        urls.append([f"https://example.org{path}" for path in ["/", "/news/2019/a-story.html", *paths]])
    count = sum(map(len, urls))
    pairs = [(robots, url) for robots, listed in zip(ours, urls, strict=True) for url in listed]
    other = [(parser, url) for parser, listed in zip(theirs, urls, strict=True) for url in listed]
    answers = [verdict(robots, agent, url).allowed for robots, url in pairs]
    same = sum(mine is parser.can_fetch(url, agent) for mine, (parser, url) in zip(answers, other, strict=True))
    beside = [timed(lambda: [parser.can_fetch(url, agent) for parser, url in other]) / count for _ in range(5)]
    taken = [timed(lambda: [verdict(robots, agent, url) for robots, url in pairs]) / count for _ in range(9)]
    return [
        row("Protego, one address", beside, note=f"{count:,} addresses"),
        row("Touchstone, one address, with rule and line", taken, beside, f"{same:,} of {count:,} answers as Protego"),
    ]
