"""Pages of the review: reviewers, preparation, deciding, rounds, questions, the applicant."""

from __future__ import annotations

from festival.exhibitors.reviewing.views import applicant as applicant
from festival.exhibitors.reviewing.views import deciding as deciding
from festival.exhibitors.reviewing.views import preparing as preparing
from festival.exhibitors.reviewing.views import rounds as rounds
from festival.exhibitors.reviewing.views import scoring as scoring
from festival.exhibitors.reviewing.views import talking as talking
from festival.exhibitors.reviewing.views import trying as trying
from festival.exhibitors.reviewing.views.room import blueprint as blueprint
