"""What the figures of the hosting sites say, in sentences; every number comes from the data."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from app.components.frame import number
from app.components.host_figures import SNAPSHOT_LABELS
from app.components.share_chart import percent
from governance.catalogue.vocabulary import HOST_LABELS, Host
from governance.provenance.composition import Share, share_of
from governance.provenance.hosts import HostChanges, HostShare, Measure


def find(shares: Sequence[HostShare], snapshot: str, host: Host, measure: Measure) -> Share:
    """Pick one share; an empty one where that snapshot is not shown."""
    wanted = (snapshot, host, measure)
    return next((one.share for one in shares if (one.snapshot, one.host, one.measure) == wanted), share_of(host, 0, 0))


def answer(shares: Sequence[HostShare], host: Host) -> str:
    """Answer the question for one site, in each snapshot that has the modality."""
    snapshots = list(dict.fromkeys(one.snapshot for one in shares))
    newest, older = snapshots[-1], snapshots[:-1]
    none, wrong = find(shares, newest, host, "omission"), find(shares, newest, host, "error")
    text = f"**Check it first:** {HOST_LABELS[host]} has none for **{percent(none.share)} of {number(none.n)}**"
    text += "".join(f" ({_short(one)} {percent(find(shares, one, host, 'omission').share)})" for one in older)
    if wrong.n:
        text += f", another class for **{percent(wrong.share)} of {number(wrong.n)}**"
        text += "".join(f" ({_short(one)} {percent(find(shares, one, host, 'error').share)})" for one in older)
    return f"{text}."


def chart_words(shares: Sequence[HostShare], modality: str) -> str:
    """Say what the chart of the rates shows, for those who cannot see it."""
    said = [
        f"{HOST_LABELS[one.host]} {_when(one.snapshot)}: {percent(one.share.share)} of {one.share.n:,}"
        for one in shares
        if one.measure == "omission"
    ]
    return f"Share of {modality} datasets without a stated licence. {'; '.join(said)}. Other measures: see the table."


def why_it_changed(changes: HostChanges, shares: Sequence[HostShare]) -> str:
    """Explain why the rates of the newest snapshot are not those the paper printed."""
    hub = changes.hosts["huggingface"]
    then, now = (find(shares, snapshot, "huggingface", "error") for snapshot in (changes.first, changes.then))
    mixed = find(shares, changes.first, "huggingface", "mismatch")
    right = hub.gained - hub.gained_wrong
    agreeing = f"{number(right)} ({percent(right / hub.gained if hub.gained else None)})"
    before, after = (f"{percent(share.share, 1)} of {number(share.n)}" for share in (then, now))
    return "\n".join(
        [
            (
                f"- **Tags were added.** Those on Hugging Face were read again in 2024. Of {number(changes.common)} "
                f"datasets in both snapshots **{number(hub.gained)}** had none in 2023 and state one now, "
                f"{number(hub.lost)} lost theirs, {number(hub.still_none)} never had one. Of the new tags {agreeing} "
                "agree with the audit, so the error fell too."
            ),
            (
                f"- **Records were added.** The paper measured {number(changes.common + changes.dropped)}; "
                f"{number(changes.added)} are new since, and the audit itself put {number(changes.audit_changed)} "
                "old ones in another class."
            ),
            (
                f"- **“50%+” was one site.** In 2023 only Hugging Face passed it ({before}; now {after}). Over all "
                f"records, with a missing licence a mismatch too, it was "
                f"{percent(mixed.share, 1)} of {number(mixed.n)}."
            ),
        ]
    )


def change_table(changes: HostChanges) -> pl.DataFrame:
    """Give one row a site: what became of its statements, as counts of datasets."""
    return pl.DataFrame(
        [
            {
                "site": HOST_LABELS[host],
                "stated since": change.gained,
                "another class": change.gained_wrong,
                "no longer stated": change.lost,
                "never stated": change.still_none,
                "always stated": change.still_stated,
                f"none, of {changes.added:,} new": change.added_none,
            }
            for host, change in changes.hosts.items()
        ]
    )


def _when(snapshot: str) -> str:
    return {"current": "now"}.get(snapshot, f"in the {SNAPSHOT_LABELS.get(snapshot, snapshot)}")


def _short(snapshot: str) -> str:
    return f"{snapshot[:4]}:"
