"""Write the table of export formats into README.md from `reader.exchange.FORMATS`; with --check, only report a difference."""

from __future__ import annotations

import sys
from pathlib import Path

from reader.exchange import FORMATS

README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN, END = "<!-- formats: written by docs/write_formats.py -->\n", "<!-- end of formats -->\n"


def format_table() -> str:
    """Return the export formats as a Markdown table."""
    lines = ["| format | name | ending | media type | imported again | leaves out |", "| --- | --- | --- | --- | --- | --- |"]
    for row in FORMATS.values():
        imported = "yes" if row.read else "no"
        losses = "; ".join(loss.text for loss in row.cannot_carry)
        lines.append(f"| `{row.name}` | {row.title} | `{row.suffix}` | `{row.media_type}` | {imported} | {losses} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the table, or check it."""
    old = README.read_text(encoding="utf-8")
    before, _, rest = old.partition(BEGIN)
    new = before + BEGIN + format_table() + END + rest.partition(END)[2]
    if "--check" in sys.argv:
        sys.exit(0 if new == old else "README.md lists other export formats than the program; `make docs` updates it")
    README.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
