"""Broken rules.  An action raises one; one handler of the application answers kindly.

Sentences are English message ids, marked with ``shared.sentences.mark``, with values in
``%(name)s``; ``spoken`` fills them in after translation.
"""

from __future__ import annotations

from collections.abc import Callable


def _as_it_is(message: str) -> str:
    return message


class RuleBroken(Exception):
    """Something asked for is not allowed now.

    ``kept`` says what was not lost, ``next_step`` what to do; both may be empty.
    """

    status = 409

    def __init__(
        self, sentence: str, *, kept: str = "", next_step: str = "", **values: object
    ) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.kept = kept
        self.next_step = next_step
        self.values = values

    def spoken(self, translated: Callable[[str], str] = _as_it_is) -> str:
        """The sentence a person reads; ``translated`` is gettext at the edge."""
        sentence = translated(self.sentence)
        return sentence % self.values if self.values else sentence


class NotFound(RuleBroken):
    """There is no such thing, or the asker may not know that there is."""

    status = 404


class NotAllowed(RuleBroken):
    """The person is known and may not do this."""

    status = 403


class FieldRefused(RuleBroken):
    """One value cannot be taken; ``field`` names it so that the form can show the message."""

    status = 422

    def __init__(self, field: str, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.values = values
        self.field = field


class StaleVersion(RuleBroken):
    """Somebody else saved first; nothing was overwritten."""

    status = 409
