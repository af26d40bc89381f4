"""Vendored libraries are the files that VENDOR.toml says they are."""

from __future__ import annotations

import base64
import hashlib
import tomllib
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"


def test_vendored_files_are_listed_with_their_hash_and_licence() -> None:
    libraries = tomllib.loads((VENDOR / "VENDOR.toml").read_text())["library"]
    listed = set()
    for library in libraries:
        assert library["name"] and library["version"] and library["licence"]
        for file in library["files"]:
            path = VENDOR / file["path"]
            digest = hashlib.sha384(path.read_bytes()).digest()
            known = {digest.hex(), base64.b64encode(digest).decode()}
            assert file["sha384"].removeprefix("sha384-") in known, file["path"]
            listed.add(path)
    present = {path for path in VENDOR.rglob("*") if path.is_file() and path.parent != VENDOR}
    assert present == listed
