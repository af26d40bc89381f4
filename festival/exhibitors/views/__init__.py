"""Pages of the room: the catalogue, applying, the exhibitor's own page, the organizers' office."""

from __future__ import annotations

from festival.exhibitors.views import answers as answers
from festival.exhibitors.views import applying as applying
from festival.exhibitors.views import calls as calls
from festival.exhibitors.views import catalogue as catalogue
from festival.exhibitors.views import catalogue_office as catalogue_office
from festival.exhibitors.views import links as links
from festival.exhibitors.views import office as office
from festival.exhibitors.views import organizations as organizations
from festival.exhibitors.views import own as own
from festival.exhibitors.views import papers as papers
from festival.exhibitors.views import steps as steps
from festival.exhibitors.views import talking as talking
from festival.exhibitors.views.room import blueprint as blueprint
