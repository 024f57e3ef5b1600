"""Write the rules into docs/check.md from `reader.review.rules`; with --check, only report a difference."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from reader.review.rules import RESERVED_CODES, RULES, Example, Rule

PAGE = Path(__file__).resolve().parent / "check.md"
BEGIN, END = "<!-- rules: written by docs/write_rules.py -->\n", "<!-- end of rules -->\n"


def rule_sections() -> str:
    """Return the table of the codes, then a section for each of them, as Markdown."""
    lines = ["| code | name | level | what it finds |", "| --- | --- | --- | --- |"]
    lines += [f"| [{r.code}](#{r.code.lower()}) | {r.name} | {r.level} | {r.summary} |" for r in RULES.values()]
    reserved = ", ".join(f"{code} {name}" for code, (name, _) in RESERVED_CODES.items())
    lines += ["", f"Reserved for the health of sources, and not checked yet: {reserved}."]
    for rule in RULES.values():
        lines += ["", *_section(rule)]
    return "\n".join(lines) + "\n"


def _section(rule: Rule) -> Iterator[str]:
    yield from (f"### {rule.code}", "", f"`{rule.name}`, {rule.level}. {rule.summary}", "", f"**To mend:** {rule.mend}", "")
    yield from _example("Found in", rule.failing)
    yield ""
    yield from _example("Not found in", rule.mended)


def _example(title: str, example: Example) -> Iterator[str]:
    yield from (f"{title}:", "", "````text", *example.lines(), "````")


def main() -> None:
    """Write the sections, or check them."""
    old = PAGE.read_text(encoding="utf-8")
    before, _, rest = old.partition(BEGIN)
    new = before + BEGIN + rule_sections() + END + rest.partition(END)[2]
    if "--check" in sys.argv:
        sys.exit(0 if new == old else "docs/check.md lists other rules than the program; `make docs` updates it")
    PAGE.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
