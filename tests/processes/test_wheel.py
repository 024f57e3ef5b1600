"""What is built: the sample, the page and the manual pages travel in it, and it installs and runs without a network."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
import textual

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


@pytest.mark.parametrize("target", ["wheel", "sdist"])
def test_what_is_built_installs_into_a_clean_environment_without_a_network(tmp_path: Path, target: str) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(tmp_path)]
    subprocess.run(build, cwd=PROJECT, check=True, capture_output=True)
    (built,) = tmp_path.glob("claim_reader-*")
    clean = tmp_path / "clean"
    venv.create(clean, with_pip=True)
    folder = clean / ("Scripts" if sys.platform == "win32" else "bin")
    # The packages it needs are those of this environment: nothing is downloaded.
    (packages,) = clean.glob("[Ll]ib/**/site-packages")
    (packages / "others.pth").write_text(str(Path(textual.__file__).parents[1]), encoding="utf-8")
    install = [str(folder / "python"), "-m", "pip", "install", "--no-index", "--no-deps", "--no-build-isolation", str(built)]
    subprocess.run(install, check=True, capture_output=True)
    (tmp_path / "ferry.md").write_text(
        "# A ferry\n\nIt sails [1].\n\n## References\n\n1. Port. (2025). Tides.\n", encoding="utf-8"
    )
    for words in (["--version"], ["add", "ferry.md"], ["export", "ferry.md", "--format", "html", "--output", "ferry.html"]):
        subprocess.run([str(folder / "reader"), *words], cwd=tmp_path, check=True, capture_output=True)
    assert "A ferry" in (tmp_path / "ferry.html").read_text(encoding="utf-8")
    assert (clean / "share" / "man" / "man1" / "reader-export.1").is_file()
    assert (packages / "reader" / "web" / "page.html").is_file()
