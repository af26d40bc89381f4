"""The room's blueprint, and the words of its templates."""

from __future__ import annotations

from typing import Any

from flask_login import current_user

from festival.evaluation.returns import words
from festival.evaluation.returns.states import (
    METHOD_HINTS,
    STANDING_ACCENTS,
    STANDING_NAMES,
)
from festival.shared.access import Role
from festival.shared.addresses import edition_blueprint

blueprint = edition_blueprint("returns", __name__)


@blueprint.context_processor
def room_words() -> dict[str, Any]:
    """Message ids are spoken in the templates by ``_(…)``."""
    return {
        "words": words,
        "method_hints": METHOD_HINTS,
        "standing_names": STANDING_NAMES,
        "standing_accents": STANDING_ACCENTS,
    }


def speaks_for(organization_id: int) -> bool:
    """Whether the signed-in person is one of the organization's own."""
    return current_user.is_authenticated and any(
        grant.role == Role.EXHIBITOR and grant.organization_id == organization_id
        for grant in current_user.grants
    )
