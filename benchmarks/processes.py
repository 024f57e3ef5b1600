"""What a running process has used: CPU time and memory, by its id."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """Return the CPU time in seconds that all threads of a process have used, the ended ones too.

    On Linux to the nanosecond, elsewhere as exactly as `ps` tells. Raises OSError when there is no such process.
    """
    if sys.platform == "linux":
        # The number by which the kernel knows the CPU clock of another process, as clock_getcpuclockid(3) makes it.
        return time.clock_gettime(~pid << 3 | 2)
    return _seconds(_ps(pid, "time"))


def main_thread_seconds(pid: int) -> float | None:
    """Return the CPU time in seconds of a process's main thread alone, or None where the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    except (OSError, ValueError):
        return None


def peak_memory(pid: int) -> float:
    """Return the most memory a process has held at once, in MB of 1,000,000 bytes; where that is not told, what it holds now.

    Raises OSError when there is no such process.
    """
    if sys.platform == "linux":
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(peak.split()[1]) * 1024 / 1e6
    return int(_ps(pid, "rss")) * 1024 / 1e6


def _ps(pid: int, field: str) -> str:
    try:
        told = subprocess.run(["ps", "-o", f"{field}=", "-p", str(pid)], capture_output=True, text=True, check=True)
    except subprocess.CalledProcessError as error:
        raise ProcessLookupError(f"no process {pid}") from error
    return told.stdout.strip()


def _seconds(clock: str) -> float:
    """Return the seconds of a time such as "1:02.34", as `ps` writes it."""
    total = 0.0
    for part in clock.replace("-", ":").split(":"):
        total = total * 60 + float(part)
    return total
