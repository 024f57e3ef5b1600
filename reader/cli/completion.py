"""`reader completion`: the scripts with which Tab completes commands, options, titles of articles and tags."""

from __future__ import annotations

import re
from typing import Final

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class, get_completion_class

from reader.cli.group import COMPLETION_VARIABLE

_SHELLS: Final = ("bash", "zsh", "fish")
_SPECIAL: Final = re.compile(r"[^\w.,/+-]")


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion_command(context: click.Context, shell: str) -> None:
    """Print a script that lets Tab complete commands, options, titles of articles and tags.

    For bash, put `eval "$(reader completion bash)"` into ~/.bashrc; for zsh, the same with its name into ~/.zshrc, after
    compinit; for fish, write the script to ~/.config/fish/completions/reader.fish.
    """
    completion_class = get_completion_class(shell)
    assert completion_class is not None
    click.echo(completion_class(context.find_root().command, {}, "reader", COMPLETION_VARIABLE).source())


def prepare_completion() -> None:
    """Prepare an answer to a shell that asks for completions."""
    add_completion_class(_Bash)


class _Bash(BashComplete):
    """Completion in bash, where a blank ends the word unless it is escaped; the script itself takes one escape away."""

    def format_completion(self, item: CompletionItem) -> str:
        value = _SPECIAL.sub(_escape, item.value) if item.type == "plain" else item.value
        return f"{item.type},{value}"


def _escape(special: re.Match[str]) -> str:
    return "\\\\" + special[0].replace("\\", "\\\\")
