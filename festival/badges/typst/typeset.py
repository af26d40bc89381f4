"""Sets one document in a process of its own; run by ``festival/badges/sheet.py``, not imported.

Reads JSON ``{"source", "fonts", "sheet"}`` from standard input and writes the PDF to standard
output.  ``root`` may name a folder above the source's, whose other sources it imports.

A process of its own, because the typesetter takes 100 MB for a sheet of 500 badges and keeps most
of it for the next, which a web process must not; and because it can be stopped.
Imports nothing of the application, so that it starts in a few hundredths of a second.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typst


def main() -> None:
    job = json.load(sys.stdin.buffer)
    source = Path(job["source"])
    made = typst.Compiler(
        source,
        root=Path(job.get("root", source.parent)),
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[job["fonts"]]
        ),
        sys_inputs={"sheet": json.dumps(job["sheet"], ensure_ascii=False)},
    ).compile(format="pdf")
    assert isinstance(made, bytes)  # one document, not a list of pages
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
