"""Build the catalogue where it is missing or older than its facts; say nothing where it is not."""

from __future__ import annotations

import sys

from governance.catalogue.build import build_catalogue, is_current
from governance.catalogue.connect import open_catalogue
from governance.errors import TouchstoneError


def compute_ledger() -> None:
    """Compute the published numbers that the new facts can answer, so that the first page shows how they stand."""
    from governance.research.claims import ledger

    with open_catalogue() as connection:
        rows = ledger(connection)
    found = sum(row.replication is not None for row in rows)
    sys.stdout.write(f"{found} claims of papers computed again from it\n")


if __name__ == "__main__":
    try:
        if not is_current():
            info = build_catalogue()
            sys.stdout.write(f"Catalogue {info.version} built: {sum(info.rows.values()):,} rows\n")
            sys.stdout.flush()
            compute_ledger()
    except TouchstoneError as error:
        sys.exit(f"{error.what} ({error.where}): {error.fix}")
