"""The commands as pages: a reference in Markdown, and a manual page for each (man-pages(7), groff_man(7))."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import click

from reader import __version__
from reader.cli.group import reader_command

_CONTROL = re.compile(r"^(?=[.'])", re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")


class CommandPage(NamedTuple):
    """What a page says: the command with the words before it, its usage, text, options, and the commands below it."""

    name: str
    summary: str
    usage: str
    text: str
    options: tuple[tuple[str, str], ...]
    commands: tuple[str, ...]
    example: str


def command_pages() -> Iterator[CommandPage]:
    """Yield the pages of `reader` and all its commands, in the order of its help."""
    yield from _pages(reader_command, _context(reader_command, "reader", None))


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    return click.Context(command, parent, name, help_option_names=["-h", "--help"], max_content_width=1000)


def _pages(command: click.Command, context: click.Context) -> Iterator[CommandPage]:
    # `short_help` of the help text itself ends in dots where it is long; the first sentence is the line that people read.
    paragraphs = [" ".join(part.split()) for part in (command.help or "").split("\n\n")]
    options = (parameter for parameter in command.get_params(context) if isinstance(parameter, click.Option))
    records = (option.get_help_record(context) for option in options)
    names = command.list_commands(context) if isinstance(command, click.Group) else []
    yield CommandPage(
        name=context.command_path,
        summary=paragraphs[0].partition(". ")[0].rstrip("."),
        usage=" ".join(command.collect_usage_pieces(context)),
        text="\n\n".join(paragraphs),
        options=tuple(record for record in records if record is not None),
        commands=tuple(f"{context.command_path} {name}" for name in names),
        example=" ".join((command.epilog or "").split()),
    )
    for name in names:
        assert isinstance(command, click.Group)
        child = command.get_command(context, name)
        assert child is not None
        yield from _pages(child, _context(child, name, context))


def command_sections() -> str:
    """Return all commands as Markdown sections."""
    return "\n".join(_section(page) for page in command_pages())


def _section(page: CommandPage) -> str:
    lines = [f"### `{page.name}`", "", f"    {page.name} {page.usage}", "", page.text, ""]
    lines += [f"- `{names}`: {about}" for names, about in page.options]
    lines += ["", page.example, ""] if page.example else [""]
    return "\n".join(lines)


def manual_pages() -> Iterator[tuple[str, str]]:
    """Yield the manual pages, each with the name of its file."""
    for page in command_pages():
        yield f"{page.name.replace(' ', '-')}.1", _manual_page(page)


def _manual_page(page: CommandPage) -> str:
    title = page.name.replace(" ", "-")
    lines = [f'.TH {title.upper()} 1 "" "Claim Reader {__version__}" "Claim Reader"']
    lines += [".SH NAME", f"{_roff(title)} \\- {_roff(page.summary)}"]
    lines += [".SH SYNOPSIS", f".B {_roff(page.name)}", _roff(page.usage)]
    lines += [".SH DESCRIPTION", "\n.PP\n".join(map(_roff, page.text.split("\n\n")))]
    if page.options:
        lines.append(".SH OPTIONS")
        for names, about in page.options:
            lines += [".TP", f"\\fB{_roff(names)}\\fR", _roff(about)]
    if page.example:
        lines += [".SH EXAMPLES", _roff(page.example.removeprefix("Example: ").removeprefix("Examples: "))]
    others = page.commands or (page.name.rpartition(" ")[0],)
    lines += [".SH SEE ALSO", ",\n".join(f".BR {_roff(other.replace(' ', '-'))} (1)" for other in others)]
    return "\n".join(lines) + "\n"


def _roff(text: str) -> str:
    """Return a text in which nothing is a request or an escape; code is bold."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq").replace("~", "\\(ti").replace("^", "\\(ha")
    return _CONTROL.sub("\\\\&", _CODE.sub(r"\\fB\1\\fR", escaped))
