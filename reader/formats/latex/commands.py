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
    "addchap": 1,
    "addsec": 2,
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
        "sep": "· ",
        "State": LINE_BREAK,
        "STATE": LINE_BREAK,
    },
}
TEX_SIGNS: Final = {",": " ", ";": " ", ":": " ", "!": "", "-": "", "/": "", " ": " ", "\n": " ", "@": "", "\\": LINE_BREAK}
SKIPPED_ARGUMENTS: Final = {
    name: count
    for count, names in (
        (
            1,
            """label bibliographystyle usepackage RequirePackage documentclass pagestyle thispagestyle includegraphics
            vspace hspace input include subfile index graphicspath hypersetup bibliography addbibresource nocite email
            hyphenation date theoremstyle color pagecolor phantom vphantom hphantom captionsetup setlist lstset tikzset
            pgfplotsset geometry sisetup newcounter newlength newif stepcounter refstepcounter pagenumbering
            selectlanguage linespread setstretch enlargethispage setcitestyle bibpunct cmidrule cline cortext ead
            orcidlink orcid corref fnref cormark fnmark tnoteref inst affil affiliation acresetall glsresetall glsaddall
            IEEEauthorrefmark IEEEauthorblockA AtBeginDocument mathtoolsset externaldocument""",
        ),
        (
            2,
            """setlength addtolength setcounter addtocounter rule fontsize numberwithin newtheorem DeclareMathOperator let
            markboth DeclareUnicodeCharacter newglossaryentry DeclareAcronym acrodef""",
        ),
        (3, "newenvironment renewenvironment addcontentsline definecolor newacronym"),
    )
    for name in names.split()
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
    "scalebox": 1,
    "rotatebox": 1,
    "foreignlanguage": 1,
    "hypertarget": 1,
    "hyperlink": 1,
    "mintinline": 1,
    "fcolorbox": 2,
}
"""Commands of which the arguments after so many are text."""
REFERENCES: Final = frozenset({"ref", "eqref", "autoref", "cref", "Cref", "pageref", "nameref", "vref", "subref"})
NOTES: Final = frozenset({"footnote", "footnotetext", "endnote", "thanks"})
TABULARS: Final = {
    "tabular": 1,
    "tabular*": 2,
    "tabularx": 2,
    "tabulary": 2,
    "longtable": 1,
    "array": 1,
    "supertabular": 1,
    "tblr": 1,
    "longtblr": 1,
}
LISTS: Final = frozenset({"itemize", "enumerate", "description", "compactitem", "compactenum", "inparaenum"})
QUOTES: Final = frozenset({"quote", "quotation", "displayquote", "verse"})
ENVIRONMENT_ARGUMENTS: Final = {
    **dict.fromkeys(
        ("minipage", "multicols", "adjustbox", "spacing", "subfigure", "subtable", "otherlanguage", "column", "turn"), 1
    ),
    **dict.fromkeys(("rotate", "otherlanguage*", "foreigndisplayquote"), 1),
    **dict.fromkeys(("wrapfigure", "wraptable", "CJK", "CJK*", "list", "adjustwidth"), 2),
}
"""Environments whose first arguments are no text, with their number."""
LENGTHS: Final = frozenset(
    {"vskip", "hskip", "kern", "parindent", "parskip", "baselineskip", "textwidth", "textheight", "oddsidemargin", "topmargin"}
    | {"tabcolsep", "columnsep", "itemsep", "parsep", "topsep", "leftskip", "rightskip", "mskip", "hsize", "vsize"}
)
"""Commands that a length without braces may follow."""
ENQUOTES: Final = {"enquote": ("“", "”"), "textquote": ("“", "”"), "say": ("“", "”"), "enquote*": ("‘", "’")}
FORMS: Final = ("1", "a", "i", "A")
QUOTATION_MARKS: Final = (("``", "“"), ("''", "”"), ("---", "—"), ("--", "–"), ("`", "‘"), ("'", "’"))
GERMAN_SHORTHANDS: Final = (
    *((f'"{letter}', umlaut) for letter, umlaut in zip("aouAOU", "äöüÄÖÜ", strict=True)),
    *(
        ('"s', "ß"),
        ('"z', "ß"),
        ('"`', "„"),
        ("\"'", "“"),
        ('"<', "«"),
        ('">', "»"),
        ('"=', "-"),
        ('"-', ""),
        ('""', ""),
        ('"|', ""),
    ),
)
"""What babel lets people write in German texts."""
