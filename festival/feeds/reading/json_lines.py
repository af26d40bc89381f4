"""JSON from strangers: bounded, and with the line of any value that a path leads to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from festival.feeds.reading.limits import MAX_JSON_COMMAS, MAX_JSON_CONTAINERS
from festival.feeds.reading.problems import Place, ProblemLog
from festival.shared.sentences import mark

JsonPath = tuple[str | int, ...]
# Possessive repeats: a text of five million characters must not cost a stack of that size.
STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
TOKEN = re.compile(STRING + r'|[\[\]{},:]|[^\s\[\]{},:"]++', re.DOTALL)
BRACKET = re.compile(STRING + r"|[\[\]{}]", re.DOTALL)
MAX_DEPTH = 64


@dataclass(slots=True)
class _Frame:
    """An open object or array, and how far inside it we are."""

    is_object: bool
    key: str | int
    awaits_key: bool


def load_json(data: bytes, log: ProblemLog) -> tuple[object, str]:
    """The value and its text; raises ``ImportRefused`` with the line otherwise."""
    text = _decoded(data, log)
    if text.count("[") + text.count("{") > MAX_JSON_CONTAINERS:
        raise log.stop(1, mark("The file has too many elements."))
    if text.count(",") > MAX_JSON_COMMAS:
        raise log.stop(1, mark("The file has too many elements."))
    deep = _first_too_deep(text)
    if deep is not None:
        raise log.stop(line_at(text, deep), mark("The elements are nested too deeply."))
    try:
        return json.loads(text), text
    except json.JSONDecodeError as error:
        raise log.stop(
            error.lineno, mark("This is not well-formed JSON: %(detail)s"), detail=error.msg
        ) from error
    except ValueError as error:  # a number of thousands of digits
        raise log.stop(1, mark("This is not well-formed JSON: %(detail)s"), detail=error) from error


def _decoded(data: bytes, log: ProblemLog) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise log.stop(line, mark("The text is not in UTF-8.")) from error


def _first_too_deep(text: str) -> int | None:
    depth = 0
    for match in BRACKET.finditer(text):
        piece = match.group()
        if piece in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                return match.start()
        elif piece in "]}":
            depth -= 1
    return None


def line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def lines_of_paths(text: str, paths: set[Place]) -> dict[Place, int]:
    """The line on which each of the paths' values begins.  ``text`` is valid JSON; a path that
    leads to nothing gets the line of the deepest part of it that exists."""
    wanted: set[JsonPath] = {()}
    for path in paths:
        if isinstance(path, tuple):
            wanted.update(path[:length] for length in range(len(path) + 1))
    found: dict[JsonPath, int] = {}
    for path, position in _positions(text):
        if path in wanted:
            found.setdefault(path, line_at(text, position))
    return {path: _nearest(path, found) for path in paths if isinstance(path, tuple)}


def _nearest(path: JsonPath, found: dict[JsonPath, int]) -> int:
    for length in range(len(path), -1, -1):
        if path[:length] in found:
            return found[path[:length]]
    return 1


def _positions(text: str) -> Iterator[tuple[JsonPath, int]]:
    """Every value's path and where it begins."""
    frames: list[_Frame] = []
    for match in TOKEN.finditer(text):
        piece = match.group()
        if piece in "]}":
            frames.pop()
        elif piece == ",":
            _next_place(frames[-1])
        elif piece != ":":
            frame = frames[-1] if frames else None
            if frame and frame.awaits_key:
                frame.key, frame.awaits_key = json.loads(piece), False
                continue
            yield tuple(each.key for each in frames), match.start()
            if piece in "[{":
                frames.append(_Frame(piece == "{", 0, piece == "{"))


def _next_place(frame: _Frame) -> None:
    if frame.is_object:
        frame.awaits_key = True
    elif isinstance(frame.key, int):
        frame.key += 1
