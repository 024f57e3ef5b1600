"""Building PDF files in memory, for tests: standard fonts, text at places, links, pictures; nothing is compressed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

WIDTH: Final = 595.0
HEIGHT: Final = 842.0
FONTS: Final = {
    **{"plain": "Helvetica", "bold": "Helvetica-Bold", "italic": "Helvetica-Oblique"},
    **{"fixed": "Courier", "serif": "Times-Roman"},
}
_WIDTHS: Final = (
    *(
        278,
        278,
        355,
        556,
        556,
        889,
        667,
        191,
        333,
        333,
        389,
        584,
        278,
        333,
        278,
        278,
        *[556] * 10,
        278,
        278,
        584,
        584,
        584,
        556,
    ),
    *(1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944),
    *(667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556),
    *(556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584),
)
"""How wide Helvetica's letters are, from the blank to the tilde, in thousandths of its size."""


def width_of(text: str, size: float, font: str = "plain") -> float:
    """Return how wide a text in Helvetica is; in other fonts about how wide."""
    if font == "fixed":
        return 0.6 * size * len(text)
    return _thousandths(text) * size / 1000


@cache
def _thousandths(text: str) -> int:
    return sum(_WIDTHS[ord(sign) - 32] if " " <= sign <= "~" else 556 for sign in text)


@dataclass
class Sheet:
    """A page, on which text is put at places; y leads down from the upper edge to what the letters stand on."""

    width: float = WIDTH
    height: float = HEIGHT
    operators: list[str] = field(default_factory=list[str])
    annotations: list[str] = field(default_factory=list[str])
    more: str = ""
    """Further entries of the page's dictionary."""

    def put(
        self, x: float, y: float, text: str, size: float = 10, font: str = "plain", *, turn: str = "1 0 0 1", width: float = 0
    ) -> float:
        """Write a line, and return the x behind it. Between two `^` are superscripts, `turn` is the direction it runs in.

        `width`: how wide it is made, by letters that are as much wider or narrower.
        """
        stretch = 100 * width / width_of(text, size, font) if width else 100
        for place, piece in enumerate(text.split("^")):
            small, raised = (0.6 * size, 0.35 * size) if place % 2 else (size, 0.0)
            if piece:
                shown = f"/{font} {small:.2f} Tf {turn} {x:.2f} {self.height - y + raised:.2f} Tm ({_escaped(piece)}) Tj"
                self.operators.append(f"BT {stretch:.3f} Tz {shown} ET")
                x += width_of(piece, small, font)
        return x

    def paragraph(
        self,
        x: float,
        y: float,
        text: str,
        *,
        width: float = 400,
        size: float = 10,
        font: str = "plain",
        first: float = 0,
        rest: float = 0,
    ) -> float:
        """Write a paragraph whose first line and whose other lines are set in so far, and return the y below it.

        A line feed ends a line, also within a word, where a hyphen stands before it.
        """
        for place, line in enumerate(lines_of(text, width, size, font, first, rest)):
            self.put(x + (rest if place else first), y, line, size, font)
            y += 1.2 * size
        return y

    def link(self, left: float, y: float, right: float, target: str | tuple[int, float]) -> None:
        """Make the letters on a line a link: to an address, or to a page (from 0) and a y on it."""
        rect = f"{left:.2f} {self.height - y - 3:.2f} {right:.2f} {self.height - y + 9:.2f}"
        if isinstance(target, str):
            leads = f"/A <</S /URI /URI ({_escaped(target)})>>"
        else:
            leads = f"/Dest [{target[0]} /XYZ 0 {self.height - target[1]:.2f} 0]"
        self.annotations.append(f"<</Type /Annot /Subtype /Link /Rect [{rect}] /Border [0 0 0] {leads}>>")


def pdf(*sheets: Sheet, said: Mapping[str, str] | None = None, catalog: str = "", trailer: str = "") -> bytes:
    """Return a document of these pages. `said` is what it says of itself, the others are entries of its dictionaries."""
    fonts = " ".join(
        f"/{name} <</Type /Font /Subtype /Type1 /BaseFont /{base} /Encoding /WinAnsiEncoding>>" for name, base in FONTS.items()
    )
    about = " ".join(f"/{name} ({_escaped(value)})" for name, value in (said or {}).items())
    objects = [
        f"<</Type /Catalog /Pages 2 0 R {catalog}>>",
        f"<</Type /Pages /Count {len(sheets)} /Kids [{' '.join(f'{4 + 2 * place} 0 R' for place in range(len(sheets)))}]>>",
        f"<<{about}>>",
    ]
    for place, sheet in enumerate(sheets):
        shown = "\n".join(sheet.operators)
        objects += [
            f"<</Type /Page /Parent 2 0 R /MediaBox [0 0 {sheet.width} {sheet.height}] /Contents {5 + 2 * place} 0 R "
            f"/Resources <</Font <<{fonts}>>>> /Annots [{' '.join(sheet.annotations)}] {sheet.more}>>",
            f"<</Length {len(shown)}>> stream\n{shown}\nendstream",
        ]
    return assembled(objects, f"/Info 3 0 R {trailer}")


def assembled(objects: list[str], trailer: str = "") -> bytes:
    """Return a file of these objects, which are numbered from 1; the first one is the catalog."""
    made = b"%PDF-1.7\n"
    places: list[int] = []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj {content} endobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer <</Size {len(objects) + 1} /Root 1 0 R {trailer}>>\n"
    )
    return made + f"{end}startxref\n{len(made)}\n%%EOF\n".encode("latin-1")


def _escaped(text: str) -> str:
    """Return a text as what stands in a string of a PDF, in the encoding of Windows."""
    coded = text.encode("cp1252").decode("latin-1")
    return coded.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def lines_of(
    text: str, width: float, size: float = 10, font: str = "plain", first: float = 0, rest: float = 0
) -> Iterator[str]:
    """Yield the lines that a paragraph is set in, as wide as `width` at the most."""
    line, room = "", width - first
    for given in text.split("\n"):
        for word in given.split():
            if line and width_of(f"{line} {word}", size, font) > room:
                yield line
                line, room = "", width - rest
            line = f"{line} {word}".strip()
        yield line
        line, room = "", width - rest
