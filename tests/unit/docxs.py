"""Building Word documents in memory, for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)
STYLES = "".join(
    f'<w:style w:styleId="{style}"><w:name w:val="{name}"/>{more}</w:style>'
    for style, name, more in (
        ("Tittel", "Title", ""),
        ("Overskrift1", "heading 1", ""),
        ("Overskrift2", "heading 2", ""),
        ("Mine", "My own", '<w:basedOn w:val="Overskrift2"/>'),
        ("Sitat", "Quote", ""),
        ("Kode", "Source Code", ""),
        ("Toc1", "toc 1", ""),
        ("Bib", "Bibliography", ""),
        ("Liste", "List Bullet", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'),
        ("Sterk", "Strong", "<w:rPr><w:b/></w:rPr>"),
        ("Fast", "Verbatim Char", ""),
        ("Loop", "Loop", '<w:basedOn w:val="Loop"/>'),
    )
)
NUMBERING = """<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="x"/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1">
<w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>"""


def t(text: str, properties: str = "") -> str:
    return f'<w:r>{f"<w:rPr>{properties}</w:rPr>" if properties else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*inside: str, style: str = "", number: str = "", level: int = 0) -> str:
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number:
        properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    words = "".join(one if one.startswith("<") else t(one) for one in inside)
    return f"<w:p><w:pPr>{properties}</w:pPr>{words}</w:p>"


def link(text: str, anchor: str) -> str:
    return f'<w:hyperlink w:anchor="{anchor}">{t(text)}</w:hyperlink>'


def mark(name: str) -> str:
    return f'<w:bookmarkStart w:id="1" w:name="{name}"/><w:bookmarkEnd w:id="1"/>'


def note(number: int, kind: str = "footnote") -> str:
    return f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:{kind}Reference w:id="{number}"/></w:r>'


def notes(*texts: str, kind: str = "footnote") -> str:
    made = "".join(
        f'<w:{kind} w:id="{number}">{p("<w:r><w:footnoteRef/></w:r>", f" {text}")}</w:{kind}>'
        for number, text in enumerate(texts, 1)
    )
    return f'<w:{kind}s {NAMESPACES}><w:{kind} w:type="separator" w:id="0">{p("line")}</w:{kind}>{made}</w:{kind}s>'


def field(instruction: str, *result: str) -> str:
    def sign(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    return f"{sign('begin')}<w:r><w:instrText>{instruction}</w:instrText></w:r>{sign('separate')}{''.join(result)}{sign('end')}"


EXTENSIONS = " ".join(
    f'xmlns:{prefix}="http://schemas.microsoft.com/office/word/{name}"'
    for prefix, name in (
        *(("w14", "2010/wordml"), ("w15", "2012/wordml")),
        *(("w16cid", "2016/wordml/cid"), ("w16cex", "2018/wordml/cex")),
    )
)


def edge(number: int, kind: str) -> str:
    """Return where a comment begins ("RangeStart"), ends ("RangeEnd"), or where its sign stands ("Reference")."""
    sign = f'<w:comment{kind} w:id="{number}"/>'
    return f"<w:r>{sign}</w:r>" if kind == "Reference" else sign


def commented(number: int, *inside: str) -> str:
    """Return runs with a comment on them."""
    return "".join((edge(number, "RangeStart"), *inside, edge(number, "RangeEnd"), edge(number, "Reference")))


def comment(number: int, *lines: str, author: str = "Ida", date: str = "2026-03-02T09:15:00Z") -> str:
    """Return a comment whose last paragraph has the id 5A00000 and its number."""
    words = [f"<w:r><w:annotationRef/></w:r>{one if one.startswith('<') else t(one)}" for one in lines]
    last = f'<w:p w14:paraId="5A00000{number}">{words[-1]}</w:p>'
    paragraphs = "".join(f"<w:p>{one}</w:p>" for one in words[:-1])
    return f'<w:comment w:id="{number}" w:author="{author}" w:date="{date}">{paragraphs}{last}</w:comment>'


def comment_parts(
    *comments: str,
    answers: dict[int, int] | None = None,
    done: Sequence[int] = (),
    ids: dict[int, str] | None = None,
    dates: dict[str, str] | None = None,
) -> dict[str, str]:
    """Return the parts with comments. `answers` says which comment answers which, `done` which threads are resolved.

    `ids` are the durable ids of comments, `dates` the times in UTC by these.
    """
    threads = "".join(
        f'<w15:commentEx w15:paraId="5A00000{n}" w15:done="{int(n in done)}"'
        + (f' w15:paraIdParent="5A00000{answers[n]}"/>' if answers and n in answers else "/>")
        for n in range(10)
    )
    names = "".join(
        f'<w16cid:commentId w16cid:paraId="5A00000{n}" w16cid:durableId="{one}"/>' for n, one in (ids or {}).items()
    )
    times = "".join(
        f'<w16cex:commentExtensible w16cex:durableId="{one}" w16cex:dateUtc="{date}"/>' for one, date in (dates or {}).items()
    )
    return {
        "comments": f"<w:comments {NAMESPACES} {EXTENSIONS}>{''.join(comments)}</w:comments>",
        "commentsExtended": f"<w15:commentsEx {EXTENSIONS}>{threads}</w15:commentsEx>",
        "commentsIds": f"<w16cid:commentsIds {EXTENSIONS}>{names}</w16cid:commentsIds>",
        "commentsExtensible": f"<w16cex:commentsExtensible {EXTENSIONS}>{times}</w16cex:commentsExtensible>",
    }


def relations(**targets: str) -> str:
    made = "".join(
        f'<Relationship Id="{name}" Type="x/hyperlink" Target="{target}" TargetMode="External"/>'
        for name, target in targets.items()
    )
    return f"<Relationships>{made}</Relationships>"


def docx(*body: str, **parts: str) -> bytes:
    """Return a document. `parts` are the other members by their names: "footnotes" is word/footnotes.xml."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", f"<w:document {NAMESPACES}><w:body>{''.join(body)}</w:body></w:document>")
        package.writestr("word/styles.xml", f"<w:styles {NAMESPACES}>{STYLES}</w:styles>")
        package.writestr("word/numbering.xml", f"<w:numbering {NAMESPACES}>{NUMBERING}</w:numbering>")
        for name, text in parts.items():
            path = {"core": "docProps/core.xml", "rels": "word/_rels/document.xml.rels"}.get(name, f"word/{name}.xml")
            package.writestr(path, text)
    return packed.getvalue()
