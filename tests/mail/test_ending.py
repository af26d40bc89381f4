"""A worker that is told to end, in the middle of the post."""

from __future__ import annotations

import threading
import time

import pytest

from festival.mail.jobs import deliver_due
from festival.mail.states import MessageState
from festival.shared.clock import utc_now
from festival.shared.tasks import STOPPING
from tests.factories.mail import waiting_message
from tests.factories.world import World
from tests.mail.conftest import Post
from tests.mail.test_delivery import states


@pytest.mark.both_databases
def test_it_finishes_the_message_it_speaks_of_and_claims_no_other(world: World, post: Post) -> None:
    """Nothing is left half sent, so the next worker need not wait until it counts as stuck."""
    for number in range(4):
        waiting_message(number)
    post.catcher.pause = 0.3

    def tell_when_the_first_is_spoken_of() -> None:
        time.sleep(0.15)
        STOPPING.set()

    teller = threading.Thread(target=tell_when_the_first_is_spoken_of)
    teller.start()
    try:
        sent = deliver_due(post.settings, now=utc_now())
    finally:
        teller.join()
        STOPPING.clear()
    assert sent in (1, 2)  # the second, when the first was quicker than the teller
    assert states().count(MessageState.SENT) == sent
    assert states().count(MessageState.QUEUED) == 4 - sent
    post.catcher.pause = 0
    assert deliver_due(post.settings, now=utc_now()) == 4 - sent
    assert set(post.catcher.times_taken().values()) == {1}
