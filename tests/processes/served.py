"""`reader serve` in a process of its own, for tests."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    """Return a port of this machine that no program uses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@contextmanager
def served(folder: Path, *arguments: str) -> Iterator[str]:
    """Serve the program from a folder, and give the address that it prints. At the end a signal stops it, without an error."""
    command = [sys.executable, "-m", "reader", "serve", "--port", str(free_port()), *arguments]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as run:
        assert run.stdout is not None
        line = next((line for line in run.stdout if "http://" in line), "")
        match = re.search(r"http://\S+", line)
        assert match is not None, run.communicate()
        try:
            yield match[0]
        finally:
            run.send_signal(signal.SIGTERM)
        _, errors = run.communicate(timeout=15)
        assert (run.returncode, errors) == (0, "")
