"""Searching without case and accents, in the database itself.

``folded(column)`` is the same on both databases as far as their means go: SQLite calls our own
function, PostgreSQL its ``normalize`` without the combining marks.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import ColumnElement, Engine, String, event, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from festival.exhibitors.rules import folded as fold

MOST_WORDS = 6
MARKS = (
    r"[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    r"\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)


class folded(FunctionElement[str]):  # noqa: N801 - used like a function
    """``folded(column)``: the text as the search compares it."""

    type = String()
    inherit_cache = True
    name = "folded"


@compiles(folded)
def _by_our_function(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    return f"folded({compiler.process(element.clauses, **options)})"


@compiles(folded, "postgresql")
def _by_postgres(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"regexp_replace(normalize(lower(CAST({text} AS TEXT)), NFKD), '{MARKS}', '', 'g')"


@event.listens_for(Engine, "connect")
def _teach_sqlite(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("folded", 1, _fold, deterministic=True)


def _fold(text: object) -> str:
    return fold(str(text)) if text is not None else ""


def every_word_in(search: str, columns: list[ColumnElement[Any]]) -> list[ColumnElement[bool]]:
    """Conditions: each word of the search stands in one of the columns."""
    words = [word for word in search.split() if word.strip()][:MOST_WORDS]
    return [
        or_(*(folded(column).contains(fold(word), autoescape=True) for column in columns))
        for word in words
    ]
