"""`reader report`: where the page goes, whose name is on it, and when a browser opens it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.test_cli import Call, call, ferry

__all__ = ["call", "ferry"]  # fixtures


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the reports in the test's folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def test_a_report_goes_to_a_new_private_file_or_to_the_named_one(call: Call, ferry: Path, tmp_path: Path) -> None:
    first, second = (Path(call("report", ferry).out.strip()) for _ in range(2))
    assert first != second
    assert first.is_relative_to(tmp_path)
    assert first.name.startswith("the-ferry-that-counts-its-passengers-twice")
    assert first.read_bytes().startswith(b"<!DOCTYPE html>")
    if os.name == "posix":
        assert first.parent.stat().st_mode & 0o077 == 0
    target = tmp_path / "out.html"
    assert call("report", ferry, "--output", target).out == f"{target}\n"
    target.write_text("mine", encoding="utf-8")
    refused = call("report", ferry, "--output", target)
    assert (refused.code, target.read_text(encoding="utf-8")) == (1, "mine")
    assert "--force" in refused.err
    assert call("report", ferry, "--output", target, "--force").code == 0
    assert call("report", ferry, "--force").code == 2
    exported = call("export", ferry, "--format", "html", "--output", tmp_path / "again.html")
    assert exported.code == 0
    assert "a␇.html: 0 annotations" in call("report", ferry, "--output", tmp_path / "a\a.html").err
    assert str(tmp_path).encode() not in target.read_bytes() + (tmp_path / "again.html").read_bytes()


def test_a_person_has_a_name_on_the_page_once_they_chose_one(call: Call, ferry: Path, tmp_path: Path) -> None:
    quote = ("annotate", ferry, "--quote")
    assert call(*quote, "The port office counted").code == 0
    assert "references by Reviewer 1," in Path(call("report", ferry).out.strip()).read_text(encoding="utf-8")
    (tmp_path / "settings.toml").write_text('creator = "Mirela"\n', encoding="utf-8")
    assert call(*quote, "Nobody believed it").code == 0
    assert "references by Mirela and Reviewer 2," in Path(call("report", ferry).out.strip()).read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="the browser of this test is a shell script")
def test_the_report_is_opened_in_the_browser_only_when_asked(ferry: Path, tmp_path: Path) -> None:
    shown, browser = tmp_path / "shown", tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > "{shown}"\n', encoding="utf-8")
    browser.chmod(0o755)
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "BROWSER": f"{browser} %s"}

    def reported(*options: str) -> "subprocess.CompletedProcess[str]":
        command = [
            sys.executable,
            "-m",
            "reader",
            "report",
            str(ferry),
            "--output",
            str(tmp_path / "a b.html"),
            "--force",
            *options,
        ]
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)

    assert reported().returncode == 0
    assert not shown.exists()
    assert reported("--open").returncode == 0
    assert shown.read_text(encoding="utf-8") == (tmp_path / "a b.html").as_uri()
