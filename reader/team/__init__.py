"""A team's library: the articles that its members share through a place that they have already, such as a bucket.

`team.Team` is the door: to make a team, join it, share articles, follow desks, and let changes come and go. `state` has the
values that it returns. Nothing of it is needed for a library that is in no team, which `belongs_to_team` tells. `stores` keeps
the objects; nobody but this package uses a store.
"""

from __future__ import annotations

from pathlib import Path

from reader.library.folder import MEMBERSHIP_FILE


def belongs_to_team(folder: Path) -> bool:
    """Whether the library in a folder is in a team, without reading more than the names there."""
    return (folder / MEMBERSHIP_FILE).is_file()
