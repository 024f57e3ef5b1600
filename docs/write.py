"""Write the parts of the documentation that the code knows, such as keys and settings; with --check, only compare them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from commands import command_sections, manual_pages
from records import record_sections

from reader.exchange import FORMATS
from reader.imports import IMPORT_FORMATS
from reader.imports.words import KIND_WORDS, VERDICT_WORDS
from reader.review.rules import RULES, Example, Rule
from reader.settings.file import show_value
from reader.settings.schema import COLUMN_WIDTHS, SETTING_GROUPS, SETTINGS, Setting
from reader.tui.action import (
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
    SETTINGS_PLACE,
    SOURCE,
    key_label,
)
from reader.tui.keymap import KeyMap

ROOT = Path(__file__).resolve().parents[1]
_ONLY_IN: dict[tuple[str, ...], str] = {
    (LIST,): " (in the side lists)",
    (CARD,): " (in the open card)",
    (SOURCE,): " (in a source)",
}


class Part(NamedTuple):
    """A part of a page between two comments with its name, and what returns its content."""

    page: str
    name: str
    content: Callable[[], str]


def main() -> None:
    """Write the parts and the manual pages, or check them."""
    write = "--check" not in sys.argv
    stale = [f"{part.page} has other {part.name} than the program" for part in PARTS if not _update(part, write=write)]
    stale += [f"docs/man/{name} is not what the program says" for name in _update_manual(write=write)]
    if stale and not write:
        sys.exit("; ".join(stale) + "; `make docs` writes them")


def _update(part: Part, *, write: bool) -> bool:
    """Return whether a page has a part as it should be; else write it if asked to."""
    begin, end = f"<!-- {part.name}: written by docs/write.py -->\n", f"<!-- end of {part.name} -->\n"
    page = ROOT / part.page
    old = page.read_text(encoding="utf-8")
    before, _, rest = old.partition(begin)
    new = before + begin + part.content() + end + rest.partition(end)[2]
    if write and new != old:
        page.write_text(new, encoding="utf-8")
    return new == old


def _update_manual(*, write: bool) -> list[str]:
    """Return the names of the manual pages that are not as they should be; write them if asked to."""
    folder = ROOT / "docs" / "man"
    folder.mkdir(exist_ok=True)
    pages = dict(manual_pages())
    old = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    stale = sorted(name for name in {*pages, *old} if pages.get(name) != old.get(name))
    for name in stale if write else ():
        (folder / name).unlink(missing_ok=True)
        if name in pages:
            (folder / name).write_text(pages[name], encoding="utf-8")
    return stale


# ------------------------------------------------------------------ Keys


def key_table() -> str:
    """Return the actions of the reading screen as a Markdown table: what is done, the vim hand's keys, the plain hand's."""
    lines = ["| action | vim hand | plain hand |", "| --- | --- | --- |"]
    for action in KeyMap().actions:
        if not set(action.contexts) <= {SELECT, BOUNDS, ATTACH, EDITION, EXPORT, LIBRARY, ARTICLE_LIST, QUOTE, SETTINGS_PLACE}:
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


# ------------------------------------------------------------------ Settings


def setting_sections() -> str:
    """Return the settings, group by group, as Markdown: the name, what it does, what it may be, and what holds without it."""
    lines: list[str] = []
    for group in SETTING_GROUPS:
        lines += [f"### {group}", "", "| setting | what it does | allowed | without it | a change acts |"]
        lines.append("| --- | --- | --- | --- | --- |")
        lines += [_setting_row(setting) for setting in SETTINGS if setting.group == group]
        lines.append("")
    return "\n".join(lines)


def _setting_row(setting: Setting) -> str:
    name = f"[{setting.name}]" if setting.kind in ("keys", "widths") else setting.name
    name = f"[[{setting.name}]]" if setting.kind == "verdicts" else name
    default = setting.unset or f"`{show_value(setting.default)}`"
    when = "at the next start" if setting.at_start else "at once"
    return f"| `{name}` | {setting.description} | {setting.allowed_values} | {default} | {when} |"


def column_table() -> str:
    """Return the columns of the library that may be set, with their bounds, as a Markdown table."""
    lines = ["| column | least | most |", "| --- | --- | --- |"]
    lines += [f"| `{name}` | {least} | {most} |" for name, (least, most) in COLUMN_WIDTHS.items()]
    return "\n".join(lines) + "\n"


# ------------------------------------------------------------------ Export formats


def format_table() -> str:
    """Return the export formats as a Markdown table."""
    lines = ["| format | name | ending | media type | imported again | leaves out |", "| --- | --- | --- | --- | --- | --- |"]
    for row in FORMATS.values():
        imported = "yes" if row.name in IMPORT_FORMATS else "no"
        losses = "; ".join(loss.text for loss in row.cannot_carry)
        lines.append(f"| `{row.name}` | {row.title} | `{row.suffix}` | `{row.media_type}` | {imported} | {losses} |")
    return "\n".join(lines) + "\n"


def import_table() -> str:
    """Return the formats that can be imported as a Markdown table."""
    lines = ["| format | name | taken in | not taken in |", "| --- | --- | --- | --- |"]
    for row in IMPORT_FORMATS.values():
        lines.append(f"| `{row.name}` | {row.title} | {row.carries} | {'; '.join(row.cannot_carry)} |")
    return "\n".join(lines) + "\n"


def word_table() -> str:
    """Return the words of others with the kinds and verdicts that they become as a Markdown table."""
    words: dict[str, list[str]] = {}
    for word, meaning in (*KIND_WORDS.items(), *VERDICT_WORDS.items()):
        words.setdefault(meaning, []).append(word)
    lines = ["| becomes | from |", "| --- | --- |"]
    lines += [f"| `{meaning}` | {', '.join(names)} |" for meaning, names in words.items()]
    return "\n".join(lines) + "\n"


# ------------------------------------------------------------------ Rules


def rule_sections() -> str:
    """Return the table of the codes, then a section for each of them, as Markdown."""
    lines = ["| code | name | level | what it finds |", "| --- | --- | --- | --- |"]
    lines += [f"| [{r.code}](#{r.code.lower()}) | {r.name} | {r.level} | {r.summary} |" for r in RULES.values()]
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


PARTS = (
    Part("docs/keys.md", "keys", key_table),
    Part("docs/keys.md", "actions", id_table),
    Part("docs/commands.md", "commands", command_sections),
    Part("docs/library-format.md", "records", record_sections),
    Part("docs/settings.md", "settings", setting_sections),
    Part("docs/settings.md", "columns", column_table),
    Part("docs/exporting.md", "formats", format_table),
    Part("docs/importing.md", "formats", import_table),
    Part("docs/importing.md", "words", word_table),
    Part("docs/check.md", "rules", rule_sections),
)

if __name__ == "__main__":
    main()
