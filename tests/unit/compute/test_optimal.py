import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.catalogue.connect import PROJECT
from governance.compute.optimal import SCALING_LAWS, optimum, optimum_by_ratio
from governance.compute.vocabulary import SCALING_LAW_NAMES

FRAMEWORK = PROJECT.parent / "shared" / "data" / "framework" / "compute_formulas.json"
# Law, budget, tokens per parameter as our own table prints them, loss.
PRINTED = [
    ("hoffmann_rounded", 5.76e23, 92.6, 1.9307),
    ("hoffmann_unrounded", 5.76e23, 59.1, 1.915),
    ("besiroglu_2024", 5.76e23, 18.4, 1.9744),
    ("besiroglu_2024", 1e27, 15.2, 1.8588),
]
budgets = st.floats(1e18, 1e28)
laws = st.sampled_from(SCALING_LAW_NAMES)


@pytest.mark.parametrize(("law", "flop", "ratio", "loss"), PRINTED)
def test_printed(law, flop, ratio, loss):
    best = optimum(flop, law)
    assert round(best.tokens_per_parameter, 1) == ratio
    assert round(best.loss, 4) == loss


@pytest.mark.outside_data
def test_the_whole_table_to_its_printed_digits():
    if not FRAMEWORK.is_file():
        pytest.skip("the framework file is not here")
    framework = json.loads(FRAMEWORK.read_text(encoding="utf-8"))
    rows = [(law, float(c), row) for law, table in framework["chinchilla_table"].items() for c, row in table.items()]
    assert len(rows) == 18
    for law, flop, row in rows:
        best = optimum(flop, law)
        found = (best.parameters, best.tokens, best.tokens_per_parameter, best.loss)
        printed = (f"{found[0]:.3e}", f"{found[1]:.3e}", f"{found[2]:.1f}", f"{found[3]:.4f}")
        wanted = (f"{row['N']:.3e}", f"{row['D']:.3e}", f"{row['tokens_per_param']:.1f}", f"{row['loss']:.4f}")
        assert printed == wanted, (law, flop)
    for law, parameters in framework["chinchilla_parameters"].items():
        mine = SCALING_LAWS[law]
        assert [mine.floor, mine.a, mine.b, mine.alpha, mine.beta] == list(parameters.values())


@given(budgets, laws, st.floats(0.2, 5))
def test_no_other_split_of_the_budget_has_less_loss(flop, law, shift):
    best = optimum(flop, law)
    assert 6 * best.parameters * best.tokens == pytest.approx(flop)
    assert SCALING_LAWS[law].loss(best.parameters * shift, best.tokens / shift) >= best.loss * (1 - 1e-12)


@given(budgets, laws, st.floats(1.1, 100))
def test_more_compute_is_a_larger_model_on_more_tokens_with_less_loss(flop, law, more):
    small, large = optimum(flop, law), optimum(flop * more, law)
    assert large.parameters > small.parameters
    assert large.tokens > small.tokens
    assert large.loss < small.loss


@given(budgets, st.floats(1, 200))
def test_a_ratio_is_kept(flop, ratio):
    best = optimum_by_ratio(flop, ratio)
    assert best.tokens / best.parameters == pytest.approx(ratio)
    assert 6 * best.parameters * best.tokens == pytest.approx(flop)
    assert best.loss is None


@pytest.mark.parametrize(("flop", "extrapolated"), [(9e17, True), (1e18, False), (1e24, False), (1.1e24, True)])
def test_beyond_the_fit_is_said(flop, extrapolated):
    assert optimum(flop).extrapolated is extrapolated
    assert optimum_by_ratio(flop).extrapolated is extrapolated
