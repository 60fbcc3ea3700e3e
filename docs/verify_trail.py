"""Check an exported trail with nothing but Python: python3 verify_trail.py TRAIL [HEAD].

Each line is one change. Its hash is the SHA-256 of the JSON list of its nine other fields, the hash of the line
before among them. HEAD, what `touchstone audit head --json` printed and you kept elsewhere, shows what the lines
alone cannot: a tail that was cut, or a trail written anew. Exit code 0: whole; 1: not; 2: a file cannot be read.
"""

import hashlib
import json
import sys

FIELDS = ("seq", "utc", "actor", "action", "kind", "id", "before", "after", "prev")
WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def check(lines, head):
    hashes = ["0" * 64]
    for number, line in enumerate(lines, 1):
        row = json.loads(line)
        if row["seq"] != number:
            return 1, f"row {number} is missing"
        if row["prev"] != hashes[-1]:
            return 1, f"row {number} does not follow the one before"
        hashes.append(hashlib.sha256(WRITER.encode([row[name] for name in FIELDS]).encode()).hexdigest())
        if row["hash"] != hashes[-1] or WRITER.encode(row) != line.rstrip("\r\n"):
            return 1, f"row {number} is not what was hashed"
    if head and head["hash"] not in hashes[head["rows"] : head["rows"] + 1]:
        return 1, "the trail was written anew" if head["rows"] < len(
            hashes
        ) else f"the tail was cut at row {len(hashes)}"
    return 0, f"{len(hashes) - 1} rows, head {hashes[-1]}: whole"


try:
    kept = json.load(open(sys.argv[2], encoding="utf-8")) if len(sys.argv) > 2 else None
    code, said = check(open(sys.argv[1], encoding="utf-8", newline="\n"), kept)
except (IndexError, KeyError, OSError, TypeError, ValueError) as error:
    code, said = 2, f"cannot be read: {error!r}"
sys.exit(print(said) or code)
