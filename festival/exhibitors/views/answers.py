"""Everything that applicants answered to the questions of a call, as a table."""

from __future__ import annotations

from collections.abc import Iterator

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from festival.exhibitors.calls.answers import answer_text
from festival.exhibitors.calls.models import Call, Question
from festival.exhibitors.calls.queries import asked_of, find_call
from festival.exhibitors.calls.rules import shown_questions
from festival.exhibitors.calls.states import QuestionKind
from festival.exhibitors.models import Application
from festival.exhibitors.reviewing.queries import answered
from festival.exhibitors.states import NAMES
from festival.exhibitors.views.room import blueprint, kind_or_404, reading_languages, words
from festival.shared.access import Role, open_to
from festival.shared.tables import Cell, csv_response


@blueprint.get("/organize/calls/<kind>/answers.csv")
@open_to(Role.ORGANIZER)
def answers_table(kind: str) -> ResponseReturnValue:
    """A row for each application that was handed in, a column for each question.

    Whoever is not impartial about an application does not find it here either.
    """
    call = find_call(g.edition, kind=kind_or_404(kind))
    if call is None:
        abort(404)
    name = f"answers-{call.kind.value}-{g.edition.festival.slug}-{g.edition.slug}"
    known = [_("Code"), _("State"), _("Organization")]
    columns = [*known, *(words(each.labels) for each in call.questions)]
    rows = answered(call, person_id=current_user.person_id)
    return csv_response(name, columns=columns, rows=_cells(call, rows))


def _cells(call: Call, rows: list[Application]) -> Iterator[list[Cell]]:
    asked = asked_of(call)
    for row in rows:
        shown = {each.code for each in shown_questions(asked, row.answers)}
        files = {each.question_code: each.file.original_name for each in row.papers}
        yield [
            row.code, _(NAMES[row.state]), row.organization.name,
            *(
                _cell(each, row, files=files) if each.code in shown else ""
                for each in call.questions
            ),
        ]  # fmt: skip


def _cell(question: Question, row: Application, *, files: dict[str, str]) -> Cell:
    """Numbers stay numbers, so that a spreadsheet can add them up."""
    value = row.answers.get(question.code)
    if question.kind is QuestionKind.FILE:
        return files.get(question.code, "")
    if question.kind is QuestionKind.NUMBER and isinstance(value, int):
        return value
    return answer_text(question, value, languages=reading_languages())
