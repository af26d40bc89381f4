"""iCalendar's outer form: unfolded content lines and nested components, with line numbers.

icalendar itself keeps no line numbers and forgives broken lines inside events, so that half an
event comes in unnoticed.  Here a line is whole or the file is refused; what stands behind the
colon is decoded by the library (``ical_values``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from festival.feeds.reading.limits import (
    MAX_COMPONENT_DEPTH,
    MAX_CONTENT_LINES,
    MAX_LINE_CHARACTERS,
)
from festival.feeds.reading.problems import ProblemLog
from festival.shared.sentences import mark

NAME = r"[A-Za-z0-9-]+"
VALUE = r'(?:"[^"]*"|[^";:,]*)'
CONTENT_LINE = re.compile(rf"({NAME})((?:;{NAME}={VALUE}(?:,{VALUE})*)*):(.*)", re.DOTALL)
PARAMETER = re.compile(rf";({NAME})=({VALUE}(?:,{VALUE})*)")
ESCAPED = re.compile(r"\\([\\;,nN:\"])")  # the last two by programs that escape too much
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")


def unescaped(value: str) -> str:
    """A TEXT value as it was meant (RFC 5545, 3.3.11)."""
    return ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)


@dataclass(frozen=True, slots=True)
class ContentLine:
    name: str  # upper case
    parameters: dict[str, str]  # names in upper case, quotes removed
    value: str  # as it stands, still escaped
    line: int

    @property
    def text(self) -> str:
        """The value of a TEXT property, unescaped."""
        return unescaped(self.value)


@dataclass(slots=True)
class CalendarComponent:
    name: str  # upper case
    line: int
    properties: list[ContentLine] = field(default_factory=list)
    components: list[CalendarComponent] = field(default_factory=list)

    def first(self, name: str) -> ContentLine | None:
        return next((each for each in self.properties if each.name == name), None)

    def all(self, name: str) -> list[ContentLine]:
        return [each for each in self.properties if each.name == name]

    def text_of(self, name: str) -> str:
        found = self.first(name)
        return found.text if found else ""


def read_components(data: bytes, log: ProblemLog) -> list[CalendarComponent]:
    """The outermost components of a file; raises ``ImportRefused`` with the line otherwise."""
    outermost: list[CalendarComponent] = []
    stack: list[CalendarComponent] = []
    for number, text in _unfolded(_decoded(data, log), log):
        line = _content_line(number, text, log)
        if line.name == "BEGIN":
            component = CalendarComponent(line.value.strip().upper(), number)
            (stack[-1].components if stack else outermost).append(component)
            stack.append(component)
            if len(stack) > MAX_COMPONENT_DEPTH:
                raise log.stop(number, mark("The components are nested too deeply."))
        elif line.name == "END":
            if not stack or stack[-1].name != line.value.strip().upper():
                raise log.stop(
                    number, mark("END:%(name)s closes nothing that is open."), name=line.value
                )
            stack.pop()
        elif stack:
            stack[-1].properties.append(line)
        elif line.name != "X-COMMENT":
            raise log.stop(
                number, mark("%(name)s stands outside of any component."), name=line.name
            )
    if stack:
        raise log.stop(stack[-1].line, mark("BEGIN:%(name)s is never closed."), name=stack[-1].name)
    return outermost


def _decoded(data: bytes, log: ProblemLog) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise log.stop(line, mark("The text is not in UTF-8.")) from error
    forbidden = FORBIDDEN.search(text)
    if forbidden:
        raise log.stop(
            text.count("\n", 0, forbidden.start()) + 1,
            mark("The line contains a control character (%(code)s)."),
            code=f"U+{ord(forbidden.group()):04X}",
        )
    if text.count("\n") > MAX_CONTENT_LINES:
        raise log.stop(1, mark("The file has too many lines."))
    return text


def _unfolded(text: str, log: ProblemLog) -> Iterator[tuple[int, str]]:
    """Logical lines with the number of the physical line on which each begins."""
    parts: list[str] = []
    began = length = 0
    for number, physical in enumerate(text.split("\n"), start=1):
        line = physical.removesuffix("\r")
        if line[:1] in (" ", "\t") and parts:
            parts.append(line[1:])
            length += len(line)
            if length > MAX_LINE_CHARACTERS:
                raise log.stop(began, mark("The line is too long."))
        elif line.strip():
            if parts:
                yield began, "".join(parts)
            parts, began, length = [line], number, len(line)
            if length > MAX_LINE_CHARACTERS:
                raise log.stop(began, mark("The line is too long."))
    if parts:
        yield began, "".join(parts)


def _content_line(number: int, text: str, log: ProblemLog) -> ContentLine:
    match = CONTENT_LINE.fullmatch(text)
    if match is None:
        raise log.stop(number, mark("This is no content line (NAME:value): %(text)s"), text=text)
    parameters = {
        name.upper(): value.strip('"') for name, value in PARAMETER.findall(match.group(2))
    }
    return ContentLine(match.group(1).upper(), parameters, match.group(3), number)
