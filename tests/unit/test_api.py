"""The public API: what `import reader` gives, and the examples of its page."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import reader

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_every_name_of_the_api_loads_and_stands_on_its_page() -> None:
    for name in dir(reader):
        assert getattr(reader, name) is not None
    used = set(re.findall(r"\breader\.(\w+)|`(\w+)`", PAGE))
    assert {name for name in dir(reader) if not name.startswith("__")} <= {name for pair in used for name in pair}


def test_type_checkers_see_the_names_that_scripts_get() -> None:
    stub = ast.parse((PROJECT / "reader" / "__init__.pyi").read_text(encoding="utf-8"))
    imports = [
        (node.module or "", alias.name) for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names
    ]
    names = {name: getattr(import_module(module), name) for module, name in imports}
    assert sorted({*names, "__version__"}) == dir(reader)
    assert all(getattr(reader, name) is value for name, value in names.items())


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = vars(reader)["__getattr__"]("nothing")


def test_importing_the_package_loads_nothing_else() -> None:
    program = "import sys, reader; print([name for name in sys.modules if name.startswith('reader.')])"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_examples_of_the_page_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(PROJECT / "sample_articles", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for example in EXAMPLES:
        exec(compile(example, "docs/api.md", "exec"), names)
    output = capsys.readouterr().out
    assert "It stood still for twelve days." in output
    assert "figures/outage" in Path("review.md").read_text(encoding="utf-8")
