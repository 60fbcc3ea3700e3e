"""Build the catalogue where it is missing or older than its facts; say nothing where it is not."""

from __future__ import annotations

import sys

from governance.catalogue.build import build_catalogue, is_current
from governance.errors import TouchstoneError

if __name__ == "__main__":
    try:
        if not is_current():
            info = build_catalogue()
            sys.stdout.write(f"Catalogue {info.version} built: {sum(info.rows.values()):,} rows\n")
    except TouchstoneError as error:
        sys.exit(f"{error.what} ({error.where}): {error.fix}")
