"""A model as a scenario: the link that takes what is known of its training to the thresholds."""

from __future__ import annotations

from collections.abc import Mapping

from governance.compute.history_files import quick_history, read_history, to_query


def scenario_query(model: Mapping[str, object]) -> str | None:
    """Write what is known of a model's training as a history of one run, in a link's form.

    Args:
        model: Its row of the frame. The published compute goes first, with its interval where the source says
            how sure it is; otherwise active parameters and tokens.

    Returns:
        A query that `governance.compute.history_files.from_query` reads; ``None`` where neither is known.

    >>> scenario_query({"training_flop": 8.1e23, "flop_low": 2.7e23, "flop_high": 2.43e24})
    'flop=2.7e23+to+2.43e24'
    >>> scenario_query({"active_parameters": 7e10, "tokens": 2e12})
    'parameters=7e10&tokens=2e12'
    """
    flop, low, high = (model.get(name) for name in ("training_flop", "flop_low", "flop_high"))
    if isinstance(low, float) and isinstance(high, float) and low < high:
        return _stated(f"{_plain(low)} to {_plain(high)}")
    if isinstance(flop, float):
        return _stated(_plain(flop))
    active, tokens = model.get("active_parameters"), model.get("tokens")
    if isinstance(active, float) and isinstance(tokens, float):
        return to_query(quick_history(_plain(active), _plain(tokens)))
    return None


def _stated(flop: str) -> str:
    return to_query(read_history(f'{{"runs": [{{"id": "run", "flop": "{flop}"}}], "final": "run"}}'))


def _plain(value: float) -> str:
    """Write a number as a person would, to five digits: the reader meets it in a form."""
    digits, e, power = f"{value:.5g}".partition("e")
    if not e and value >= 1e4:
        digits, _, power = f"{value:.4e}".partition("e")
        digits, e = digits.rstrip("0").rstrip("."), "e"
    return f"{digits}e{int(power)}" if e else digits
