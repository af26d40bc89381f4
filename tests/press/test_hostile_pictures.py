"""Hostile pictures go through the one function that takes uploads, in a process with limits."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROBE = """
import json, resource, sys, time
from pathlib import Path
from festival.shared.errors import FieldRefused
from festival.shared.pictures import remade_picture

resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))
resource.setrlimit(resource.RLIMIT_CPU, (90, 90))
PAYLOADS = (b"<script", b"<svg", b"<?php", b"alert(", b"PK\\x03\\x04", b"%!PS", b"https://evil")
found = {}
for path in sorted(each for folder in sys.argv[1:] for each in Path(folder).rglob("*")):
    if not path.is_file():
        continue
    started = time.monotonic()
    try:
        made, kind, width, height = remade_picture(path.read_bytes())
    except FieldRefused as refusal:
        outcome = "refused"
    else:
        outcome = kind
        assert width * height <= 25_000_000
        assert not any(payload in made for payload in PAYLOADS), f"{path} kept a payload"
    found[path.name] = [outcome, time.monotonic() - started]
# VmHWM begins anew with this program; ru_maxrss would be inherited from the test process
status = Path("/proc/self/status").read_text()
peak = int(status.split("VmHWM:")[1].split()[0]) * 1024
print(json.dumps({"found": found, "peak": peak}))
"""


def test_hostile_pictures_are_refused_or_made_anew_within_limits(shared: Path) -> None:
    corpora = shared / "data" / "corpora"
    result = subprocess.run(
        [sys.executable, "-c", PROBE, str(corpora / "made" / "img"), str(corpora / "images")],
        capture_output=True,
        text=True,
        timeout=180,
        cwd=ROOT,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-2000:]
    answer = json.loads(result.stdout)
    found = answer["found"]

    assert len(found) > 40
    assert found["ok_64x64.png"][0] in ("image/png", "image/jpeg")
    for name in (
        "bomb_20000x20000_1bit.png", "header_only_65535x65535.png", "limit_9400x9400.png",
        "script.svg", "svg_as.png", "mvg_as.png", "eps_as.png", "html_as.jpg", "empty.png",
        "decompression_bomb.gif", "gif_js_polyglot.gif",
    ):  # fmt: skip
        assert found[name][0] == "refused", f"{name} was taken"
    slowest = max(found, key=lambda name: found[name][1])
    assert found[slowest][1] < 20, f"{slowest} took {found[slowest][1]:.1f} s"
    assert answer["peak"] < 400_000_000
