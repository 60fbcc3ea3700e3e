#!/bin/sh
# The browser tests need a Chromium, a Chrome or Playwright's own; Debian's is installed where nobody has to be asked.
set -eu
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
.venv/bin/python -c '
import os, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    sys.exit(not os.path.exists(playwright.chromium.executable_path))' && exit 0
if command -v apt-get >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ]; then root=""; else root="sudo -n"; fi
  if [ -z "$root" ] || $root true 2>/dev/null; then
    $root apt-get update -qq && $root apt-get install -y -qq --no-install-recommends chromium >/dev/null && exit 0
  fi
fi
echo "The browser tests need a browser: install chromium, or run '.venv/bin/playwright install chromium'" >&2
exit 2
