#!/bin/sh
# Makes .venv with the first Python that is new enough; keeps one that works.
set -eu
if [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2>/dev/null; then exit 0; fi
for python in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14; do
  [ -n "$python" ] && command -v "$python" >/dev/null 2>&1 || continue
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || continue
  exec "$python" -m venv .venv
done
echo "No Python 3.11 or newer was found: install one, or run 'make PYTHON=/path/to/python3'" >&2
exit 2
