"""What the documents promise exists: commands, settings, files, pictures."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from flask import Flask

from festival.config import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def names(pattern: str) -> set[str]:
    return {match for document in DOCUMENTS for match in re.findall(pattern, document.read_text())}


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert names(r"`make ([a-z]+)") <= targets


def test_every_command_that_is_named_exists(app: Flask) -> None:
    assert names(r"flask --app festival ([a-z][a-z-]+)") <= set(app.cli.commands) | {"db"}


def test_every_setting_that_is_named_exists() -> None:
    known = {f"FESTIVAL_{name.upper()}" for name in Settings.model_fields}

    assert names(r"FESTIVAL_[A-Z_]+[A-Z]") <= known


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_is_linked_exists(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)\)", document.read_text())
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]

    assert [link for link in local if not (document.parent / link).exists()] == []


def test_no_file_records_a_download_address() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    hosts = re.compile(r"pypi\.org|pythonhosted|registry\.npmjs|deb\.debian|resolved\"")
    found = []
    for name in listed.stdout.splitlines():
        path = ROOT / name
        readable = path.suffix in (".txt", ".toml", ".json", ".md", ".cfg") and path.exists()
        if readable and hosts.search(path.read_text(errors="replace")):
            found.append(name)
    assert found == []
