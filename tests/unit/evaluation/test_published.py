"""The figures of papers that stand beside one's own, as their abstracts give them."""

from __future__ import annotations

from governance.evaluation.published import TIE_CUT, WIN_RATES, published


def test_win_rates_and_the_cut_of_ties(catalogue):
    rates = published(catalogue, WIN_RATES)
    assert [one.value for one in rates] == [54.0, 54.4, 69.5, 76.6]
    assert {one.paper.partition(":")[0] for one in rates} == {"Aya Expanse", "RLHF Can Speak Many Languages"}
    (cut,) = published(catalogue, TIE_CUT)
    assert (cut.value, cut.year) == (54.0, 2023)
    assert published(catalogue, ("no-such/claim",)) == ()
