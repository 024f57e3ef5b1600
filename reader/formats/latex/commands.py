"""Say what the commands and environments of LaTeX stand for."""

from __future__ import annotations

from typing import Final

from reader.article.model import StyleKind
from reader.formats.runs import LINE_BREAK

STYLES: Final = {
    **dict.fromkeys(("emph", "textit", "textsl", "itshape", "em", "it", "sl"), StyleKind.EMPHASIS),
    **dict.fromkeys(("textbf", "bfseries", "bf"), StyleKind.STRONG),
    **dict.fromkeys(("texttt", "ttfamily", "tt", "lstinline", "code"), StyleKind.CODE),
    **dict.fromkeys(("sout", "st"), StyleKind.STRIKE),
}
HEADINGS: Final = {
    "part": 1,
    "chapter": 1,
    "section": 2,
    "subsection": 3,
    "subsubsection": 4,
    "paragraph": 5,
    "subparagraph": 6,
}
SYMBOLS: Final = {
    **{"ldots": "…", "dots": "…", "textellipsis": "…", "textendash": "–", "textemdash": "—", "LaTeX": "LaTeX", "TeX": "TeX"},
    **{"textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“", "textquotedblright": "”", "S": "§", "P": "¶"},
    **{
        "textbackslash": "\\",
        "textasciitilde": "~",
        "textasciicircum": "^",
        "textbar": "|",
        "textless": "<",
        "textgreater": ">",
    },
    **{
        "copyright": "©",
        "textregistered": "®",
        "texttrademark": "™",
        "textdegree": "°",
        "degree": "°",
        "pounds": "£",
        "euro": "€",
    },
    **{
        "texteuro": "€",
        "quad": " ",
        "qquad": " ",
        "space": " ",
        "dag": "†",
        "ddag": "‡",
        "textperiodcentered": "·",
        "xspace": "",
    },
    **{"guillemotleft": "«", "guillemotright": "»", "glqq": "„", "grqq": "“", "newline": LINE_BREAK, "linebreak": LINE_BREAK},
    **{
        "textmu": "µ",
        "textpm": "±",
        "texttimes": "×",
        "checkmark": "✓",
        "textbullet": "•",
        "BibTeX": "BibTeX",
        "slash": "/",
        "and": ", ",
    },
}
TEX_SIGNS: Final = {",": " ", ";": " ", ":": " ", "!": "", "-": "", "/": "", " ": " ", "\n": " ", "@": "", "\\": LINE_BREAK}
SKIPPED_ARGUMENTS: Final = {
    **dict.fromkeys(
        ("label", "bibliographystyle", "usepackage", "documentclass", "pagestyle", "thispagestyle", "includegraphics"), 1
    ),
    **dict.fromkeys(("vspace", "hspace", "vspace*", "hspace*", "input", "include", "index", "graphicspath", "hypersetup"), 1),
    **dict.fromkeys(
        ("bibliography", "addbibresource", "nocite", "affil", "affiliation", "email", "thanks", "hyphenation", "date"), 1
    ),
    **dict.fromkeys(("theoremstyle", "DeclareMathOperator", "newtheorem", "definecolor", "color", "pagecolor", "phantom"), 1),
    **dict.fromkeys(("setlength", "addtolength", "setcounter", "addtocounter", "renewcommand", "renewenvironment", "rule"), 2),
    **dict.fromkeys(
        ("newenvironment", "addcontentsline", "multirow", "textcolor", "colorbox", "raisebox", "cmidrule", "cline"), 0
    ),
}
"""Commands whose first arguments are no text, with their number."""
LEADING_ARGUMENTS: Final = {
    "textcolor": 1,
    "colorbox": 1,
    "multicolumn": 2,
    "multirow": 2,
    "raisebox": 1,
    "parbox": 1,
    "resizebox": 2,
}
"""Commands of which the arguments after so many are text."""
REFERENCES: Final = frozenset({"ref", "eqref", "autoref", "cref", "Cref", "pageref", "nameref", "vref", "subref"})
NOTES: Final = frozenset({"footnote", "footnotetext", "endnote", "thanks"})
TABULARS: Final = {"tabular": 1, "tabular*": 2, "tabularx": 2, "tabulary": 2, "longtable": 1, "array": 1, "supertabular": 1}
LISTS: Final = frozenset({"itemize", "enumerate", "description", "compactitem", "compactenum", "inparaenum"})
QUOTES: Final = frozenset({"quote", "quotation", "displayquote", "verse"})
FORMS: Final = ("1", "a", "i", "A")
QUOTATION_MARKS: Final = (("``", "“"), ("''", "”"), ("---", "—"), ("--", "–"), ("`", "‘"), ("'", "’"))
