"""The size and the shape of the house."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 400
LONGEST_FUNCTION = 40


def written_files() -> Iterator[Path]:
    """Files that we write by hand; generated migrations and vendored libraries are not."""
    for pattern in ("festival/**/*.py", "tests/**/*.py", "templates/**/*.html", "*.py"):
        yield from sorted(ROOT.glob(pattern))
    for pattern in ("static/js/**/*.js", "static/css/**/*.css"):
        yield from sorted(ROOT.glob(pattern))


def test_no_file_is_longer_than_400_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in written_files()
        if (count := len(path.read_text().splitlines())) > MOST_LINES
    }
    assert long == {}


def test_no_function_is_longer_than_40_lines() -> None:
    long = {}
    for path in ROOT.glob("festival/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                count = (node.end_lineno or node.lineno) - node.lineno + 1
                if count > LONGEST_FUNCTION:
                    long[f"{path.relative_to(ROOT)}:{node.name}"] = count
    assert long == {}


def test_every_template_compiles(app: Flask) -> None:
    for name in app.jinja_env.list_templates(extensions=["html", "txt", "xml", "svg"]):
        source = (ROOT / "templates" / name).read_text()
        meta.find_undeclared_variables(app.jinja_env.parse(source))
        app.jinja_env.get_template(name)


@pytest.mark.parametrize("word", [r"\|\s*safe\b", r"autoescape\s+false"])
def test_no_template_switches_escaping_off(word: str) -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if re.search(word, path.read_text())
    ]
    assert found == []


def test_stylesheets_know_start_and_end_but_not_left_and_right() -> None:
    physical = re.compile(
        r"(margin|padding|border|inset)-(left|right)|text-align:\s*(left|right)|(^|[\s;{])(left|right)\s*:|float:\s*(left|right)"
    )
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in (ROOT / "static/css").rglob("*.css")
        if (match := physical.search(path.read_text()))
    ]
    assert found == []
