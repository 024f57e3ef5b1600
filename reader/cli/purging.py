"""`reader purge`: throwing away what the library needs no more, said first and then done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import click

from reader.cli.call import library_option, the_call
from reader.cli.recounting import local

if TYPE_CHECKING:
    from reader.library.folder import Folder
    from reader.library.purge import Rubbish

_SHOWN: Final = 20


@click.command(epilog="Example: `reader purge --history-older-than 365` says what would go, with --yes it goes.")
@click.option("--yes", is_flag=True, help="Do it. Without, nothing is changed.")
@click.option(
    "--history-older-than",
    "days",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="Also finished journals that are older, as far as library.json holds what they did. Undo then reaches back less far.",
)
@library_option
@click.pass_context
def purge(context: click.Context, yes: bool, days: int | None) -> None:
    """Remove texts that nothing names any more, files that killed programs left, and on request the history of long ago.

    Without --yes it only says what would go. Nothing that is younger than a day goes.
    """
    from reader.library.folder import Folder
    from reader.library.purge import purged, rubbish
    from reader.printable import printable_line

    folder = Folder(the_call(context).settings.library)
    older = None if days is None else timedelta(days=days)
    found = purged(folder, older) if yes else rubbish(folder, older)
    for line in _said(found, folder, done=yes):
        click.echo(printable_line(line))


def _said(found: Rubbish, folder: Folder, *, done: bool) -> Iterator[str]:
    if not found.files:
        yield "There is nothing to remove."
        return
    for word, paths in (("text", found.texts), ("temporary file", found.temporaries), ("finished journal", found.history)):
        if paths:
            shown = ", ".join(str(path.relative_to(folder.path)) for path in paths[:_SHOWN])
            more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
            yield f"{len(paths)} {word}{'' if len(paths) == 1 else 's'}: {shown}{more}"
    if found.history:
        reach = f"to {local(found.reach)}" if found.reach else "no further than now"
        yield f"Undo {'reaches' if done else 'would then reach'} back {reach}."
    yield f"{'Removed' if done else 'Would remove'} {found.size:,} bytes."
    if not done:
        yield "Nothing was changed: `reader purge --yes` does it."
