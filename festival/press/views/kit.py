"""The kit as one file, and the office's look into it."""

from __future__ import annotations

from flask import abort, current_app, g, send_file
from flask.typing import ResponseReturnValue

from festival.extensions import limiter
from festival.press.facts import fact_sheet
from festival.press.kit import kit_paths, plan_kit
from festival.press.kit_shelf import find_kit, kept_kit
from festival.press.states import PAPER_NAMES
from festival.press.views.doors import blueprint, file_stem, instance_folder, page
from festival.shared.access import Role, Who, open_to
from festival.shared.clock import utc_now


@blueprint.get("/press/kit.zip")
@open_to(Who.EVERYBODY)
@limiter.limit("30/minute")
def kit() -> ResponseReturnValue:
    now = utc_now()
    plan = plan_kit(g.edition, now=now)
    if plan.is_blocked:
        abort(404)
    found = kept_kit(
        plan,
        instance=instance_folder(),
        public_url=current_app.config["SETTINGS"].public_url,
        now=now,
    )
    answer = send_file(
        found.path,
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"press-kit-{file_stem()}-v{plan.programme.version}.zip",
        etag=found.etag,
        max_age=0,
    )
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@blueprint.get("/organize/press/kit")
@open_to(Role.ORGANIZER, Role.PRESS_OFFICER)
def kit_preview() -> ResponseReturnValue:
    now = utc_now()
    plan = plan_kit(g.edition, now=now)
    return page(
        "kit_preview",
        plan=plan,
        paths=kit_paths(plan),
        facts=fact_sheet(g.edition, now=now),
        built=None if plan.is_blocked else find_kit(plan, instance=instance_folder()),
        paper_names=PAPER_NAMES,
    )
