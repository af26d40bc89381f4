"""Pages of the room: signing in, links, the own account, the team of an edition, all people."""

from __future__ import annotations

from festival.accounts.views import account as account
from festival.accounts.views import links as links
from festival.accounts.views import people as people
from festival.accounts.views import sign_in as sign_in
from festival.accounts.views import team_pages as team_pages
from festival.accounts.views.room import blueprint as blueprint
from festival.accounts.views.room import team as team
