"""Pages of messages to many: write, look at as a recipient, hold, release, follow, stop."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from festival.mail import actions as outbox
from festival.mail.batches import actions, letters, queries, rules
from festival.mail.batches.forms import ChooseGroup, WriteNote, message_form, note_form
from festival.mail.batches.models import MailBatch
from festival.mail.batches.states import (
    LOOKS,
    ORIGIN_NAMES,
    SENTENCES,
    STATE_NAMES,
    BatchState,
)
from festival.mail.showing import mail_page
from festival.mail.states import STATE_NAMES as LETTER_STATE_NAMES
from festival.mail.states import MessageState
from festival.shared.access import Role, current_actor, open_to
from festival.shared.addresses import edition_blueprint, page_asked_for
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused, RuleBroken, StaleVersion
from festival.shared.forms import show_refusal
from festival.shared.languages import LANGUAGES
from festival.shared.work import unit_of_work

blueprint = edition_blueprint("mail_batches", __name__)

ROOT = "/organize/mail/messages"
WORDS = {
    "names": STATE_NAMES,
    "looks": LOOKS,
    "origins": ORIGIN_NAMES,
    "letter_names": LETTER_STATE_NAMES,
    "all_languages": LANGUAGES,
}


@blueprint.get(ROOT)
@open_to(Role.ORGANIZER)
def messages() -> ResponseReturnValue:
    wanted = request.args.get("state", "")
    state = BatchState(wanted) if wanted in set(BatchState) else None
    number = page_asked_for()
    found, last = queries.batches_page(g.edition.id, number, state=state)
    return render_template(
        "mail_batches/messages.html",
        batches=found,
        counts=queries.letter_counts([each.id for each in found]),
        groups=_group_names(found),
        number=number,
        last=last,
        state=state,
        tabs=_tabs(state),
        **WORDS,
    )


@blueprint.route(f"{ROOT}/new", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def begin() -> ResponseReturnValue:
    form = ChooseGroup()
    form.offer(queries.choices_of(g.edition))
    if form.validate_on_submit():
        segment, choice = form.group
        try:
            batch = actions.begin_batch(
                g.edition, segment=segment, choice=choice, actor=current_actor(), now=utc_now()
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(url_for(".write", code=batch.code), 303)
    return render_template("mail_batches/new.html", form=form), 422 if form.errors else 200


@blueprint.route(f"{ROOT}/<code>/edit", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def write(code: str) -> ResponseReturnValue:
    batch = _batch(code)
    languages = queries.languages_of(g.edition)
    form = message_form(batch, languages=languages, choices=queries.choices_of(g.edition))
    if form.validate_on_submit():
        segment, choice = form.group
        try:
            actions.save_batch(
                batch,
                edition=g.edition,
                title=form.title.data or "",
                segment=segment,
                choice=choice,
                texts=form.texts,
                version=form.seen_version,
                actor=current_actor(),
                now=utc_now(),
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        except StaleVersion as stale:
            form.form_errors.append(" ".join(map(_, (stale.sentence, stale.kept, stale.next_step))))
        else:
            flash(_("The message is saved."), "success")
            return redirect(url_for(".message", code=code), 303)
    page = render_template(
        "mail_batches/write.html",
        batch=batch,
        form=form,
        languages=languages,
        segment=queries.segment_of(batch),
        found=queries.addressees(batch, g.edition, now=utc_now()),
        **WORDS,
    )
    return page, 422 if form.errors else 200


@blueprint.get(f"{ROOT}/<code>")
@open_to(Role.ORGANIZER)
def message(code: str) -> ResponseReturnValue:
    """One message: what it says, to whom it goes, and what became of its letters."""
    batch = _batch(code)
    wanted = request.args.get("state", "")
    state = MessageState(wanted) if wanted in set(MessageState) else None
    number = page_asked_for()
    rows, last = queries.letters_page(batch, number, state=state)
    counts = queries.letter_counts([batch.id])[batch.id]
    languages = queries.languages_of(g.edition)
    is_open = batch.is_ours and batch.queued_at is None
    return render_template(
        "mail_batches/message.html",
        batch=batch,
        sentence=SENTENCES[batch.state],
        group=_group_names([batch])[batch.id],
        found=queries.addressees(batch, g.edition, now=utc_now()) if is_open else None,
        languages=languages,
        missing=[each for each in languages if not rules.is_written(batch.texts.get(each))],
        is_ready=rules.is_written(batch.texts.get(languages[0])),
        letters=rows,
        reasons={each.id: _(each.error) if each.error else "" for each in rows},
        letter_tabs=_letter_tabs(batch, counts, state),
        counts=counts,
        total=sum(counts.values()),
        number=number,
        last=last,
        state=state,
        **WORDS,
    )


@blueprint.get(f"{ROOT}/<code>/preview")
@open_to(Role.ORGANIZER)
def preview(code: str) -> ResponseReturnValue:
    """The message as one real recipient will read it.

    ``?to=`` counts them from 1; ``?html=1`` is its HTML part as mail programs show it.
    """
    batch = _ours(code)
    found = queries.addressees(batch, g.edition, now=utc_now())
    last = len(found.recipients)
    number = max(1, min(request.args.get("to", 1, type=int), last))
    recipient = found.recipients[number - 1] if last else None
    mail, facts = letters.rendered_for(batch, recipient) if recipient else (None, None)
    if mail and "html" in request.args:
        return mail_page(mail.html)
    return render_template(
        "mail_batches/preview.html",
        batch=batch,
        recipient=recipient,
        facts=facts,
        mail=mail,
        number=number,
        last=last,
        **WORDS,
    )


@blueprint.get(f"{ROOT}/<code>/recipients")
@open_to(Role.ORGANIZER)
def recipients(code: str) -> ResponseReturnValue:
    """Everybody who gets it if it is released now."""
    batch = _ours(code)
    found = queries.addressees(batch, g.edition, now=utc_now())
    last = max(1, -(-len(found.recipients) // queries.PAGE))
    number = min(page_asked_for(), last)
    first = (number - 1) * queries.PAGE
    default = queries.languages_of(g.edition)[0]
    return render_template(
        "mail_batches/recipients.html",
        batch=batch,
        group=_group_names([batch])[batch.id],
        found=found,
        rows=[
            (place, each, rules.text_for(batch.texts, each.locale, default=default))
            for place, each in enumerate(found.recipients[first : first + queries.PAGE], first + 1)
        ],
        number=number,
        last=last,
        **WORDS,
    )


@blueprint.post(f"{ROOT}/<code>/test")
@open_to(Role.ORGANIZER)
@unit_of_work
def test(code: str) -> ResponseReturnValue:
    count = letters.send_test(
        _ours(code),
        to=current_user.email,
        name=current_user.name,
        subject_mark=_("Test"),
        number=request.form.get("to", 1, type=int),
        now=utc_now(),
    )
    told = ngettext(
        "%(num)s test is on its way to %(address)s.",
        "%(num)s tests, one for each language, are on their way to %(address)s.",
        count,
        address=current_user.email,
    )
    return _told(code, told)


@blueprint.post(f"{ROOT}/<code>/hold")
@open_to(Role.ORGANIZER)
@unit_of_work
def hold(code: str) -> ResponseReturnValue:
    actions.hold(_ours(code), edition=g.edition, actor=current_actor(), now=utc_now())
    return _told(code, _("The message is held. Release it when it is time."))


@blueprint.post(f"{ROOT}/<code>/draft")
@open_to(Role.ORGANIZER)
@unit_of_work
def take_back(code: str) -> ResponseReturnValue:
    actions.take_back(_batch(code), actor=current_actor(), now=utc_now())
    return _told(code, _("The message is a draft again."))


@blueprint.post(f"{ROOT}/<code>/release")
@open_to(Role.ORGANIZER)
@unit_of_work
def release(code: str) -> ResponseReturnValue:
    """Only of the words that the page showed when the button was pressed."""
    actions.release(
        _batch(code),
        edition=g.edition,
        version=request.form.get("version", 0, type=int),
        actor=current_actor(),
        now=utc_now(),
    )
    return _told(code, _("The message is released. This page shows how far it has come."))


@blueprint.post(f"{ROOT}/<code>/stop")
@open_to(Role.ORGANIZER)
@unit_of_work
def stop(code: str) -> ResponseReturnValue:
    count = actions.stop(_batch(code), actor=current_actor(), now=utc_now())
    told = ngettext(
        "Stopped. %(num)s letter had not left yet and waits here.",
        "Stopped. %(num)s letters had not left yet and wait here.",
        count,
    )
    return _told(code, told)


@blueprint.post(f"{ROOT}/<code>/discard")
@open_to(Role.ORGANIZER)
@unit_of_work
def discard(code: str) -> ResponseReturnValue:
    actions.discard(_batch(code), actor=current_actor(), now=utc_now())
    return _told(code, _("The message is thrown away. Nobody receives it any more."))


@blueprint.post(f"{ROOT}/<code>/copy")
@open_to(Role.ORGANIZER)
@unit_of_work
def copy(code: str) -> ResponseReturnValue:
    made = actions.copy_batch(_batch(code), edition=g.edition, actor=current_actor(), now=utc_now())
    flash(_("Here is the copy. Nobody receives it until you release it."), "success")
    return redirect(url_for(".write", code=made.code), 303)


@blueprint.post(f"{ROOT}/<code>/try-again")
@open_to(Role.ORGANIZER)
@unit_of_work
def try_again(code: str) -> ResponseReturnValue:
    count = outbox.try_all_again(
        edition_id=g.edition.id, batch_id=_batch(code).id, actor=current_actor(), now=utc_now()
    )
    told = ngettext(
        "%(num)s letter is in the queue again.", "%(num)s letters are in the queue again.", count
    )
    return _told(code, told)


@blueprint.route(f"{ROOT}/<code>/introduction", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def introduce(code: str) -> ResponseReturnValue:
    """Words above all letters of a pile that another room wrote."""
    batch = _batch(code)
    if batch.is_ours:
        abort(404)
    form: WriteNote = note_form(batch, languages=queries.languages_of(g.edition))
    if form.validate_on_submit():
        try:
            actions.write_note(
                batch,
                note=form.note,
                version=form.seen_version,
                actor=current_actor(),
                now=utc_now(),
            )
        except StaleVersion as stale:
            form.form_errors.append(" ".join(map(_, (stale.sentence, stale.kept, stale.next_step))))
        except RuleBroken as broken:
            form.form_errors.append(broken.spoken(_))
        else:
            return _told(code, _("The introduction is saved."))
    page = render_template("mail_batches/introduce.html", batch=batch, form=form, **WORDS)
    return page, 422 if form.errors else 200


def _batch(code: str) -> MailBatch:
    return queries.find_batch(g.edition.id, code) or abort(404)


def _ours(code: str) -> MailBatch:
    """A message that an organizer wrote; letters of another origin have other pages."""
    found = _batch(code)
    return found if found.is_ours else abort(404)


def _told(code: str, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for(".message", code=code), 303)


def _group_names(batches: Sequence[MailBatch]) -> dict[int, str]:
    """Batch → "Bookers of a session: Bookbinding", or where its letters come from."""
    labels = queries.choice_labels(batches, g.edition)
    names = {}
    for batch in batches:
        found = queries.segment_of(batch)
        name = _(found.name) if found else _(ORIGIN_NAMES[batch.origin])
        names[batch.id] = f"{name}: {labels[batch.id]}" if labels[batch.id] else name
    return names


def _tabs(chosen: BatchState | None) -> list[dict[str, object]]:
    counts = queries.batches_by_state(g.edition.id)
    states: list[tuple[BatchState | None, str, int]] = [
        (None, _("All"), sum(counts.values())),
        *((state, _(STATE_NAMES[state]), counts[state]) for state in BatchState),
    ]
    return [
        {
            "label": label,
            "href": url_for(".messages", state=state),
            "is_current": state == chosen,
            "note": count,
        }
        for state, label, count in states
    ]


def _letter_tabs(
    batch: MailBatch, counts: queries.Counts, chosen: MessageState | None
) -> list[dict[str, object]]:
    """All letters, then each state that some of them are in."""
    states: list[tuple[MessageState | None, str, int]] = [
        (None, _("All"), sum(counts.values())),
        *((state, _(LETTER_STATE_NAMES[state]), count) for state, count in counts.items() if count),
    ]
    return [
        {
            "label": label,
            "href": url_for(".message", code=batch.code, state=state),
            "is_current": state == chosen,
            "note": count,
        }
        for state, label, count in states
    ]
