"""ical.js in Node, as Thunderbird reads calendars: a second opinion from another language."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / ".venv/node/node_modules/ical.js/dist/ical.js"
INSTALL = "npm install --prefix .venv/node ical.js@2"
SCRIPT = """
const ICAL = (await import(process.argv[1])).default;
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const root = new ICAL.Component(ICAL.parse(Buffer.concat(chunks).toString("utf8")));
for (const zone of root.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
const events = root.getAllSubcomponents("vevent").map((part) => {
  const event = new ICAL.Event(part);
  return {
    uid: event.uid,
    title: event.summary,
    start: event.startDate.toJSDate().toISOString(),
    minutes: event.duration.toSeconds() / 60,
    place: event.location,
    status: part.getFirstPropertyValue("status"),
    names: part.getAllProperties().map((each) => each.name),
  };
});
console.log(JSON.stringify(events));
"""


def events_in_ical_js(calendar: bytes) -> list[dict[str, Any]]:
    """The events that ical.js finds; the test is skipped where Node or the module is missing."""
    node = shutil.which("node")
    if node is None or not MODULE.is_file():
        pytest.skip(f"ical.js is not here; with Node installed: {INSTALL}")
    done = subprocess.run(
        [node, "--input-type=module", "-e", SCRIPT, str(MODULE)],
        input=calendar,
        capture_output=True,
        check=False,
        timeout=60,
        env={"TZ": "UTC", "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr.decode()
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
