"""Did the models change, or the scorer?"""

from __future__ import annotations

from app.components.feedback import show_error
from app.components.frame import page_header
from app.components.rescoring_views import QUESTION, rescoring_view
from app.components.set_chooser import choose_set
from governance.errors import TouchstoneError

opened = choose_set("scores", default="toxicity-helm")
try:
    rescoring_view(opened)
except TouchstoneError as error:
    page_header(QUESTION, "**These scorings cannot be compared yet.**")
    show_error(error)
