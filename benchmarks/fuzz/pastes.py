"""What people paste: the HTML of a clipboard, and the answers of language models as terminals hand them over."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from benchmarks.fuzz.documents import MARKUP
from benchmarks.fuzz.mutations import seed
from benchmarks.fuzz.trials import Target
from reader.errors import ReaderError
from reader.formats.pasted_text import clipboard_page, pasted_bytes
from reader.tui.library.paste import describe_paste, recognize_paste

_WIDTH: Final = 76
_CLIPBOARD: Final = """Version:0.9\r\nStartHTML:0000000141\r\nSourceURL:https://a.example/ice\r\n
<html><body><!--StartFragment--><h2 data-start="0">The ice road</h2><p>It was open <b style="color: red">nine</b>
<a href="https://a.example/ice?utm_source=chat" target="_blank"><sup>[1]</sup></a><span>+2</span>.</p><ul><li>
<p>one</p></li></ul><table><tr><td>year</td><td>weeks</td></tr></table><pre><code>a</code></pre><hr><ol><li>
<p>Harm, A. (2001). <i>Roads of ice</i>. https://a.example/ice</p></li></ol><!--EndFragment--></body></html>"""
_ANSWER: Final = """**The ice road** was open for nine weeks [1][2] 【3†source】 ([Roads](https://a.example/ice "Roads")).[^1_1]

### Weeks

- *1987*: 9 ([a.example][1])
- 1988: 7 [web:4] (Lee, 1999) ¹

| year | weeks |
|---|---|
| 1987 | 9 |

Sources:
1. Harm, A. (2001). Roads of ice. https://a.example/ice
[2]: https://b.example/winters "Winters"
[^1_1]: https://c.example/ice

[1]: https://a.example/ice?utm_source=chatgpt.com
"""
PASTES: Final = {
    "clipboard": seed(
        "clipboard", _CLIPBOARD, f"{MARKUP} Version:0.9 SourceURL: <sup> <a href= <li> <td> style= <meta \xff\xfe \r\n"
    ),
    "answer": seed(
        "answer", _ANSWER, "** * [1] 【1†s】 [^1] ]( ( ) ][1] [1]: > # | |-| ``` \n \n\n \r — · https://a.example/ \0 é ¹"
    ),
}
"""What is pasted, by name."""


def paste_target(name: str) -> Target:
    """Return one of PASTES as a target."""
    return Target(PASTES[name], _paste)


def _paste(path: Path) -> int:
    """Make an article of what a clipboard or a terminal gives, and show it, as the dialog that asks about it does."""
    data = path.read_bytes()
    data = clipboard_page(data) or pasted_bytes(data.decode("utf-8", "surrogateescape"))
    try:
        describe_paste(recognize_paste(data, "The clipboard"), "The clipboard", _WIDTH)
    except ReaderError as error:
        sys.stderr.write(str(error))
        return 1
    return 0
