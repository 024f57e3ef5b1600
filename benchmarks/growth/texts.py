"""Texts that repeat one unit in one context, of any length: what people write by accident, and what they write on purpose."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Final, NamedTuple

NUMBER: Final = "№"
"""The sign in a unit that becomes the number of its repetition."""
_WORDS: Final = (
    *("a", "A", "aB", "é", "ACGT", "word ", "Word ", "Word№ ", "the ", "naïve-", "word.", "Word, ", "w№ ", "a b"),
    *(
        "漢",
        "漢字。",
        "かな",
        "ก",
        "한",
        "א",
        "न्",
        "\u0301",
        "e\u0301",
        "\u0315\u0301",
        "\u200d",
        "👩‍👧",
        "🇳🇴",
        "\u00ad",
        "ﬁ",
        "\u202e",
        "\ufeff",
    ),
)
_NUMBERS: Final = (
    *("1", "1 ", "№ ", "12.", "1,", "1-", "1–", "2020", "2020 ", "1,000", "1 000 ", "1.1.", "5%", "¹", "¹,", "¹⁻", "½", "٣"),
    *(
        "May ",
        "12 May 2020 ",
        "1 and ",
        "1/2/",
        "2020-01-",
        "1990s ",
        "one hundred and ",
        "million ",
        "XIV ",
        "10 km2 ",
        "T12:00:00",
    ),
)
_MARKERS: Final = (
    *("[1]", "[№]", "[1] ", "[№] ", "[1, 2]", "[1–", "[1,", "[1;", "[see ", "[1, p. ", "[1]–", "[^1]", "[^№]", "[^1]: ", "[^"),
    *(
        "(1)",
        "(1",
        "(1; ",
        "word.1,2 ",
        "word 1, ",
        "【1†",
        "【1†a】",
        "[cite: 1, ",
        "[oaicite:1]",
        "turn1web1 ",
        "word† ",
        "word.*",
        "[@lee]",
        "[@lee; ",
        "@lee ",
        "[a]",
        "[a] ",
        "[a; b",
    ),
    *(
        "(Smith 2020) ",
        "(Smith 2020; ",
        "(Name№, 2020) ",
        "Smith et al. (2020) ",
        "Name№ (2020) ",
        "(Smith, ",
        "2020; ",
        "2020a, ",
    ),
    *("Smith and ", "Smith & ", "Smith, ", "Smith's ", "van der ", "et al. ", "Smith 2020 ", "in press "),
)
_ENTRIES: Final = (
    *(
        "Lee A, ",
        "Lee, A., ",
        "A. ",
        "A.",
        "A.-",
        "A. B. Lee, ",
        "Lee, Ann; ",
        "and ",
        ", & ",
        "eds. ",
        "vol. ",
        "retrieved ",
        "n.d. ",
    ),
    *("№. Lee, A. (2001). Title №.\n", "[№] Doe, B. Title. 2002.\n", "Name№, A. (2001). Title.\n\n", "Lee, A. (2001). Same.\n"),
    "† Doe, B. Title. 2002.\n\n",
    *("http://", "https://a.b/c", "https://a.b/№ ", "www.", "www.a.", "10.1000/", "doi:10.1000/№ ", "a@", "a.b.", "a/", "://"),
)
_MARKS: Final = (
    *("(", ")", "[", "]", "{", "}", "<", ">", "«", "»", "“", "”", '"', "'", "’", "„", "()", "[]", "(a ", "“a ", "“a” ", "'a "),
    *(
        ".",
        ". ",
        ",",
        ", ",
        ";",
        ":",
        ": ",
        "!",
        "?! ",
        "…",
        "...",
        "-",
        "--",
        "- ",
        "–",
        "— ",
        "a-",
        "a–",
        "/",
        "a/b ",
        "%",
        "#",
    ),
    *("Dr. ", "e.g. ", "p. ", "No. ", "J. ", "a. ", "A? ", "U.S.", ".) ", "”. ", '." ', "§", "©", "•", "• "),
    *(
        " ",
        "\t",
        "\n",
        "\n\n",
        " \n",
        "\n ",
        "a\n",
        "\r",
        "\u00a0",
        "\u200b",
        "\u3000",
        "\u2028",
        "\x00",
        "\x1b[",
        "a  ",
        "-\n",
        "a-\n",
    ),
)
_MARKUP: Final = (
    *(
        "*",
        "**",
        "*a",
        "*a* ",
        "**a* ",
        "_",
        "_a",
        "__a ",
        "`",
        "``",
        "`a",
        "~",
        "~~a",
        "\\",
        "\\[",
        "\\(",
        "$",
        "$$",
        "$a$ ",
        "^",
    ),
    *(
        "|",
        "| ",
        "| a ",
        "| a | b |\n",
        "|-",
        "|:-",
        "- a\n",
        "-\n",
        "* ",
        "+ a\n",
        "1. ",
        "№. a\n",
        "a. ",
        "> ",
        ">",
        "# ",
        "#a\n",
        "=\n",
    ),
    *(
        "[a](b) ",
        "[a](",
        "[a](<",
        "![](",
        "![",
        "](",
        "[a]: b\n",
        "[№]: b\n",
        "[a][b] ",
        "[[",
        "]]",
        "[a",
        "a]",
        "![a](b)",
        "<a",
        "<http://",
    ),
    *(
        "<b>",
        "</b>",
        "<b",
        "<b ",
        "<a href='",
        "<a href='b'>",
        "<!--",
        "-->",
        "<!",
        "<?",
        "<![CDATA[",
        "]]>",
        "&amp;",
        "&",
        "&#1",
        "&#x41;",
    ),
    *(
        "<p>",
        "<p>a</p>",
        "<div>",
        "<ul><li>",
        "<ol><li>a",
        "<li>a",
        "<table><tr><td>",
        "<td>a",
        "<tr>",
        "<sup>",
        "<sup>1</sup>",
        "<br>",
    ),
    *(
        "<a href='#r1'>1</a>",
        "<a href='#r№'>№</a> ",
        "<a name='r№'>",
        "<span>",
        "<h2>a</h2>",
        "<section>",
        "<script>",
        "<style>",
        "</div>",
    ),
    *(
        "::",
        ".. ",
        ".. [1] ",
        ".. _a: b\n",
        "`a`_ ",
        ":a:`b` ",
        "|a| ",
        "[1]_ ",
        "a_ ",
        "====\n",
        "* - a\n",
        "    a\n",
        "\ta",
        "```\n",
        "~~~",
    ),
    *("@a{b, ", "title = {", "\\cite{", "{{", "{a", "References\n", "Read also: ", "Share\n", "By ", "Figure 1 ", "Figure: "),
)
UNITS: Final = (*_WORDS, *_NUMBERS, *_MARKERS, *_ENTRIES, *_MARKS, *_MARKUP)
"""What is repeated."""
_PAIRS: Final = (
    *(
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("“", "”"),
        ("*", "*"),
        ("<b>", "</b>"),
        ("<div>", "</div>"),
        ("<ul><li>", "</li></ul>"),
    ),
    *(("<div>a", "b</div>"), ("<ol><li>a", "b</li></ol>"), ("<table><tr><td>", "</td></tr></table>"), ("[^1] ", "\n[^1]: a")),
    *(("[№] ", "\n[№] Lee, A. (2001). Title."), ("(Name№, 2001) ", "\nName№, A. (2001). Title."), ("[a] ", "\n[a]: b")),
    *(
        ("<a href='#r№'>№</a>", "<li id='r№'>Lee, A. (2001). Title.</li>"),
        ("<a id='c№' href='#r1'>1</a>", "<a href='#c№'>^</a>"),
        ("#1 ", r"}\a{"),
    ),
)
"""Units that are all repeated before their counterparts are."""
_LIST: Final = "\n\nReferences\n\n" + "".join(f"{n}. Lee{n}, A. (20{n:02}). Title {n}. Journal.\n" for n in range(1, 30))


class Context(NamedTuple):
    """What stands before the repetitions of a unit, after them, and between each two."""

    before: str
    after: str = ""
    joint: str = ""

    def around(self, units: Iterator[str]) -> str:
        """Return the text with these repetitions."""
        return self.before + self.joint.join(units) + self.after


class Repeated(NamedTuple):
    """A text that repeats a unit in a context: its `title`, and what makes it with about so many characters that repeat."""

    title: str
    context: Context
    repeat: Callable[[int], str]


TEXT_CONTEXTS: Final[Mapping[str, Context]] = {
    "bare": Context(""),
    "spaced": Context("", joint=" "),
    "lines": Context("", joint="\n"),
    "paragraphs": Context("", joint="\n\n"),
    "sentence": Context("A survey of nine towns counted ", " in the end, and nobody asked why. It was over."),
    "sentences": Context("It was ", ", they thought.", ", they thought. It was "),
    "item": Context("- one\n- ", "\n- three\n"),
    "heading": Context("# ", "\n\nA text stands below it.\n"),
    "cell": Context("| ", " | a |\n|---|---|\n| b | c |\n"),
    "cells": Context("| a |\n|---|\n| ", " |\n", " |\n| "),
    "cited": Context("A first sentence [1]. A second one ", f" [2] (Lee3, 2003).{_LIST}"),
    "entry": Context("A first sentence [1] (Lee, 2001).\n\nReferences\n\n1. Lee, A. (2001). ", "\n2. Doe, B. (2002). Title.\n"),
    "entries": Context("A first sentence [1] (Lee, 2001).\n\nReferences\n\n", joint=" Title. 2001.\n"),
    "bracket": Context("A note (", "). It was over."),
    "code": Context("```\n", "\n```\n"),
    "front matter": Context("---\ntitle: ", "\n---\n\nA text.\n"),
}
"""Where units stand in a text."""
_HTML_PAGE: Final = "<html><head><title>A town</title></head><body><article><h1>A town</h1><p>A text [1].</p>"
_HTML_BIBLIOGRAPHY: Final = f'{_HTML_PAGE}<p>A word <d-cite key="k"></d-cite>.</p><script type="text/bibtex">'
HTML_CONTEXTS: Final[Mapping[str, Context]] = {
    "page": Context(_HTML_PAGE, "</article></body></html>"),
    "p": Context(f"{_HTML_PAGE}<p>", "</p></article>"),
    "ps": Context(f"{_HTML_PAGE}<p>", "</p></article>", "</p><p>"),
    "items": Context(f"{_HTML_PAGE}<ul><li>", "</li></ul></article>", "</li><li>"),
    "cells": Context(f"{_HTML_PAGE}<table><tr><td>", "</td></tr></table>", "</td><td>"),
    "rows": Context(f"{_HTML_PAGE}<table><tr><td>", "</td></tr></table>", "</td></tr><tr><td>"),
    "attribute": Context(f'{_HTML_PAGE}<p class="', '">a</p>'),
    "links": Context(f"{_HTML_PAGE}<p><a href='https://a.b/'>", "</a></p>", "</a> <a href='https://a.b/'>"),
    "superscripts": Context(f"{_HTML_PAGE}<p>Word<sup>", "</sup></p>", "</sup> word<sup>"),
    "script": Context(f'{_HTML_PAGE}<script type="application/ld+json">', "</script>"),
    "pre": Context(f"{_HTML_PAGE}<pre>", "</pre>"),
    "entries": Context(f"{_HTML_PAGE}<h2>References</h2><ol><li id='r1'>", "</li></ol>", " Title. 2001.</li><li>"),
    "nested lists": Context(f"{_HTML_PAGE}<p>", "", "</p><ul><li>a</li></ul><p>"),
    "bibliography": Context(f"{_HTML_BIBLIOGRAPHY}@a{{k, title = {{", "}}</script>"),
    "entries of a bibliography": Context(_HTML_BIBLIOGRAPHY, "</script>", "@string{a = {b}} @a{k, title = a # {c}} @a{"),
}
"""Where units stand in a page."""
BIBTEX_CONTEXTS: Final[Mapping[str, Context]] = {
    "bare": Context(""),
    "value": Context("@book{k, title = {", "}, year = 2001}"),
    "quoted value": Context('@book{k, title = "', '", year = 2001}'),
    "joined value": Context("@string{a = {b}} @book{k, title = a # {", "}, year = 2001}", "} # a # {"),
    "used abbreviation": Context(f"@string{{a = {{{'b' * 500}}}}} @book{{k, title = a # {{", "}}", "} # a # {"),
    "file": Context("@book{k, file = {", "}}", ":PDF;a:"),
    **{
        name: Context("", joint=joint)
        for name, joint in (
            ("lines", "\n"),
            ("authors", "@book{k, author = {Lee, A. and "),
            ("keys", "@a{"),
            ("entries", "@a{b, "),
            ("entries in parentheses", "@a(b, "),
            ("fields", ", c = {d}, "),
            ("open values", "@a{b, c = {"),
            ("abbreviations", "@string{a = {b}} @c{d, title = a # "),
            ("comments", "@comment{jabref-meta: fileDirectory:"),
        )
    },
}
"""Where units stand in a BibTeX file."""
RIS_CONTEXTS: Final[Mapping[str, Context]] = {
    "title": Context("TY  - JOUR\nTI  - ", "\nER  - \n"),
    "lines": Context("TY  - JOUR\nTI  - ", "\nER  - \n", "\n"),
    "authors": Context("TY  - JOUR\nAU  - ", "\nER  - \n", "\nAU  - "),
    "files": Context("TY  - JOUR\nTI  - A\nL1  - ", "\nER  - \n", "\nL1  - "),
    "parts of a file": Context("TY  - JOUR\nTI  - A\nL1  - ", "\nER  - \n", ";"),
    "entries": Context("TY  - JOUR\nID  - ", "\nER  - \n", "\nER  - \nTY  - JOUR\nTI  - A\nL1  - "),
}
"""Where units stand in a RIS file."""
PDF_CONTEXTS: Final[Mapping[str, Context]] = {
    name: TEXT_CONTEXTS[name] for name in ("lines", "paragraphs", "sentences", "cited", "entries")
}
XML_CONTEXTS: Final[Mapping[str, Context]] = {
    "p": Context("<p>", "</p>"),
    "ps": Context("<p>", "</p>", "</p><p>"),
    "items": Context("<list><list-item><p>", "</p></list-item></list>", "</p></list-item><list-item><p>"),
    "bold": Context("<p>", "</p>", "<bold>a</bold>"),
    "marker": Context("<p><xref ref-type='bibr' rid='r1'>", "</xref></p>", "</xref><xref ref-type='bibr' rid='r1'>"),
    "rows": Context("<table-wrap><table><tr><td>", "</td></tr></table></table-wrap>", "</td></tr><tr><td>"),
    "runs": Context("<p>", "</p>", "<![CDATA[a]]>"),
}
"""Where units stand in the body of a JATS article. They are escaped."""
WORD_CONTEXTS: Final[Mapping[str, Context]] = {
    "p": Context("<w:p><w:r><w:t>", "</w:t></w:r></w:p>"),
    "ps": Context("<w:p><w:r><w:t>", "</w:t></w:r></w:p>", "</w:t></w:r></w:p><w:p><w:r><w:t>"),
    "runs": Context("<w:p><w:r><w:t>", "</w:t></w:r></w:p>", "</w:t></w:r><w:r><w:t>"),
    "cells": Context(
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>",
        "</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
        "</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>",
    ),
}
"""Where units stand in the body of a Word document. They are escaped."""

ODT_CONTEXTS: Final[Mapping[str, Context]] = {
    "p": Context("<text:p>", "</text:p>"),
    "ps": Context("<text:p>", "</text:p>", "</text:p><text:p>"),
    "spans": Context("<text:p><text:span>", "</text:span></text:p>", "</text:span><text:span>"),
    "items": Context("<text:list><text:list-item><text:p>", "", "</text:p></text:list-item><text:list-item><text:p>"),
    "cells": Context(
        "<table:table><table:table-row><table:table-cell><text:p>",
        "</text:p></table:table-cell></table:table-row></table:table>",
        "</text:p></table:table-cell><table:table-cell><text:p>",
    ),
    "notes": Context(
        "<text:p>",
        "</text:p>",
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>a</text:p></text:note-body></text:note>",
    ),
    "links": Context("<text:p>", "</text:p>", "<text:a xlink:href='#a1'>1</text:a><text:bookmark text:name='a1'/>"),
    "open notes": Context("<text:p>", "", "<text:note><text:note-body><text:p>"),
    "frames": Context("<text:p>", "</text:p>", "<draw:frame><draw:text-box><text:p>a</text:p></draw:text-box></draw:frame>"),
}
"""Where units stand in the body of an OpenDocument text. They are escaped."""
RTF_CONTEXTS: Final[Mapping[str, Context]] = {
    "bare": Context(""),
    **{
        name: Context("", joint=joint)
        for name, joint in (
            ("paragraphs", r"\par "),
            ("groups", "}{"),
            ("open groups", "{"),
            ("notes", r"{\footnote a}"),
            ("open notes", r"{\footnote "),
            ("cells", r"\intbl a\cell "),
            ("rows", r"\trowd\intbl a\cell\row "),
            ("fields", r"{\field{\*\fldinst HYPERLINK \\l a}{\fldrslt b}}"),
            ("open fields", r"{\field{\*\fldinst HYPERLINK "),
            ("styles", r"\b\i0\super "),
            ("characters", r"\u8211?\'e9"),
            ("places", r"{\*\bkmkstart a}{\*\bkmkend a}"),
            ("code", r"{\stylesheet{\s1 code;}}\s1 a\par "),
        )
    },
}
"""Where units stand in an RTF document."""
_WIKI_PAGE: Final = "'''Holm''' is a [[town]].<ref name=a>{{cite book|title=Holm|year=1999}}</ref>\n\n== Lamps ==\n"
WIKITEXT_CONTEXTS: Final[Mapping[str, Context]] = {
    "page": Context(_WIKI_PAGE),
    "lines": Context(_WIKI_PAGE, joint="\n"),
    "paragraphs": Context(_WIKI_PAGE, joint="\n\n"),
    "templates": Context(_WIKI_PAGE, joint="{{lang|en|"),
    "parameters": Context(_WIKI_PAGE + "{{cite web|title=", "}}", "|a="),
    "links": Context(_WIKI_PAGE, joint="[[a|"),
    "notes": Context(_WIKI_PAGE, "</ref>", "<ref>"),
    "closed notes": Context(_WIKI_PAGE + "A word<ref>", "</ref>", "</ref> word<ref>"),
    "note lists": Context(_WIKI_PAGE, joint="<ref>Rask</ref>\n<references/>\n"),
    "heading": Context(_WIKI_PAGE + "==", " x"),
    "items": Context(_WIKI_PAGE, joint="\n*"),
    "cells": Context(_WIKI_PAGE + "{|\n|", "\n|}", "||"),
    "rows": Context(_WIKI_PAGE + "{|\n|", "\n|}", "\n|-\n|"),
    "bold": Context(_WIKI_PAGE, joint="'''"),
    "comments": Context(_WIKI_PAGE, joint="<!--"),
}
LATEX_CONTEXTS: Final[Mapping[str, Context]] = {
    "bare": Context(""),
    **{
        name: Context("", joint=joint)
        for name, joint in (
            ("groups", "{a} "),
            ("open groups", "{"),
            ("notes", r"\footnote{a}"),
            ("open notes", r"\footnote{"),
            ("citations", r"\cite[a]{b}"),
            ("open citations", r"\cite{"),
            ("open options", r"\cite["),
            ("many citations", r"\cites{a}"),
            ("headings", r"\section{"),
            ("items", r"\begin{itemize}\item "),
            ("tables", r"\begin{tabular}{l} a & b \\ "),
            ("longtables", r"\endhead \hline \\ "),
            ("entries", r"\bibitem[a(2001)]{b} "),
            ("lists of entries", r"\begin{thebibliography}{9} "),
            ("theorems", r"\newtheorem{a}"),
            ("open theorems", r"\newtheorem{"),
            ("acronyms", r"\newacronym{"),
            ("acronym", r"\DeclareAcronym{a}{short = "),
            ("packages", r"\usepackage[german]{"),
            ("macros", r"\newcommand{\a}[1]{"),
            ("used macros", r"\def\a#1{b#1}\a{"),
            ("formulas", "$a$ \\[ "),
            ("equations", r"\begin{align} a \\ \label{b} \end{align}"),
            ("open equations", r"\begin{align} \begin{cases} "),
            ("conditions", r"\iffalse \ifx a \else b \fi "),
            ("addresses", r"\href{https://a.b/%}{"),
            ("quantities", r"\SI{1}{\kilo\meter} \num{"),
            ("inputs", r"\input{a} "),
            ("verbatim", r"\verb|a "),
            ("captions", r"\caption{ \subfloat["),
            ("bibliographies", r"\bibliography{a,b} "),
        )
    },
    "preamble": Context("", r"\begin{document}a\end{document}", r"\title{\author{"),
    "macro": Context(r"\newcommand{\a}[1]{"),
    "bibliography": Context(r"A text. \bibliography"),
    "defined": Context(r"\newcommand{\a}[1]{#1#1}\begin{document}", r"\end{document}", r"\a{"),
}
"""Where units stand in a LaTeX document."""
MESSAGE_CONTEXTS: Final[Mapping[str, Context]] = {
    "text": Context("From: a@b.example\nDate: x\nSubject: Lamps\n\n"),
    "flowed": Context("From: a@b.example\nDate: x\nContent-Type: text/plain; format=flowed\n\n", "", " \n> "),
    "subject": Context("From: a@b.example\nDate: x\nSubject: ", "\n\nA text.\n", "=?utf-8?q?"),
    "headers": Context("From: a@b.example\nDate: x\n", "\n\nA text.\n", "\nX-A: "),
    "parts": Context("From: a@b.example\nDate: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n", "", "\n--b\n\n"),
    "page": Context(
        "Snapshot-Content-Location: https://a.example/\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n"
        "Content-Type: text/html\nContent-Location: https://a.example/\nContent-Transfer-Encoding: quoted-printable\n\n<p>A. ",
        "</p>\n--b--\n",
        "=\n",
    ),
}
"""Where units stand in a mail or a saved page."""


def repeated_texts(contexts: Mapping[str, Context], escape: bool) -> Iterator[Repeated]:
    """Yield each unit in each context, then each pair of units."""
    for (name, context), unit in product(contexts.items(), UNITS):
        yield Repeated(f"{name}: {unit!r}", context, _repeat(context, unit, "", escape))
    for (name, context), (unit, counterpart) in product(contexts.items(), _PAIRS):
        yield Repeated(f"{name}: {unit!r}, then {counterpart!r}", context, _repeat(context, unit, counterpart, escape))


def _repeat(context: Context, unit: str, counterpart: str, escape: bool) -> Callable[[int], str]:
    repeated = [one for one in (unit, counterpart) if one]
    length = sum(len(html.escape(one) if escape else one) + len(context.joint) for one in repeated)

    def text(size: int) -> str:
        count = max(1, size // length)
        units = (one.replace(NUMBER, str(n)) for one in repeated for n in range(1, count + 1))
        return context.around(map(html.escape, units) if escape else units)

    return text
