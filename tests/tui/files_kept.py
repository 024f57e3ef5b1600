"""The files of a library that many tests begin with: the first test makes it by what people do, and the others get copies."""

from __future__ import annotations

from pathlib import Path

_kept: dict[str, dict[str, bytes]] = {}


def keep_files(name: str, folder: Path) -> None:
    """Keep the files of a folder that no window has open under a name."""
    _kept[name] = {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def put_back(name: str, folder: Path) -> bool:
    """Write the files that were kept under a name into a folder. Return whether there are any."""
    for path, data in _kept.get(name, {}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return name in _kept
