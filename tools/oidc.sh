#!/bin/sh
# The sign-in tests run a real OpenID provider, which needs Node; Debian's is installed where nobody has to be asked.
set -eu
if ! command -v npm >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ]; then root=""; else root="sudo -n"; fi
  if [ -z "$root" ] || $root true 2>/dev/null; then
    $root apt-get update -qq && $root apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null || true
  fi
fi
if ! command -v npm >/dev/null 2>&1; then
  echo "The sign-in tests are skipped: install Node 20 or newer with npm to run them" >&2
  exit 0
fi
cd tests/browser/oidc
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent --no-audit --no-fund --ignore-scripts
