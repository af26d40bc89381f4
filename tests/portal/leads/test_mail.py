"""What was taken back comes back by no mail."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from festival.extensions import db
from festival.mail.actions import try_again, try_all_again
from festival.mail.jobs import _end, claim_next
from festival.mail.models import OutboxMessage
from festival.mail.states import MessageState
from festival.portal.leads import actions
from festival.shared.errors import RuleBroken
from festival.shared.journal import SYSTEM
from festival.shared.work import work
from tests.factories.leads import leave, make_exhibitor, make_page
from tests.factories.world import NOW, World


def mails() -> list[OutboxMessage]:
    return list(
        db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "interest_given"))
    )


def test_taken_back_while_its_mail_is_being_sent_nothing_is_written_down_again(
    world: World,
) -> None:
    page = make_page(make_exhibitor(world.here))
    link, token = leave(page)
    ours = mails()[0].id
    claimed = claim_next(now=NOW)
    while claimed is not None and claimed.number != ours:  # others, about the application
        claimed = claim_next(now=NOW)
    assert claimed is not None
    actions.withdraw_interest(link, now=NOW)
    db.session.commit()
    with work():
        _end(claimed, state=MessageState.SENT, subject="You left", body_text=token, sent_at=NOW)

    db.session.expire_all()
    (mail,) = mails()
    assert (mail.state, mail.body_text, mail.subject) == (MessageState.CANCELLED, "", "")


@pytest.mark.parametrize("state", [MessageState.DEAD, MessageState.BOUNCED])
def test_taken_back_its_mail_is_never_tried_again(world: World, state: MessageState) -> None:
    page = make_page(make_exhibitor(world.here))
    link, _token = leave(page)
    mails()[0].state = state
    db.session.flush()
    actions.withdraw_interest(link, now=NOW)
    db.session.commit()
    here = {"edition_id": world.here.edition.id, "actor": SYSTEM, "now": NOW}
    with pytest.raises(RuleBroken):
        try_again(mails()[0].id, **here)

    assert try_all_again(**here) == 0
    assert mails()[0].state is state
