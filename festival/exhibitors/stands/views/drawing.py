"""The drawing board: plans, rows of stands, one stand, and all of them in a table of numbers."""

from __future__ import annotations

from flask import (
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.exhibitors.stands import actions, queries
from festival.exhibitors.stands.actions.plans import place_of
from festival.exhibitors.stands.drawings import looks_like_svg, remade_drawing
from festival.exhibitors.stands.forms import PlanForm, RowForm, VersionForm, centimetres, metres
from festival.exhibitors.stands.models import FloorPlan, Stand
from festival.exhibitors.stands.rules.drawing import Place, overlaps
from festival.exhibitors.stands.views.room import (
    asked_zoom,
    background_href,
    blueprint,
    circuit_choices,
    class_choices,
    office_address,
    places_choices,
    plan_or_404,
    shapes_of,
)
from festival.shared.access import Role, Who, current_actor, has_role, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import clean_line, show_refusal
from festival.shared.pictures import StoredPicture, store_picture
from festival.shared.work import unit_of_work

POLICY = "default-src 'none'; sandbox"
FIELDS = ("x", "y", "width", "depth")


@blueprint.route("/organize/stands/plans/new", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def new_plan() -> ResponseReturnValue:
    """A new plan, with its circuits and its background."""
    form = _plan_form()
    if form.validate_on_submit() and (circuits := form.circuit_watts()) is not None:
        try:
            picture, drawing = _background(form)
            row = actions.make_plan(
                g.edition, form.values(circuits), actor=current_actor(), now=utc_now()
            )
            row.picture, row.drawing = picture, drawing
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("The plan is made. Now draw stands on it."), "success")
            return redirect(url_for("stands.plan", code=row.code), 303)
    status = 422 if form.is_submitted() else 200
    return render_template("exhibitors/stands/plan_form.html", form=form, plan=None), status


@blueprint.route("/organize/stands/plans/<code>/edit", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def edit_plan(code: str) -> ResponseReturnValue:
    """Size, place, circuits, background; who sees it."""
    row = plan_or_404(code)
    form = _plan_form()
    if not form.is_submitted():
        form.fill_from(row)
    elif form.validate_on_submit() and (circuits := form.circuit_watts()) is not None:
        try:
            picture, drawing = _background(form)
            actions.change_plan(
                row, form.values(circuits), version=form.opened_version, picture=picture,
                drawing=drawing, drop_background=form.drop_background.data,
                actor=current_actor(), now=utc_now(),
            )  # fmt: skip
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("The plan is saved."), "success")
            return redirect(url_for("stands.plan", code=row.code), 303)
    status = 422 if form.is_submitted() else 200
    return render_template("exhibitors/stands/plan_form.html", form=form, plan=row), status


@blueprint.post("/organize/stands/plans/<code>/remove")
@open_to(Role.ORGANIZER)
@unit_of_work
def remove_plan(code: str) -> ResponseReturnValue:
    actions.remove_plan(plan_or_404(code), actor=current_actor(), now=utc_now())
    flash(_("The plan is gone."), "success")
    return redirect(url_for("stands.overview"), 303)


@blueprint.route("/organize/stands/plans/<code>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def plan(code: str) -> ResponseReturnValue:
    """The plan with its stands and the list beside; the form draws another row."""
    row = plan_or_404(code)
    form = RowForm()
    form.offer(circuits=circuit_choices(row), classes=class_choices())
    if form.validate_on_submit():
        try:
            made = actions.add_row(
                row, form.start(), form.properties(), prefix=form.prefix.data,
                first=form.first.data, count=form.count.data, gap=form.gap_cm.data,
                is_down=form.direction.data == "down", actor=current_actor(), now=utc_now(),
            )  # fmt: skip
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("%(count)s stands are drawn.", count=len(made)), "success")
            return redirect(url_for("stands.plan", code=row.code), 303)
    hall = queries.hall_of(g.edition.id)
    page = render_template(
        "exhibitors/stands/plan.html",
        plan=row,
        form=form,
        shapes=shapes_of(row.stands, address=office_address),
        background=background_href(row),
        zoom=asked_zoom(),
        uses=queries.uses_of(hall, plan_id=row.id),
        overlaps=overlaps(queries.stand_facts(each) for each in row.stands),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/organize/stands/plans/<code>/draw", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def draw(code: str) -> ResponseReturnValue:
    """All stands by their numbers; with JavaScript they are moved by pointer and by keys."""
    row = plan_or_404(code)
    form = VersionForm()
    if not form.is_submitted():
        return _board(row, form, status=200)
    sent, wrong = _sent_places(row)
    if wrong:
        form.form_errors.append(
            _("Give metres with at most two digits after the point: %(wrong)s.",
              wrong=", ".join(wrong[:12]))
        )  # fmt: skip
    if not form.validate_on_submit() or wrong:
        return _board(row, form, status=422)
    try:
        moved = actions.move_stands(
            row, sent, version=form.opened_version, actor=current_actor(), now=utc_now()
        )
    except FieldRefused as refusal:
        show_refusal(form, refusal)
        return _board(row, form, status=422)
    except actions.LayoutChanged as changed:
        page = render_template(
            "exhibitors/stands/layout_changed.html", plan=row, differences=changed.differences
        )
        return page, 409
    flash(_("%(moved)s stands were moved.", moved=moved) if moved else _("Nothing was moved."),
          "success")  # fmt: skip
    return redirect(url_for("stands.plan", code=row.code), 303)


@blueprint.get("/stands/<code>/background.svg")
@open_to(Who.EVERYBODY)
def background(code: str) -> ResponseReturnValue:
    """Our copy of a drawing; only organizers see that of a plan that is not public."""
    row = plan_or_404(code, only_public=not has_role(Role.ORGANIZER))
    if not row.drawing:
        abort(404)
    response = Response(row.drawing, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _plan_form() -> PlanForm:
    form = PlanForm()
    form.place.choices = places_choices()
    return form


def _background(form: PlanForm) -> tuple[StoredPicture | None, str]:
    """What was uploaded, made anew: a picture's row or a drawing's text; neither without one."""
    upload = form.background.data
    if not upload or not upload.filename:
        return None, ""
    data = upload.read()
    if looks_like_svg(data):
        return None, remade_drawing(data)
    picture = store_picture(
        data,
        media_folder=current_app.config["SETTINGS"].media_folder,
        now=utc_now(),
        original_name=upload.filename,
        edition_id=g.edition.id,
        field="background",
    )
    return picture, ""


def _typed(stand: Stand) -> dict[str, str]:
    """What stands in the number fields of a stand: what was sent, else what is saved."""
    place = place_of(stand)
    saved = {
        "x": metres(place.x), "y": metres(place.y), "width": metres(place.width),
        "depth": metres(place.depth), "turned": "on" if place.rotation else "",
    }  # fmt: skip
    if f"{stand.code}-x" not in request.form:
        return saved
    return {name: clean_line(request.form.get(f"{stand.code}-{name}"))[:20] for name in saved}


def _board(row: FloorPlan, form: VersionForm, *, status: int) -> ResponseReturnValue:
    form.version.data = form.version.data if form.is_submitted() else str(row.version)
    page = render_template(
        "exhibitors/stands/draw.html",
        plan=row,
        form=form,
        typed={each.code: _typed(each) for each in row.stands},
        shapes=shapes_of(row.stands, address=office_address),
        background=background_href(row),
    )
    return page, status


def _sent_places(row: FloorPlan) -> tuple[dict[str, Place], list[str]]:
    """Code → place from the numbers of the form, and the numbers of stands that are unreadable."""
    found, wrong = {}, []
    for each in row.stands:
        typed = [request.form.get(f"{each.code}-{name}") for name in FIELDS]
        if None in typed:
            continue
        lengths = [centimetres(text or "") for text in typed]
        if None in lengths:
            wrong.append(each.number)
            continue
        x, y, width, depth = (length or 0 for length in lengths)
        turned = request.form.get(f"{each.code}-turned") is not None
        found[each.code] = Place(x, y, width, depth, 90 if turned else 0)
    return found, wrong
