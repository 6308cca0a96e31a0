"""Write docs/reference/cli.md and docs/reference/categories.md from the code, so that they cannot disagree with it.

``python tools/build_reference.py [--check]``: with --check nothing is written, and a difference is exit code 1.
"""

from __future__ import annotations

import html
import subprocess
import sys
from pathlib import Path

from turnout.categories import CATEGORIES

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
NOTE = "<!-- Written by tools/build_reference.py: change the code, then run it. -->\n\n"


def cli() -> str:
    """Typer's own description of the commands."""
    command = [sys.executable, "-m", "typer", "src/turnout/cli/app.py", "utils", "docs", "--name", "turnout"]
    text = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return NOTE + html.unescape(text).rstrip() + "\n"


def categories() -> str:
    """The tasks Turnout knows."""
    lines = [
        "# Categories",
        "",
        "| modality | category | what it is | takes → gives | subjects |",
        "|---|---|---|---|---|",
    ]
    for c in CATEGORIES:
        flow = f"{' + '.join(sorted(c.inputs))} → {' + '.join(sorted(c.outputs))}"
        lines.append(f"| {c.modality} | `{c.name}` | {c.title} | {flow} | {', '.join(c.subjects)} |")
    lines += ["", "A subject is written behind its category: `question-answering/physics`."]
    return NOTE + "\n".join(lines) + "\n"


def main() -> int:
    """Write, or compare."""
    stale = []
    for name, text in (("cli.md", cli()), ("categories.md", categories())):
        path = REFERENCE / name
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_text("utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, "utf-8")
    if stale:
        sys.stderr.write(f"stale: {', '.join(stale)}; run: python tools/build_reference.py\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
