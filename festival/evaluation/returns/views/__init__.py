"""Pages of the room, by theme."""

from festival.evaluation.returns.views import filing as filing
from festival.evaluation.returns.views import office as office
from festival.evaluation.returns.views.room import blueprint as blueprint
