"""Pages: the office of stands, the drawing board, giving stands, proposals, the public plan."""

from __future__ import annotations

from festival.exhibitors.stands.views import drawing as drawing
from festival.exhibitors.stands.views import giving as giving
from festival.exhibitors.stands.views import office as office
from festival.exhibitors.stands.views import proposals as proposals
from festival.exhibitors.stands.views import public as public
from festival.exhibitors.stands.views.room import blueprint as blueprint
