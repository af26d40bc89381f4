"""Team passes of the sample exhibitors: most are named, some are missing, one was lost."""

from __future__ import annotations

import random

from festival.exhibitors.models import Application
from festival.exhibitors.states import PROMISED
from festival.portal.passes.actions import name_pass, settle_terms, take_pass_back
from festival.portal.passes.queries import quota_of
from festival.site.demo.names import invent_name
from festival.site.demo.stage import Stage

OWN = "bindery"
"""Whose people can sign in: one pass is named, the others are still to do."""
WITHOUT = 3
"""Every third exhibitor has named nobody yet."""


def name_teams(stage: Stage, applications: dict[str, Application]) -> int:
    """Up to two for each; only the own exhibitor's are mailed.  How many are named."""
    settle_terms(
        stage.edition, most_by_default=6, name_by=stage.edition.starts_on, actor=stage.actor,
        now=stage.at(-30, 9),
    )  # fmt: skip
    named = 0
    for number, (key, row) in enumerate(applications.items()):
        if row.state not in PROMISED or (key != OWN and number % WITHOUT == 0):
            continue
        rng = random.Random(row.organization.name)
        most = 1 if key == OWN else min(2, quota_of(row).granted)
        for _ in range(most):
            name, _language = invent_name(rng)
            made = name_pass(
                row, name=name, email=f"team@{key}.example" if key == OWN else "",
                language=row.language, actor=stage.actor, now=stage.at(-9, 15),
            )  # fmt: skip
            named += 1
    take_pass_back(made, actor=stage.actor, now=stage.at(-2, 15))
    return named - 1
