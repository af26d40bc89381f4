"""Collecting what is wrong with a file, so that the organiser sees all of it at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from festival.feeds.imported import ImportProblem, ImportRefused
from festival.feeds.reading.limits import MAX_PROBLEMS, MAX_WARNINGS
from festival.shared.sentences import mark

Place = Hashable  # a line number, or a JSON path that is turned into one at the end
Entry = tuple[Place, str, tuple[tuple[str, str], ...], str]

SHOWN_CHARACTERS = 160


def shown(value: object) -> str:
    """A value as it may be quoted in a sentence: short, on one line, printable."""
    text = "".join(ch if ch.isprintable() else "\ufffd" for ch in str(value)[:SHOWN_CHARACTERS])
    return text + "…" if len(str(value)) > SHOWN_CHARACTERS else text


class ProblemLog:
    """Refusals and warnings of one file.

    ``places`` turns the places collected into line numbers; by default a place is a line.
    """

    def __init__(
        self,
        file: str,
        *,
        lines: Callable[[set[Place]], dict[Place, int]] | None = None,
    ) -> None:
        self.file = file
        self._lines = lines
        self._refusals: list[Entry] = []
        self._warnings: list[Entry] = []

    def refuse(self, place: Place, template: str, *, field: str = "", **values: object) -> None:
        """Note a reason to refuse the file; stops at once when there are too many."""
        self._refusals.append((place, template, _quoted(values), field))
        if len(self._refusals) >= MAX_PROBLEMS:
            self.stop_if_refused()

    def warn(self, place: Place, template: str, *, field: str = "", **values: object) -> None:
        """Note something that the organiser should look at; the import goes on."""
        if len(self._warnings) < MAX_WARNINGS:
            self._warnings.append((place, template, _quoted(values), field))

    def stop(
        self, place: Place, template: str, *, field: str = "", **values: object
    ) -> ImportRefused:
        """The refusal to raise where reading cannot go on."""
        self._refusals.append((place, template, _quoted(values), field))
        return ImportRefused(self._resolved(self._refusals))

    def stop_if_refused(self) -> None:
        """Raise ``ImportRefused`` when anything was refused so far."""
        if self._refusals:
            raise ImportRefused(self._resolved(self._refusals))

    def fit(self, text: str, limit: int, *, place: Place, field: str) -> str:
        """The text, shortened with a warning where a table's column is too short for it."""
        if len(text) <= limit:
            return text
        self.warn(
            place,
            mark("The text is longer than %(limit)s characters and was shortened."),
            field=field,
            limit=limit,
        )
        return text[: limit - 1].rstrip() + "…"

    def warnings(self) -> tuple[ImportProblem, ...]:
        return self._resolved(self._warnings)

    def _resolved(self, entries: list[Entry]) -> tuple[ImportProblem, ...]:
        places = {place for place, _, _, _ in entries}
        lines = self._lines(places) if self._lines else {}
        return tuple(
            ImportProblem(
                file=self.file,
                line=place if isinstance(place, int) else lines.get(place, 1),
                template=template,
                values=values,
                field=field,
            )
            for place, template, values, field in entries
        )


def _quoted(values: dict[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple((name, shown(value)) for name, value in values.items())
