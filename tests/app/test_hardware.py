"""Hardware: four views, each the library's figures, all of it in the address."""

from __future__ import annotations

import pytest

from app.components.chip_figures import chip_chart, chip_points
from app.components.figure import chart_svg
from app.components.own_table_views import cover_chart, determinism_chart
from app.components.portability_views import share_panels, slowdown_chart, slowdown_table
from app.components.share_chart import share_chart
from governance.compute.chip_card import chip_table, count_chips
from governance.compute.chip_measures import chip_limits
from governance.compute.determinism import EXAMPLE as TIMINGS
from governance.compute.determinism import determinism_rows, read_timings
from governance.compute.device_cover import (
    EXAMPLE,
    EXAMPLE_PRICES,
    cheapest_devices,
    cover_rows,
    read_matrix,
    read_prices,
)
from governance.compute.portability import Above, Slowdown, portability


def said(app):
    return " ".join(one.value for one in app.markdown)


def url(app, name):
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def test_the_classes_are_the_librarys(open_at, connection):
    app = open_at("hardware")
    assert not app.exception
    counts = count_chips(chip_table(connection))
    assert f"**{counts.classes['3A090.a']} of {counts.total}** chips reach 3A090.a, **9** 3A090.b" in said(app)


def test_filters_and_a_card_in_the_address(open_at):
    query = {"maker": "NVIDIA~AMD", "class": "3A090.a", "years": "2022..", "chip": "nvidia-h100-sxm5-80gb"}
    app = open_at("hardware", **query, cluster="100k")
    assert not app.exception
    assert not app.error
    assert app.multiselect(key="maker").value == ["NVIDIA", "AMD"]
    assert {name: url(app, name) for name in query} == query
    assert "Performance 15,832 is at or above 4,800" in said(app).replace("\\", "")
    reach = next(one.value for one in app.dataframe if "bits" in one.value).set_index("format")
    assert reach.loc["bf16", "chips for 1e20 OP/s"] == 101_072
    assert reach.loc["bf16", "days to 1e26 FLOP"] == pytest.approx(29.25, abs=0.01)


def test_widgets_set_the_address(open_at):
    app = open_at("hardware")
    app.multiselect(key="class").set_value(["3A090.b"]).run()
    assert url(app, "class") == "3A090.b"
    assert "**0 of 9** chips reach 3A090.a" in said(app)
    app.selectbox(key="chip").set_value("nvidia-h100-sxm5-80gb").run()
    assert url(app, "chip") == "nvidia-h100-sxm5-80gb"


@pytest.mark.parametrize(
    ("query", "what"),
    [
        pytest.param({"show": "all"}, "is not known", id="view"),
        pytest.param({"maker": "Acme"}, "is not known", id="maker"),
        pytest.param({"chip": "<script>"}, "is not known", id="chip"),
        pytest.param({"years": "soon"}, "is no range of years", id="years"),
        pytest.param({"utilisation": "20-40%"}, "is a range", id="range"),
        pytest.param({"cluster": "many"}, "many", id="cluster"),
    ],
)
def test_odd_values_are_explained_and_the_page_stays(open_at, query, what):
    app = open_at("hardware", **query)
    assert not app.exception
    assert what in app.error[0].value
    assert "**64 of 176**" in said(app)


def test_no_chip_left_says_why(open_at):
    app = open_at("hardware", maker="AMD", years="2008")
    assert "No chip meets every filter" in app.info[0].value


@pytest.mark.parametrize(
    ("lost", "answer"),
    [
        ("complete_and_partial", "**50% of 64 functions** on a TPU (38% to 62%); the paper says 44%"),
        ("without_gradient_checks", "**44% of 64 functions** on a TPU (32% to 56%); the paper says 44%"),
        ("complete", "**22% of 64 functions**"),
    ],
)
def test_portability_by_what_lost_means(open_at, lost, answer):
    app = open_at("hardware", show="portability", lost=lost)
    assert not app.exception
    assert answer in said(app)
    assert "touchstone import portability" in app.info[0].value


def test_the_example_is_worked_out_and_own_tables_replace_it(open_at):
    app = open_at("hardware", show="cover")
    assert "In the example, **cpu, tpu** at **1.6** run 4 of 5 functions; gpu alone costs 2.5" in said(app)
    assert "sparse" in app.warning[0].value
    app.text_area(key="matrix-text").set_value("function,device,works\nfft,gpu,yes\n").run()
    assert "'cpu' is not in the matrix" in app.error[0].value
    app.text_area(key="prices-text").set_value("device,price\ngpu,2\n").run()
    assert "**gpu** at **2** run 1 of 1 functions." in said(app)
    assert "In the example" not in said(app)


def test_what_was_pasted_outlives_a_change_of_view(open_at):
    app = open_at("hardware", show="determinism")
    own = "function,default_seconds,deterministic_seconds\nfft,1,2\n"
    app.text_area(key="timings-text").set_value(own).run()
    assert "**2.00 times** as long, too few for an interval" in said(app)
    app.button_group(key="show").set_value("cover").run()
    app.button_group(key="show").set_value("determinism").run()
    assert app.text_area(key="timings-text").value == own


def test_a_bad_table_is_explained_and_stays(open_at):
    app = open_at("hardware", show="determinism")
    app.text_area(key="timings-text").set_value("function\nfft\n").run()
    assert not app.exception
    assert "there is no column" in app.error[0].value.lower()
    assert app.text_area(key="timings-text").value == "function\nfft\n"


def test_figures_draw(connection):
    table, limits = chip_table(connection), chip_limits(connection)
    points = chip_points(table)
    assert points.height == 171
    drawn = chart_svg(chip_chart(points, limits, "nvidia-h100-sxm5-80gb"))
    for words in ("3A090.a: from 4,800", "3A090.b", "die not stated"):
        assert words in drawn
    assert "paper: 44%" in chart_svg(share_chart(share_panels(portability(connection)), ["functions lost"]))
    matrix = read_matrix(EXAMPLE)
    assert "sparse_softmax" in chart_svg(
        cover_chart(cover_rows(matrix, cheapest_devices(matrix, read_prices(EXAMPLE_PRICES))))
    )
    assert "scatter_add" in chart_svg(determinism_chart(determinism_rows(read_timings(TIMINGS))))


def test_slowdowns_draw():
    above = (Above(factor=1.0, count=9, share=0.9, low=0.6, high=0.98),)
    quantiles = {0.05: 0.5, 0.25: 1.0, 0.5: 2.0, 0.75: 5.0, 0.95: 30.0}
    found = [Slowdown(framework="jax", gpu_run="T4", n=10, quantiles=quantiles, above=above)]
    assert slowdown_table(found).row(0, named=True)["above 1x"] == 0.9
    assert "JAX, T4" in chart_svg(slowdown_chart(found))
