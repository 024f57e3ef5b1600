"""Documents made of very many small parts: real processes stay below 600 MB, end, and name what they leave out.

`python -m benchmarks huge` reads all of HUGE, and measures time as well.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.huge_documents import HUGE, QUICK, READ_WHOLE
from tests.unit.test_formats_limits import MEMORY

PROGRAM = """
import json, os, sys
from benchmarks.processes import peak_memory
from reader.formats import parse_article, read_bytes
from reader.formats.budget import Limits

article = parse_article(read_bytes(sys.argv[1]), sys.argv[1], Limits(seconds=3600))
print(json.dumps([article.notices, peak_memory(os.getpid()) * 1_000_000]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_an_import_stays_below_600_mb(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(HUGE[name]())
    result = subprocess.run([sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    notices, memory = json.loads(result.stdout)
    assert memory < MEMORY
    assert bool(notices) == (name not in READ_WHOLE)


@pytest.mark.slow
def test_an_import_without_memory_ends_with_an_error_for_people(tmp_path: Path) -> None:
    path = tmp_path / "letters.html"
    path.write_bytes(HUGE["letters.html"]())
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (180_000_000,) * 2); from reader.cli import main; main()"
    )
    command = [sys.executable, "-c", program, "parse", str(path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert "letters.html needs more memory than there is" in result.stderr
    assert "Traceback" not in result.stderr
