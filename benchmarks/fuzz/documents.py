"""Small documents of each format, from which broken and inflated ones are made, and words of each format's syntax."""

from __future__ import annotations

from typing import Final

from benchmarks.fuzz.mutations import package, seed

_CHAPTER: Final = """<?xml version="1.0"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>
<h1>The ice road</h1>
<p>It was open for nine weeks<a epub:type="noteref" href="#n1">1</a>. <em>Nobody</em> drove after dark.</p>
<aside epub:type="footnote" id="n1"><p>Harm, A. (2001). <i>Roads of ice</i>. https://a.example/ice</p></aside></body>
</html>"""
_HTML: Final = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>The ice road</title>
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "The ice road", "author": {"name": "A. Harm"}}
</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>The ice road</h1><p>It was open for nine weeks<sup>
<a href="#r1">[1]</a></sup>.</p><ul><li>one <b>bold</b> <sub>2</sub></li><li>two</li></ul><pre>a  b</pre>
<blockquote>said so</blockquote>
<table><tr><th>year</th><th>weeks</th></tr><tr><td rowspan="2">1987</td><td colspan="1">9</td></tr><tr><td>7</td></tr></table>
<math><mi>x</mi></math><img src="a.png" alt="a road"><h2>References</h2><ol>
<li id="r1">Harm, A. (2001). Roads of ice. doi:10.1000/1</li>
</ol></article></body></html>"""
_JATS: Final = """<?xml version="1.0"?>
<article article-type="research-article" dtd-version="1.3" xmlns:xlink="http://www.w3.org/1999/xlink">
<front><article-meta><title-group><article-title>The ice road</article-title></title-group></article-meta></front><body>
<sec><title>A</title>
<p>Open for nine weeks <xref ref-type="bibr" rid="r1">1</xref>&#8211;<xref ref-type="bibr" rid="r2">2</xref>.</p>
<list list-type="order">
<list-item><p>one</p></list-item></list><table-wrap id="t"><label>Table 1</label>
<table><thead><tr><th>year</th><th>weeks</th></tr></thead>
<tbody><tr><td rowspan="2">1987</td><td>9</td></tr></tbody></table></table-wrap><disp-formula>
<tex-math>x^2</tex-math></disp-formula></sec></body><back><ref-list><ref id="r1"><label>1</label>
<mixed-citation>Harm A. Roads. 2001.</mixed-citation></ref><ref id="r2"><element-citation>
<person-group><name><surname>Lee</surname></name></person-group><year>1999</year></element-citation></ref></ref-list>
</back></article>"""
_DOCX: Final = """<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>
<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>The ice road</w:t></w:r></w:p><w:p><w:r>
<w:t xml:space="preserve">Open for </w:t></w:r><w:commentRangeStart w:id="0"/><w:r><w:t>nine weeks</w:t></w:r>
<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/><w:commentReference w:id="1"/></w:r><w:r>
<w:footnoteReference w:id="1"/></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF x</w:instrText></w:r>
<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>
<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>one</w:t></w:r></w:p><w:tbl><w:tr>
<w:tc><w:tcPr>
<w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>year</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>weeks</w:t></w:r></w:p>
</w:tc></w:tr></w:tbl>
<w:p><w:r><w:t>References</w:t></w:r></w:p><w:p><w:r><w:t>[1] Harm, A. (2001). Roads of ice.</w:t></w:r></w:p></w:body>
</w:document>"""
_NOTES: Final = """<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:footnote w:id="1"><w:p><w:r><w:t>Lee 1999.</w:t>
</w:r></w:p></w:footnote></w:footnotes>"""
_COMMENTS: Final = """<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml">
<w:comment w:id="0" w:author="Ana" w:date="2026-03-09T08:15:00Z"><w:p w14:paraId="1A"><w:r>
<w:t>Source: Lee (1999), https://a.example/ice</w:t></w:r></w:p></w:comment><w:comment w:id="1"><w:p w14:paraId="1B"><w:r>
<w:t>Indeed, 10.1234/ice.5 and “Roads of ice”, 2001</w:t></w:r></w:p></w:comment></w:comments>"""
_THREADS: Final = """<w15:commentsEx xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml">
<w15:commentEx w15:paraId="1A" w15:done="1"/><w15:commentEx w15:paraId="1B" w15:paraIdParent="1A"/></w15:commentsEx>"""
_ODT: Final = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"><office:body>
<office:text><text:h text:outline-level="1">The ice road</text:h><text:p>Open for <office:annotation office:name="a">
<text:p>https://a.example/ice</text:p></office:annotation>nine<office:annotation-end office:name="a"/> weeks<text:note>
<text:note-citation>1</text:note-citation><text:note-body><text:p>Lee 1999.</text:p></text:note-body></text:note>.
<text:a xlink:href="https://a.example">more</text:a></text:p><text:list><text:list-item><text:p>one</text:p></text:list-item>
</text:list><table:table><table:table-row><table:table-cell><text:p>year</text:p></table:table-cell><table:table-cell>
<text:p>weeks</text:p></table:table-cell></table:table-row></table:table><text:h>References</text:h>
<text:p>[1] Harm, A. (2001). Roads of ice.</text:p></office:text></office:body></office:document-content>"""
_WIKITEXT: Final = """'''The ice road''' is a [[road|way]] over {{convert|9|km}}.<ref name=a>{{cite web|title=Roads|url=https://a.example/|year=1999}}</ref>

== Weeks ==
{| class="wikitable"
! Year !! Weeks
|-
| 1987 || 9<ref name=a />
|}
* ''one'' [https://b.example/ two]{{sfn|Lee|2001|p=3}}

{{reflist}}
"""
_MARKDOWN: Final = """---
title: The ice road
---
# The ice road

It was *open* for **nine** weeks [1][^a], see [@harm2001, p. 3] and (Lee, 1999). `code` [a link](https://a.example/ "t")

> - one
>   1. two

| year | weeks |
|------|:-----:|
| 1987 | 9     |

```
code
```
<div>raw</div>

[^a]: Harm 2001.

## References

[1] Harm, A. (2001). *Roads of ice*. https://a.example/ice
"""
_RST: Final = """The ice road
============

:Author: A. Harm

It was *open* for **nine** weeks [1]_ [#a]_ and `a link <https://a.example/>`_, |x|.

.. |x| unicode:: 0x2603
.. note:: A note.

* one

  1. two

+------+-------+
| year | weeks |
+======+=======+
| 1987 | 9     |
+------+-------+

.. [1] Harm, A. (2001). Roads of ice.
.. [#a] Lee 1999.
"""
_PLAIN: Final = """The ice road

It was open for nine weeks [1], as Harm (2001) and Lee et al. (1999) say.¹ Nobody drove after dark [2-4].

Read also: The lamp
* one
* two

References

[1] Harm, A. (2001). Roads of ice. Journal of Roads, 3(2), 1-9. https://a.example/ice
[2] Lee, B., & Doe, C. (1999). Winters. doi:10.1000/182
"""
_PDF_TEXT: Final = """BT /F1 12 Tf 60 780 Td (The ice road) Tj 0 -30 Td (It was open for nine weeks [1].) Tj 0 -30 Td
(References) Tj 0 -15 Td ([1] Harm 2001.) Tj ET"""
_OPF: Final = """<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>The ice road</dc:title></metadata>
<manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/>
</spine></package>"""
_EPUB: Final = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": '<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>',
    "book.opf": _OPF,
    "a.xhtml": _CHAPTER,
}


def _make_pdf() -> bytes:
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(_PDF_TEXT)}>>stream\n{_PDF_TEXT}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = "".join(f"{number} 0 obj{content}endobj\n" for number, content in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer<</Root 1 0 R>>\n%%EOF".encode()


MARKUP: Final = "&#xD800; &#0; &amp; &x; <!-- --> <![CDATA[ ]]> <?x ?> \0 é <p> </p> = < > </ />"
_RTF: Final = r"""{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}{\f1\fcharset204 Times Cyr;}}{\stylesheet{\s1 heading 1;}}
{\info{\title The ice road}{\author A. Harm}}\pard\s1 The ice road\par\pard Open for {\b nine} weeks{\super\chftn
{\*\footnote\pard Lee 1999.}} and \u8211? \'e9.\par{\field{\*\fldinst HYPERLINK "https://a.example"}{\fldrslt more}}\par
{\listtext 1.\tab}one\par\trowd\intbl year\cell weeks\cell\row\pard References\par [1] Harm, A. (2001). Roads of ice.\par}"""
_LATEX: Final = r"""\documentclass{article}\newcommand{\ice}[1]{\emph{#1}}\title{The ice road}\begin{document}\maketitle
\section{A}\label{s} Open for \ice{nine} weeks \cite[p.~3]{harm}, see~\ref{s}.\footnote{Lee 1999.} $x^2$ \href{https://a.example}{more}
\begin{itemize}\item one\end{itemize}\begin{tabular}{ll}year & weeks \\ 1987 & 9\end{tabular}
\begin{thebibliography}{9}\bibitem{harm} Harm, A. (2001). Roads of ice.\end{thebibliography}\end{document}"""
_MESSAGE: Final = (
    "From: Ana <ana@a.example>\nDate: Mon, 09 Mar 2026 08:15:00 +0100\nSubject: =?utf-8?q?The_ice_road?=\nMIME-Version: 1.0\n"
    'Content-Type: multipart/related; boundary="x"\n\n--x\nContent-Type: text/html; charset=utf-8\n'
    "Content-Transfer-Encoding: quoted-printable\nContent-Location: https://a.example/ice\n\n"
    '<p>Open for nine weeks=20<a href=3D"https://a.example">more</a>.</p>\n--x\nContent-Type: text/plain\n'
    "Content-Transfer-Encoding: base64\n\nT3Blbg==\n--x--\n"
)
_NOTEBOOK: Final = """{"cells": [{"cell_type": "markdown", "source": ["# The ice road\\n", "Open [1]."]}, {"cell_type": "code",
"source": "weeks", "outputs": [{"output_type": "stream", "text": ["9\\n"]}, {"data": {"application/a+json":
{"x": [1, {}]}, "text/plain": "9"}}]}],
"metadata": {"language_info": {"name": "python", "version": "3"}}, "nbformat": 4, "nbformat_minor": 5}"""
DOCUMENTS: Final = {
    "plain": seed("a.txt", _PLAIN, "[1] [99] (Lee, 1999) ¹ ² … --- === \n\n \t • 1. a) doi:10.1/x https:// \0 \u2028 é"),
    "wikitext": seed(
        "a.wiki", _WIKITEXT, "{{ }} [[ ]] | = '' ''' <ref> </ref> <ref name=a/> {| |} |- || ! * # : ; == <!-- --> <nowiki> \n"
    ),
    "markdown": seed("a.md", _MARKDOWN, "* ** _ ` ``` > # - 1. | |-| [ ]( ) ![ [^a] [@a] <b> \\ \n\n \t & é ~~ ^1^"),
    "rst": seed("a.rst", _RST, "* ** ` `` _ __ | .. :: :a: [1]_ === --- +-+ \n\n \t .. |x| .. _a: >>> é"),
    "html": seed(
        "a.html",
        _HTML,
        f"{MARKUP} <table> <td> <tr> </table> <ul> <li> <a> <sup> <div> </div> <svg> <pre> hidden",
    ),
    "jats": seed("a.xml", _JATS, f"{MARKUP} <sec> <xref> </xref> <table> <td> <tr> <list> <fn> <ref> <sup> <disp-quote>"),
    "docx": package(
        "a.docx",
        {
            **{"word/document.xml": _DOCX, "word/footnotes.xml": _NOTES},
            **{"word/comments.xml": _COMMENTS, "word/commentsExtended.xml": _THREADS},
        },
        f"{MARKUP} <w:commentRangeEnd <w:commentReference <w:tbl> <w:tc> <w:tr> <w:p> <w:r> <w:t> <w:ins> <w:del> "
        "<w:hyperlink> <w:sdt>",
    ),
    "odt": package(
        "a.odt",
        {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": _ODT},
        f"{MARKUP} <text:p> <text:h> <text:list> <text:list-item> <text:note> <text:span> <table:table> <text:a> "
        "<draw:object> <text:bibliography-mark>",
    ),
    "epub": package("a.epub", _EPUB, f"{MARKUP} <table> <td> <a> <aside> <nav> <sup> <li> <h1> epub:type href"),
    "latex": seed(
        "a.tex",
        _LATEX,
        r"{ } [ ] $ & \\ % # \item \cite{a} \footnote{ \begin{tabular}{l} \end{tabular} \def\a{\a} \input{a} \title{",
    ),
    "message": seed(
        "a.eml", _MESSAGE, "--x --x-- \n\n Content-Type: multipart/mixed; boundary= charset= base64 =?q? =\n =3D : ;"
    ),
    "notebook": seed(
        "a.ipynb",
        _NOTEBOOK,
        '{ } [ ] , : " \\n "cells": "source": "outputs": "text": "application/a+json":{ null 1e999 ``` # *',
    ),
    "rtf": seed(
        "a.rtf", _RTF, r"{ } \par \b \super {\footnote {\*\x \trowd \intbl \cell \row \u8211? \'e9 \bin9 \uc2 \pard \s1"
    ),
    "pdf": seed(
        "a.pdf",
        _make_pdf(),
        "BT ET Tj TJ Td Tm Tf q Q cm Do /F1 << >> [ ] ( ) 0 -1 99999999999 1e9 obj endobj stream endstream R",
    ),
}
"""The seeds by format."""
