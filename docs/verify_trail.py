"""Check a trail that `touchstone audit export` wrote, without Touchstone: python3 verify_trail.py TRAIL [HEAD].

HEAD is what `touchstone audit head --json` printed earlier and you kept elsewhere: it finds a cut tail and a trail
that was written anew. Each row's hash is the SHA-256 of the JSON list of its other nine fields, the hash of the row
before among them. Exit code 0: whole; 1: not, and the first row that does not fit; 2: a file cannot be read.
"""

import hashlib
import json
import sys

FIELDS = ("seq", "utc", "actor", "action", "kind", "id", "before", "after", "prev")


def written(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def check(lines, head):
    count, last, passed = 0, "0" * 64, not head or head["rows"] == 0
    for count, line in enumerate(lines, 1):
        row = json.loads(line)
        if row["seq"] != count or row["prev"] != last:
            return f"row {count}: it does not follow the one before"
        last = hashlib.sha256(written([row[name] for name in FIELDS]).encode()).hexdigest()
        if row["hash"] != last or written(row) != line.rstrip("\r\n"):
            return f"row {count}: it is not what was hashed"
        passed = passed or (count, last) == (head["rows"], head["hash"])
    if not passed and count < head["rows"]:
        return f"row {count + 1}: the tail was cut"
    return None if passed else f"row {head['rows']}: the trail was written anew"


if __name__ == "__main__":
    try:
        kept = json.load(open(sys.argv[2], encoding="utf-8")) if len(sys.argv) > 2 else None
        fault = check(open(sys.argv[1], encoding="utf-8", newline="\n"), kept)
    except (IndexError, KeyError, OSError, TypeError, ValueError) as error:
        sys.exit(print(f"cannot be read: {error!r}") or 2)
    sys.exit(print(fault or "whole") or (1 if fault else 0))
