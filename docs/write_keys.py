"""Write the keys into README.md and docs/keys.md from the registry of actions; with --check only say whether they are true."""

from __future__ import annotations

import sys
from pathlib import Path

from reader.tui.actions import (
    ARTICLE_LIST,
    ATTACH,
    BOUNDS,
    CARD,
    EDITION,
    EXPORT,
    LIBRARY,
    LIST,
    QUOTE,
    SELECT,
    SOURCE,
    key_label,
)
from reader.tui.keymap import KeyMap

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- keys: written by docs/write_keys.py -->\n", "<!-- end of keys -->\n"
_ONLY_IN: dict[tuple[str, ...], str] = {
    (LIST,): " (in the side lists)",
    (CARD,): " (in the open card)",
    (SOURCE,): " (in a source)",
}


def key_table() -> str:
    """Return the actions of the reading screen as a Markdown table: what is done, the vim hand's keys, the plain hand's."""
    lines = ["| action | vim hand | plain hand |", "| --- | --- | --- |"]
    for action in KeyMap().actions:
        if not set(action.contexts) <= {SELECT, BOUNDS, ATTACH, EDITION, EXPORT, LIBRARY, ARTICLE_LIST, QUOTE}:
            vim, plain = _cell(action.keys), _cell(action.plain)
            otherwise = "palette" if action.in_palette else "same"
            lines.append(f"| {action.help}{_ONLY_IN.get(action.contexts, '')} | {vim or 'same'} | {plain or otherwise} |")
    return "\n".join(lines) + "\n"


def id_table() -> str:
    """Return every action with the id by which the settings know it, where it acts, and its keys as settings write them."""
    lines = ["| id | action | where | keys |", "| --- | --- | --- | --- |"]
    for action in KeyMap().actions:
        keys = " ".join(f"`{key}`" for key in (*action.keys, *action.plain))
        lines.append(f"| `{action.id}` | {action.help} | {', '.join(action.contexts)} | {keys} |")
    return "\n".join(lines) + "\n"


def _cell(keys: tuple[str, ...]) -> str:
    return " ".join(f"`{key_label(key)}`" for key in keys)


def files() -> dict[Path, str]:
    """Return what the two files should hold."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    keys = (
        "# The actions and their ids\n\nA key is written as a character, or by its name (`ctrl+d`, `pagedown`); keys that"
        " follow each other are parted by a blank;\n`<letter>` stands for any letter.\n\n" + id_table()
    )
    return {ROOT / "README.md": before + BEGIN + key_table() + END + after, ROOT / "docs" / "keys.md": keys}


def main() -> None:
    """Write the files, or check them."""
    wrong = [path for path, text in files().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        sys.exit(f"not true any more: {', '.join(p.name for p in wrong)}; `make docs` writes them" if wrong else 0)
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
