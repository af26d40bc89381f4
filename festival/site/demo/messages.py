"""Messages of the organizers: one that has left, one that is held, one being written."""

from __future__ import annotations

from festival.extensions import db
from festival.mail.batches import actions, letters
from festival.mail.batches.models import MailBatch
from festival.shared.tasks import Task, TaskState
from festival.site.demo.stage import Stage
from festival.visitors.models import Booking, Registration
from festival.visitors.states import BookingState

SET_UP = {
    "en": {
        "subject": "Setting up: what {organization} should know",
        "body": (
            "Hello {name},\n\nthe halls open for you on the day before at 14:00 and close at "
            "20:00. Come in by the yard; the crew at the gate has your name.\n\nPlease bring your "
            "own extension leads. This is how the catalogue shows you:\n{link}\n\nWe look forward "
            "to you!"
        ),
    },
    "fr": {
        "subject": "Installation : ce que {organization} doit savoir",
        "body": (
            "Bonjour {name},\n\nles salles vous sont ouvertes la veille de 14 h à 20 h. Entrez par "
            "la cour, l’équipe à l’entrée a votre nom.\n\nApportez vos rallonges, s’il vous plaît. "
            "Voici votre page dans le catalogue :\n{link}\n\nÀ bientôt !"
        ),
    },
    "ar": {
        "subject": "التجهيز: ما يهم {organization}",
        "body": (
            "مرحبا {name}،\n\nتفتح القاعات لكم في اليوم السابق من الساعة 14:00 حتى 20:00. "
            "الدخول من الفناء، وأسماؤكم لدى الفريق عند البوابة.\n\n"
            "نرجو إحضار وصلات الكهرباء معكم. هذه صفحتكم في الدليل:\n{link}\n\nنتطلع إلى لقائكم!"
        ),
    },
}
APRON = {
    "en": {
        "subject": "{session}: wear something old",
        "body": (
            "Hello {name},\n\nwhat we work with does not wash out. Please wear something old on "
            "{when} in {place}, or bring an apron for everybody who comes with you.\n\nWe have "
            "written down this number of places for you: {people}. If you need fewer, please give "
            "some back; others wait for them."
        ),
    },
    "fr": {
        "subject": "{session} : mettez de vieux habits",
        "body": (
            "Bonjour {name},\n\nnos couleurs ne partent pas au lavage. Pensez à un tablier pour "
            "chacun : {when}, {place}.\n\nNombre de places à votre nom : {people}. S’il vous en "
            "faut moins, rendez-en : d’autres en voudraient."
        ),
    },
}
CITIES = {"en": {"subject": "Thank you, {city}", "body": ""}}


def write_messages(stage: Stage) -> None:
    """One message in each of the three states that an organizer meets first."""
    sent = _written(stage, "accepted_exhibitors", title="Setting up", texts=SET_UP, day=-6)
    now = stage.at(-6, 11)
    actions.release(sent, edition=stage.edition, version=sent.version, actor=stage.actor, now=now)
    letters.queue_batch(sent, now=now)
    _the_worker_is_done(sent)
    booked = _most_booked(stage)
    held = _written(stage, "bookers", choice=booked, title="Aprons", texts=APRON, day=-1)
    actions.hold(held, edition=stage.edition, actor=stage.actor, now=stage.at(-1, 17))
    _written(stage, "all_twin_cities", title="", texts=CITIES, day=0)


def _most_booked(stage: Stage) -> str:
    """The time for which most households with an address have booked."""
    number = db.session.scalars(
        db.select(Booking.occurrence_id)
        .join(Booking.registration)
        .where(
            Registration.edition_id == stage.edition.id,
            Registration.email != "",
            Booking.state == BookingState.BOOKED,
        )
        .group_by(Booking.occurrence_id)
        .order_by(db.func.count().desc(), Booking.occurrence_id)
        .limit(1)
    ).one()
    return str(number)


def _written(
    stage: Stage,
    segment: str,
    *,
    choice: str = "",
    title: str,
    texts: dict[str, dict[str, str]],
    day: int,
) -> MailBatch:
    now = stage.at(day, 8)
    batch = actions.begin_batch(
        stage.edition, segment=segment, choice=choice, actor=stage.actor, now=now
    )
    actions.save_batch(
        batch,
        edition=stage.edition,
        title=title,
        segment=segment,
        choice=choice,
        texts=texts,
        version=batch.version,
        actor=stage.actor,
        now=now,
    )
    return batch


def _the_worker_is_done(batch: MailBatch) -> None:
    """The sample writes the letters itself, so that nothing is left for a worker to do."""
    task = db.session.scalars(
        db.select(Task).where(Task.key == f"mail_batch:{batch.code}:{batch.version}")
    ).one()
    task.state, task.finished_at = TaskState.DONE, task.created_at
