"""Programs of the system: what is found, what limits them, and that none outlives this program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reader.programs import find_program, run_program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its shell and signals are others")


def write_program(folder: Path, commands: str) -> Path:
    """Write a program of the shell, and return its path."""
    folder.mkdir(exist_ok=True)
    path = folder / "helper"
    path.write_text(f"#!/bin/sh\n{commands}\n")
    path.chmod(0o700)
    return path


@pytest.mark.parametrize("path", [".", "", "downloads", ":downloads:."])
def test_programs_in_the_current_folder_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    write_program(tmp_path / "downloads", "true")
    (tmp_path / "helper").symlink_to(tmp_path / "downloads" / "helper")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", path)
    assert find_program("helper") == ""
    monkeypatch.setenv("PATH", f"{path}:{tmp_path / 'downloads'}")
    assert find_program("helper") == str(tmp_path / "downloads" / "helper")


def test_a_stricter_limit_of_memory_stays(tmp_path: Path) -> None:
    strict, wanted = 2_000_000, 4_000_000_000
    program = write_program(tmp_path, "ulimit -v")
    call = f"print(run_program([{str(program)!r}], seconds=60, most=1000, memory={wanted}))"
    script = f'ulimit -v {strict}; exec "$0" "$@"'
    command = ["sh", "-c", script, sys.executable, "-c", f"from reader.programs import run_program; {call}"]
    assert f"code=0, output=b'{strict}" in subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_program_whose_starter_is_killed_ends_by_its_limit_of_time(tmp_path: Path) -> None:
    result = run_program([str(write_program(tmp_path, "ulimit -t"))], seconds=60, most=1000, memory=4_000_000_000)
    assert int(result.output) == 60 * (os.cpu_count() or 1) + 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("is_on_thread", [False, True], ids=["main", "thread"])
def test_no_program_outlives_this_one(tmp_path: Path, number: signal.Signals, is_on_thread: bool) -> None:
    helper = write_program(tmp_path, 'echo $$ > "$1"; exec sleep 1000')
    pipe = tmp_path / "process"
    os.mkfifo(pipe)
    work = f"run_program([{str(helper)!r}, {str(pipe)!r}], seconds=1000, most=1000)"
    blocked = f"signal.pthread_sigmask(signal.SIG_BLOCK, [{int(number)}])"
    started = f"threading.Thread(target=lambda: {work}, daemon=True).start()"
    code = f"{blocked}; {started}; signal.sigwait([{int(number)}])" if is_on_thread else work
    imports = "import signal, threading; from reader.programs import run_program"
    heard = f"signal.signal({int(number)}, signal.SIG_DFL)"  # also where the tests run under nohup
    process = subprocess.Popen([sys.executable, "-c", f"{imports}; {heard}; {code}"])
    child = int(pipe.read_text())
    process.send_signal(number)
    assert process.wait(60) == (0 if is_on_thread else 128 + number)
    assert not is_sleeping(child)


def is_sleeping(process: int) -> bool:
    """Whether the helper still runs; one that was killed may wait for its parent to ask."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True)
    return done.stdout.strip()[:1] not in ("", "Z")
