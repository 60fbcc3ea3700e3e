"""How much worse is it in other languages, and whom do some languages reach?"""

from __future__ import annotations

from app.components.culture_views import culture_view, people_view
from app.components.feedback import show_error
from app.components.language_views import Head, coverage_view, languages_view, show_input
from app.components.reach_views import reach_view
from app.components.set_chooser import choose_set
from governance.errors import TouchstoneError

DRAW = {"languages": languages_view, "culture": culture_view, "coverage": coverage_view, "people": people_view}

show = show_input()
try:
    if show in DRAW:
        DRAW[show](choose_set("scores", default="mteb-results"))
    else:
        reach_view()
except TouchstoneError as error:
    Head(
        "**These scores cannot be compared yet.**" if show in DRAW else "**Who speaks what is not known here.**"
    ).draw()
    show_error(error)
