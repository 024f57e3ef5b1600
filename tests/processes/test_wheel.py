"""The built wheel: it holds the sample that the first start offers, and to open that writes nothing beside it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PROGRAM = """
import sys
from pathlib import Path
import reader
from reader.library import Library
from reader.review.scale import DEFAULT_SCALE
from reader.tui.library.welcome import find_samples, read_sample

print(find_samples().relative_to(Path(sys.argv[1]).resolve()).as_posix())
with Library.open(Path(sys.argv[2])) as library:
    article = read_sample(lambda: library, "ann", DEFAULT_SCALE)
    sources = library.review(article).sources
    print(sum(sources.source(reference.id) is not None for reference in article.references))
"""


def times(folder: Path) -> dict[Path, int]:
    """Return all files in a folder with the times of their last change."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_an_installed_wheel_finds_its_sample_and_leaves_it_alone(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=PROJECT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "site-packages"
    zipfile.ZipFile(wheel).extractall(installed)
    before = times(installed)
    command = [sys.executable, "-B", "-c", PROGRAM, str(installed), str(tmp_path / "library")]
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    told = subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True)
    assert told.stdout.split() == ["reader/sample_articles", "5"]
    assert times(installed) == before
