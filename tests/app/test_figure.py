"""A figure: shown with its words, and downloadable in the light colours whatever the reader's mode."""

from __future__ import annotations

import altair as alt
import polars as pl
import pytest
from altair.utils import schemapi
from streamlit.testing.v1 import AppTest

from app.components.figure import chart_png, chart_spec, chart_svg
from app.components.quick_charts import build_quickly, unchecked
from app.theme import LIGHT

TABLE = pl.DataFrame({"use": ["commercial", "unspecified"], "datasets": [3, 2]})


def bars(colours):
    return (
        alt.Chart(alt.Data(values=TABLE.to_dicts()))
        .mark_bar(color=colours.good)
        .encode(x=alt.X("datasets:Q", title="datasets"), y="use:N")
    )


def test_downloads_are_images_in_light_colours():
    assert chart_png(bars).startswith(b"\x89PNG")
    drawn = chart_svg(bars)
    assert drawn.startswith("<svg")
    assert LIGHT.good.lower() in drawn.lower()


@pytest.mark.parametrize("shape", ["layer", "facet"])
def test_any_shape_of_chart_can_be_downloaded(shape):
    def draw(colours):
        one = bars(colours)
        return one + one.mark_text() if shape == "layer" else one.facet("use:N")

    assert chart_spec(draw)["config"]["background"] == LIGHT.background
    assert chart_svg(draw).startswith("<svg")


def test_what_is_built_quickly_is_what_altair_builds():
    def draw():
        one = bars(LIGHT).encode(
            tooltip=["use:N"], opacity=alt.condition("datum.datasets > 2", alt.value(1), alt.value(0))
        )
        return alt.layer(one, one.mark_text().encode(x=alt.value(4), text="use:N")).properties(height=90)

    quick = unchecked(draw()).to_dict()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schemapi, "_FromDict", schemapi._FromDict.__bases__[0])
        schemapi.enable_debug_mode()
        slow = draw().to_dict()
    build_quickly()
    assert quick == slow
    assert quick["layer"][1]["encoding"]["x"] == {"value": 4}


def test_a_chart_against_the_schema_is_refused_where_it_is_checked():
    def draw(colours):
        return bars(colours).encode(opacity=alt.Opacity("datasets:Q", title={"no": "title"}))

    with pytest.raises(schemapi.SchemaValidationError):
        chart_spec(draw)
    assert unchecked(draw(LIGHT)).to_dict()["encoding"]["opacity"]["title"] == {"no": "title"}


def figure_page():
    import altair
    import polars

    from app.components.figure import figure

    table = polars.DataFrame({"use": ["commercial"], "datasets": [3]})

    def draw(colours):
        values = altair.Data(values=table.to_dicts())
        return altair.Chart(values).mark_bar(color=colours.good).encode(x="datasets:Q", y="use:N")

    figure(draw, title="Datasets by use", alt="One bar", caption="n = 3", table=table, key="uses")


def test_figure_shows_caption_table_and_three_downloads():
    app = AppTest.from_function(figure_page).run()
    assert not app.exception
    assert app.caption[0].value == "n = 3"
    assert app.dataframe[0].value.shape == (1, 2)
    assert [button.label for button in app.get("download_button")] == ["PNG", "SVG", "CSV"]
