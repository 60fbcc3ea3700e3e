"""Check an exported trail with nothing but Python: python verify_trail.py trail.jsonl [head.json].

Each line is one change. Its hash is the SHA-256 of the JSON list of its nine other fields, in the order of
FIELDS and without spaces; one of the nine is the hash of the line before. A head that was kept elsewhere
(`touchstone audit head --json`) shows what the lines alone cannot: a tail that was cut, or a trail written anew.
"""

import hashlib
import json
import sys

FIELDS = ["seq", "utc", "actor", "action", "kind", "id", "before", "after", "prev"]


def check(lines, head):
    """Give the number of rows and the last hash, or stop at the first row that does not fit."""
    hashes = ["0" * 64]
    for number, line in enumerate(lines, start=1):
        row = json.loads(line)
        said = json.dumps([row[name] for name in FIELDS], ensure_ascii=False, separators=(",", ":"))
        if row["seq"] != number:
            raise SystemExit(f"row {number} is missing")
        if row["prev"] != hashes[-1]:
            raise SystemExit(f"row {number} does not follow the one before")
        if row["hash"] != hashlib.sha256(said.encode()).hexdigest():
            raise SystemExit(f"row {number} is not what was hashed")
        hashes.append(row["hash"])
    if head and head["rows"] >= len(hashes):
        raise SystemExit(f"the tail was cut at row {len(hashes)}")
    if head and head["hash"] != hashes[head["rows"]]:
        raise SystemExit("the trail was written anew")
    return len(hashes) - 1, hashes[-1]


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as trail:
        kept = json.load(open(sys.argv[2], encoding="utf-8")) if len(sys.argv) > 2 else None
        print("%d rows, head %s: whole" % check(trail, kept))
