"""Whose findings can be checked here?"""

from __future__ import annotations

from app.components.paper_kind import PAPER_PANEL
from app.components.paper_views import papers_view
from app.components.selection_panel import selection_panel

papers_view(selection_panel(PAPER_PANEL))
