"""Pages of the room."""

from __future__ import annotations

from festival.portal.views import interest as interest
from festival.portal.views import leads as leads
from festival.portal.views import pass_office as pass_office
from festival.portal.views import passes as passes
from festival.portal.views.room import blueprint as blueprint
