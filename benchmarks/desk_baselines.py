"""Get the plain text of a file by the library of its format: `python -m benchmarks.desk_baselines KIND FILE`."""

from __future__ import annotations

import io
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final


def _read_odt(data: bytes) -> str:
    document = import_module("odf.opendocument").load(io.BytesIO(data))
    extract: Any = import_module("odf.teletype").extractText
    return "\n".join(extract(paragraph) for paragraph in document.getElementsByType(import_module("odf.text").P))


def _read_rtf(data: bytes) -> str:
    return import_module("striprtf.striprtf").rtf_to_text(data.decode("ascii"))


def _read_latex(data: bytes) -> str:
    return import_module("pylatexenc.latex2text").LatexNodes2Text().latex_to_text(data.decode())


def _read_mail(data: bytes) -> str:
    message = import_module("email").message_from_bytes(data, policy=import_module("email.policy").default)
    return message.get_body().get_content()


def _read_notebook(data: bytes) -> str:
    notebook = import_module("nbformat").reads(data.decode(), as_version=4)
    return "\n\n".join(cell.source for cell in notebook.cells)


_READERS: Final = {"ODT": _read_odt, "RTF": _read_rtf, "LaTeX": _read_latex, "mail": _read_mail, "notebook": _read_notebook}

if __name__ == "__main__":
    print(len(_READERS[sys.argv[1]](Path(sys.argv[2]).read_bytes())))
