"""Pages of the room."""

from __future__ import annotations

from festival.portal.views import activities as activities
from festival.portal.views import gates as gates
from festival.portal.views import home as home
from festival.portal.views import interest as interest
from festival.portal.views import leads as leads
from festival.portal.views import own_calendar as own_calendar
from festival.portal.views import own_slots as own_slots
from festival.portal.views import pack as pack
from festival.portal.views import pack_office as pack_office
from festival.portal.views import pass_office as pass_office
from festival.portal.views import passes as passes
from festival.portal.views import public_face as public_face
from festival.portal.views import slots as slots
from festival.portal.views.own_calendar import exhibitor_feeds as exhibitor_feeds
from festival.portal.views.room import blueprint as blueprint
