"""The pictures of the documentation are those that the program makes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_the_pictures_of_the_documentation_are_made_anew_without_a_difference() -> None:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, str(PROJECT / "docs" / "pictures.py"), "--check"]
    result = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
