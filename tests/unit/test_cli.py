"""The command line as a person or a script calls it: what is printed, what is kept, how it ends."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

import reader
from reader.cli import run
from reader.formats import read_article
from reader.library import Library
from tests.unit.review_strategies import TEXT, annotation_lines, where
from tests.unit.test_library import plain

COMMANDS = ("annotate", "audit", "export", "list", "open", "show")


class Answer(NamedTuple):
    """How a call ended and what it printed."""

    code: int
    out: str
    err: str


Call = Callable[..., Answer]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def called(*arguments: object) -> Answer:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return called


@pytest.fixture
def ferry(tmp_path: Path) -> Path:
    path = tmp_path / "ferry.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def piped(monkeypatch: pytest.MonkeyPatch, stream: io.BufferedIOBase) -> None:
    """Let standard input be a pipe with this in it."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(stream)))  # pyright: ignore[reportArgumentType]  # a stream that fails is enough


def process(*arguments: object, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    """Run the real command."""
    command = [sys.executable, "-m", "reader", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, stdin=subprocess.DEVNULL, env={**os.environ, **environment}, check=False
    )


def test_the_list_shows_the_review_as_it_is_while_a_window_has_the_article_open(
    call: Call, ferry: Path, own_library: Path
) -> None:
    def listed() -> tuple[int, int, int, str]:
        (record,) = json.loads(call("list", "--json").out)
        return record["decided"], record["sentences"], record["claims"], str(record["open"])

    assert call("add", ferry).code == 0
    assert listed() == (0, 7, 0, "0")
    assert "7 sentences undecided" in call("list").out
    window = Library.open(own_library)
    session = window.review(read_article(str(ferry)))
    claim = session.mark(where(session.index.article, "“Nobody believed it,” says"))
    session.mark(where(session.index.article, "The port office counted 20,500"), "later")
    assert window.flush(30)
    assert listed() == (2, 7, 1, "2")
    session.judge(claim, "1", "unavailable")
    assert window.flush(30)
    assert listed() == (2, 7, 1, "1")
    in_the_export = call("export", ferry, "--format", "markdown").out
    assert "1 claim, 2 of 7 sentences decided. 1 open pair · 5 sentences undecided · 1 sentence for later" in in_the_export
    assert window.close(30)


def test_the_whole_job_from_a_script(call: Call, ferry: Path, own_library: Path) -> None:
    said = call(
        *("annotate", ferry, "--quote", "Nobody   believed\nit", "--tag", "#people / ana", "--note", "ask her"),
        *("--verdict", "1=partly-supports", "--verdict", "[2]=contradicts"),
    )
    assert (said.code, said.err) == (0, "")
    (record,) = plain(own_library, "annotations")
    assert record["id"] == said.out.strip()
    assert record["selector"]["exact"] == "Nobody believed it"
    assert record["tags"] == ["people/ana"]
    assert {j["reference"]: j["verdict"] for j in record["judgements"]} == {"1": "partly-supports", "2": "contradicts"}
    assert call("annotate", ferry, "--quote", "opened in spring", "--occurrence", 2, "--kind", "later").code == 0
    (listed,) = json.loads(call("list", "--json").out)
    assert (listed["source"], listed["claims"], listed["open"], listed["tags"]) == (str(ferry), 1, 0, ["people/ana"])
    table = call("list").out
    assert listed["id"][:8] in table
    assert "#people/ana" in table
    shown = call("show", ferry).out
    assert "Claim 1, sentence 2, judged, 2 of 2: Nobody believed it" in shown
    assert "Rests on [2]: contradicts" in shown
    assert ": opened in spring" in shown
    exported = call("export", ferry, "--format", "jsonl").out
    assert [line["kind"] for line in annotation_lines(exported)] == ["claim", "later"]


def test_words_that_are_marked_already_get_no_second_claim(call: Call, ferry: Path, own_library: Path) -> None:
    first = call("annotate", ferry, "--quote", "The port office counted 20,500 [2].", "--note", "ask her", "--tag", "port").out
    again = ("annotate", ferry, "--quote", "The port office counted 20,500", "--verdict", "2=supports", "--note", "she agrees")
    for tag, more in (("people", ("--fix", "it is in no list")), ("port", ())):
        assert call(*again, "--tag", tag, "--decision", "drop", *more).out == first
    (record,) = plain(own_library, "annotations")
    assert (record["note"], record["tags"]) == ("ask her\n\nshe agrees", ["port", "people"])
    assert [(one["reference"], one["verdict"]) for one in record["judgements"]] == [("2", "supports")]
    assert (record["decision"], record["fix"]) == ("drop", "it is in no list")
    for other in (("--quote", "20,500"), ("--quote", "The port office counted 20,500 [2].", "--kind", "later")):
        assert call("annotate", ferry, *other).out != first
    assert len(plain(own_library, "annotations")) == 3


def test_an_article_is_shown_as_numbered_lines_or_only_what_a_filter_matches(call: Call, ferry: Path) -> None:
    call("annotate", ferry, "--quote", "Nobody believed it", "--verdict", "1=contradicts", "--tag", "belief")
    call("annotate", ferry, "--quote", "counted 20,500")
    lines = call("show", ferry).out.splitlines()
    numbers = [int(line.partition(". ")[0]) for line in lines if line.partition(". ")[0].isdigit()]
    assert numbers == [*range(1, 8)]
    assert "│" not in "".join(lines)
    assert "\x1b" not in "".join(lines)
    claims = call("show", ferry, "--claims").out
    assert "Nobody believed it" in claims
    assert "20,500" in claims
    assert not any(line.startswith("1. ") for line in claims.splitlines()), "without the text"
    tagged = call("show", ferry, "--filter", "#belief").out
    assert "Rests on [1]: contradicts" in tagged
    assert "counted 20,500" not in tagged
    assert "open," in call("show", ferry, "--open").out
    wrong = call("show", ferry, "--filter", "is:nonsense")
    assert wrong.code == 2
    assert "nonsense" in wrong.err


def test_an_article_of_the_library_is_named_by_its_title_also_when_its_file_is_gone(call: Call, ferry: Path) -> None:
    call("annotate", ferry, "--quote", "Nobody believed it")
    ferry.unlink()
    title = TEXT.splitlines()[0].upper()
    assert "Nobody believed it" in call("show", title).out
    assert call("annotate", title, "--quote", "counted 20,500").code == 0
    assert len(annotation_lines(call("export", title, "--format", "jsonl").out)) == 2
    missing = call("show", ferry)
    assert missing.code == 0
    assert call("show", "something else").code == 1


def test_a_quote_that_is_not_there_or_there_twice_is_an_error_with_candidates(
    call: Call, ferry: Path, own_library: Path
) -> None:
    missing = call("annotate", ferry, "--quote", "The office of the port counted 20,501")
    assert missing.code == 1
    assert "does not occur in the article" in missing.err
    assert "The port office counted 20,500 [2]." in missing.err
    twice = call("annotate", ferry, "--quote", "The café next to it")
    assert twice.code == 1
    assert "2 times" in twice.err
    assert "1: …" in twice.err
    assert "»The café next to it« opened in spring. Its owner" in twice.err
    assert call("annotate", ferry, "--quote", "The café next to it", "--occurrence", 3).code == 1
    assert call("annotate", ferry, "--quote", "  ").code == 1
    assert not (own_library / "library.json").exists()


def test_what_stands_twice_only_because_the_page_repeats_it_is_no_question(
    call: Call, tmp_path: Path, own_library: Path
) -> None:
    top = "The ferry stops for the winter\n\nThe ferry to the island has stopped for the winter, the town says.\n\n"
    body = "By Ana Marsh | 18 September 2025\n\nNobody saw it leave the quay on Monday morning [1].\n\nReferences\n\n"
    path = tmp_path / "page.txt"
    text = f"Skip to content\n\n{top}Home | News | Sport\n\n{top}{body}[1] Island Lines. (2024). Timetable.\n"
    path.write_text(text, encoding="utf-8")
    assert call("annotate", path, "--quote", "has stopped for the winter").code == 0
    (record,) = plain(own_library, "annotations")
    assert text.count(record["selector"]["exact"]) == 2
    assert "Skip to content" in text
    assert "has stopped for the winter" in call("show", path).out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--verdict", "9=supports"], "The references are 1, 2, 3"),
        (["--verdict", "1=true"], "The verdicts are supports, partly-supports"),
        (["--verdict", "supports"], "is not REF=ID"),
        (["--verdict", "1=supports", "--verdict", "[1]=unclear"], "has two verdicts"),
        (["--verdict", "1=supports", "--kind", "later"], "Only a claim can be judged"),
        (["--tag", " #/ "], "cannot be the name of a tag"),
        (["--kind", "fact"], "'fact' is not one of"),
        (["--occurrence", "0"], "0 is not in the range"),
    ],
)
def test_a_wrong_use_says_what_is_allowed(call: Call, ferry: Path, own_library: Path, options: list[str], told: str) -> None:
    answer = call("annotate", ferry, "--quote", "Nobody believed it", *options)
    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err
    assert not (own_library / "library.json").exists()


def test_a_quote_of_markdown_is_found_as_it_is_shown_and_as_it_is_written(
    call: Call, tmp_path: Path, own_library: Path
) -> None:
    path = tmp_path / "post.md"
    path.write_text("# Post\n\nThe **ferry\nis** *late* today.\n", encoding="utf-8")
    assert call("annotate", path, "--quote", "The ferry is late").code == 0
    assert call("annotate", path, "--quote", "**ferry is** *late*").code == 0
    assert [r["selector"]["exact"] for r in plain(own_library, "annotations")] == [
        "The **ferry\nis** *late",
        "**ferry\nis** *late*",
    ]


def test_exports_go_to_standard_output_as_bytes_or_to_a_new_file(call: Call, ferry: Path, tmp_path: Path) -> None:
    call("annotate", ferry, "--quote", "Nobody believed it")
    path = tmp_path / "claims.csv"
    done = process("export", ferry, "--format", "csv", PYTHONIOENCODING="ascii")
    assert done.stdout.startswith(b"\xef\xbb\xbfarticle,")
    assert b"twice \xf0\x9f\x9a\xa2" in done.stdout
    assert call("export", ferry, "--format", "csv", "--output", path).out == ""
    assert path.read_bytes() == done.stdout
    path.write_text("mine")
    refused = call("export", ferry, "--format", "csv", "--output", path)
    assert (refused.code, "--force" in refused.err, path.read_text()) == (1, True, "mine")
    assert call("export", ferry, "--format", "csv", "--output", path, "--force").code == 0
    assert path.read_bytes() == done.stdout
    assert call("export", ferry, "--format", "csv", "--force").code == 2
    assert call("export", ferry, "--format", "pdf").code == 2


def test_an_article_that_the_library_does_not_know_is_exported_and_shown_and_not_kept(
    call: Call, ferry: Path, own_library: Path
) -> None:
    exported = call("export", ferry, "--format", "jsonl")
    assert (exported.code, annotation_lines(exported.out), exported.err) == (0, [], "")
    assert "0 claims, 0 of 7 sentences decided. 7 sentences undecided" in call("show", ferry).out
    assert not (own_library / "library.json").exists()


def test_a_pipe_is_read_and_kept_under_its_title(call: Call, monkeypatch: pytest.MonkeyPatch, own_library: Path) -> None:
    piped(monkeypatch, io.BytesIO(TEXT.encode()))
    assert call("annotate", "-", "--quote", "Nobody believed it").code == 0
    assert [record["source"] for record in plain(own_library, "articles")] == ["-"]
    piped(monkeypatch, io.BytesIO(TEXT.encode("utf-16")))
    assert "open, 0 of 2 settled" in call("show", "-").out


def test_the_library_may_be_named_before_and_after_the_command(
    call: Call, ferry: Path, tmp_path: Path, own_library: Path
) -> None:
    assert call("--library", tmp_path / "a", "annotate", ferry, "--quote", "Nobody believed it").code == 0
    assert call("annotate", ferry, "--quote", "Nobody believed it", "--library", tmp_path / "b").code == 0
    assert len(plain(tmp_path / "a", "annotations")) == len(plain(tmp_path / "b", "annotations")) == 1
    assert not own_library.exists()


def test_nothing_in_an_article_commands_the_terminal(call: Call, tmp_path: Path, own_library: Path) -> None:
    path = tmp_path / "bad\x1b[2J.txt"
    path.write_text(
        "A \x1b]0;title\x07 story\n\nIt \u202ewas\x9b31m red [1] and \x1b[2J gone.\n\n[1] Cite\x1b[5m this. 2024.\n"
    )
    call("annotate", path, "--quote", "red", "--note", "a\x1b[0m", "--tag", "t\x1b[1m")
    outputs = [call("show", path), call("list"), call("audit", path), call("list", "--json"), call("audit", path, "--json")]
    outputs += [call("annotate", path, "--quote", "a\x1b[31m"), call("open", path), call("show", "no\x1b[31m such")]
    outputs += [call(command, "--library", tmp_path / "d\x1b[31m") for command in ("list", "doctor", "history", "repair")]
    outputs += [call("merge", tmp_path / "d\x1b[31m"), call("list", "--library", "~d\x1b[31m/x")]
    assert f"The library {tmp_path}/d␛[31m has no articles yet" in call("list", "--library", tmp_path / "d\x1b[31m").out
    for answer in outputs:
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & {*answer.out, *answer.err}
    for kind in ("markdown", "jsonl", "csv"):
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & {*call("export", path, "--format", kind).out}


def test_help_stands_everywhere_with_an_example(call: Call) -> None:
    for arguments in ([], *([command] for command in COMMANDS)):
        answer = call(*arguments, "--help")
        assert answer.code == 0
        assert "Example" in answer.out
        assert "--library DIR" in answer.out
    assert all(f"\n  {command} " in call("-h").out for command in COMMANDS)
    assert call("--version").out.startswith("reader 0.")


def test_without_a_terminal_the_screen_is_refused_and_show_is_offered(call: Call, ferry: Path) -> None:
    for arguments in ([ferry], ["open", ferry]):
        answer = call(*arguments)
        assert answer.code == 1
        assert "needs a terminal" in answer.err
        assert f"reader show {ferry}" in answer.err
    assert "reader list" in call().err


def test_what_cannot_be_read_is_said_before_any_screen(call: Call, tmp_path: Path) -> None:
    picture = tmp_path / "picture.gif"
    picture.write_bytes(b"GIF89a" + bytes(2000))
    for arguments in ([tmp_path], [picture], ["no-such-file.txt"], ["show", picture], ["audit", tmp_path]):
        answer = call(*arguments)
        assert answer.code == 1
        assert answer.err.startswith("reader: ")
        assert "terminal" not in answer.err


def test_a_file_that_is_called_like_a_command_is_opened_by_open(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("list").write_text(TEXT, encoding="utf-8")
    assert "has no articles yet" in call("list").out
    for arguments in (["open", "list"], ["./list"]):
        assert "needs a terminal" in call(*arguments).err


def test_a_misspelt_command_is_recognised(call: Call) -> None:
    assert "`reader annotate`" in call("anotate").err


def test_a_wrong_option_or_a_missing_argument_ends_with_two(call: Call) -> None:
    for arguments in (["--colour"], ["list", "--colour"], ["export"], ["show"], ["annotate", "x"]):
        answer = call(*arguments)
        assert (answer.code, answer.out) == (2, "")
        assert "--help" in answer.err


def test_a_damaged_library_is_told_and_left_alone(call: Call, ferry: Path, own_library: Path) -> None:
    own_library.mkdir()
    (own_library / "library.json").write_bytes(b"{")
    for arguments in (["list"], ["annotate", ferry, "--quote", "Nobody"], ["show", ferry]):
        answer = call(*arguments)
        assert (answer.code, answer.out, "damaged" in answer.err) == (1, "", True)
    assert (own_library / "library.json").read_bytes() == b"{"


def test_faulty_settings_are_told(call: Call, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("theme = 3\n")
    answer = call("list")
    assert (answer.code, "line 1" in answer.err) == (1, True)


FULL = """
import resource, signal, sys
from reader.cli import run

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
sys.exit(run(sys.argv[1:]))
"""


def test_what_could_not_be_saved_is_not_called_saved(ferry: Path, own_library: Path) -> None:
    command = [sys.executable, "-B", "-c", FULL, "annotate", str(ferry), "--quote", "Nobody believed it"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("reader: Not saved")
    assert not (own_library / "library.json").exists()


class Failing(io.RawIOBase):
    """A pipe that fails in its own way."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def readable(self) -> bool:
        return True

    def readall(self) -> bytes:
        raise self.error

    def readinto(self, _: object) -> int:
        raise self.error


@pytest.mark.parametrize(
    ("command", "code", "told"), [("parse - <&-", 1, "The input is empty"), ("list >&-", 0, ""), ("list <&- >&- 2>&-", 0, "")]
)
def test_standard_streams_that_are_closed_are_no_error_of_the_program(command: str, code: int, told: str) -> None:
    words = ["sh", "-c", f'exec "$0" -m reader {command}', sys.executable]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, bool(done.stderr), told in done.stderr) == (code, bool(told), True)


@pytest.mark.parametrize("command", [("merge",), ("repair", "--library"), ("team", "create", "--as", "ana")])
def test_a_path_that_cannot_be_reached_is_told(call: Call, command: tuple[str, ...]) -> None:
    answer = call(*command, "x" * 300)
    assert (answer.code, "Unexpected" in answer.err, "xxx cannot be reached: " in answer.err) == (1, False, True)


def test_a_current_folder_that_is_gone_is_told(ferry: Path, tmp_path: Path) -> None:
    (folder := tmp_path / "gone").mkdir()
    words = ["sh", "-c", f'rmdir {folder} && "$0" -P -m reader show ../{ferry.name}', sys.executable]
    paths = {"PYTHONPATH": str(Path(reader.__file__).parents[1])}
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=folder, env={**os.environ, **paths})
    assert (done.returncode, done.stderr.splitlines()[0]) == (1, "reader: The current folder is gone")


def test_output_on_a_full_disk_is_told(ferry: Path) -> None:
    with open("/dev/full", "wb") as full:
        for arguments in (["show", str(ferry)], ["list", "--json"]):
            command = [sys.executable, "-m", "reader", *arguments]
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
            assert (done.returncode, done.stderr) == (1, "reader: The output cannot be written: No space left on device\n")


@pytest.mark.skipif(sys.platform == "win32", reason="its terminals are others")
@pytest.mark.parametrize(("arguments", "code"), [(["--version"], 1), (["list", "--nothing"], 2)])
def test_a_terminal_that_is_closed_leaves_the_exit_code_as_it_is(arguments: list[str], code: int) -> None:
    leader, follower = os.openpty()
    os.close(leader)
    with os.fdopen(follower, "wb") as closed:
        done = subprocess.run([sys.executable, "-m", "reader", *arguments], stdout=closed, stderr=closed, check=False)
    assert done.returncode == code


def test_an_interrupt_is_quiet(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    piped(monkeypatch, Failing(KeyboardInterrupt()))  # pyright: ignore[reportArgumentType]  # a stream that fails is enough
    answer = call("show", "-")
    assert (answer.code, answer.out, answer.err.strip()) == (130, "", "")


INTERRUPTED_IMPORT = """
import signal, sys

class Interrupt:
    def __set_name__(self, owner, name):
        signal.raise_signal(signal.SIGINT)

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            type("Names", (), {"name": Interrupt()})

module = sys.argv.pop(1)
sys.meta_path.insert(0, Finder())
from reader.cli import main
main()
"""
"""Ctrl+C while a class is made in a module that is imported: Python makes an error of its own of it."""


@pytest.mark.parametrize("module", ["click", "reader.cli.open", "reader.tui.app"])
def test_an_interrupt_of_the_start_is_quiet(ferry: Path, module: str) -> None:
    served = {**os.environ, "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver"}
    command = [sys.executable, "-c", INTERRUPTED_IMPORT, module, "open", str(ferry)]
    done = subprocess.run(command, env=served, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_a_failure_that_nobody_expected_is_one_line_and_a_file(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path))
    piped(monkeypatch, Failing(RuntimeError("the moon \x1b[31m fell")))  # pyright: ignore[reportArgumentType]  # a stream that fails is enough
    answer = call("show", "-")
    assert (answer.code, answer.out) == (1, "")
    assert "RuntimeError: the moon" in answer.err
    assert "Traceback" not in answer.err
    assert "\x1b" not in answer.err
    (written,) = tmp_path.rglob("crash-*.txt")
    assert str(written) in answer.err
    assert "Traceback" in written.read_text()


@pytest.mark.slow
def test_a_reader_that_leaves_early_is_no_failure_to_tell(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("A title\n\n" + "One more sentence of a long story. " * 20_000)
    command = [sys.executable, "-m", "reader", "show", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.read(7)
        running.stdout.close()
        assert running.stderr.read() == b""


@pytest.mark.parametrize(
    "command",
    [
        *(["list"], ["--help"], ["export", "--format", "csv"]),
        *(pytest.param(command, marks=pytest.mark.slow) for command in (["list", "--json"], ["show"])),
    ],
)
def test_a_reader_that_is_gone_is_no_failure_to_tell(ferry: Path, command: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    called = [sys.executable, "-m", "reader", *command, *([str(ferry)] if command[0] in ("show", "export") else [])]
    with os.fdopen(writing, "wb") as output:
        done = subprocess.run(called, stdout=output, stderr=subprocess.PIPE, check=False)
    assert done.stderr == b""


@pytest.mark.slow
def test_output_in_an_encoding_that_lacks_a_sign_does_not_fail(ferry: Path) -> None:
    for environment in ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "ascii"}):
        done = process("show", ferry, **environment)
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"counts its passengers twice" in done.stdout
        assert process("list", **environment).returncode == 0
