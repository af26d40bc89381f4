"""How many passes there are."""

from __future__ import annotations

import pytest

from festival.portal.passes.rules import Quota, granted_passes, refusal_for_quota


@pytest.mark.parametrize(
    ("wanted", "most", "by_hand", "granted"),
    [(3, 6, None, 3), (9, 6, None, 6), (0, 6, None, 0), (-1, 6, None, 0), (9, 6, 12, 12),
     (3, 6, 0, 0)],
)  # fmt: skip
def test_a_wish_is_granted_up_to_the_default_and_a_number_by_hand_counts_instead(
    wanted: int, most: int, by_hand: int | None, granted: int
) -> None:
    assert granted_passes(wanted=wanted, most=most, by_hand=by_hand) == granted


def test_what_is_left_is_never_less_than_nothing() -> None:
    assert Quota(wanted=4, granted=3, used=1).left == 2
    assert Quota(wanted=4, granted=1, used=3).left == 0


def test_less_than_is_named_cannot_be_granted() -> None:
    assert refusal_for_quota(2, used=2) is None
    assert "named already" in (refusal_for_quota(1, used=2) or "")
    assert "0 to" in (refusal_for_quota(-1, used=0) or "")
    assert "0 to" in (refusal_for_quota(201, used=0) or "")
