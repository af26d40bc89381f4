"""Pages of the room: the outbox, what a recipient wants, what every mail looks like."""

from __future__ import annotations

from festival.mail.views import choices as choices
from festival.mail.views import outbox as outbox
from festival.mail.views import previews as previews
from festival.mail.views.room import blueprint as blueprint
from festival.mail.views.room import everything as everything
