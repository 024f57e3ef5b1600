"""How generators write a text with two notes, each cited once: what is general about them is all that the reader may use."""

from typing import Final

TEXT: Final = (
    "<p>The tide turns at noon{0} and the ferry waits for it.</p><p>Nobody has counted the gulls{1} since the war.</p>"
)
ONE, TWO = "Harbour Office, Tide Tables, 2019.", "A remark on gulls, and on counting."

PANDOC: Final = (
    '<a href="#fn1" class="footnote-ref" id="fnref1" role="doc-noteref"><sup>1</sup></a>',
    '<a href="#fn2" class="footnote-ref" id="fnref2" role="doc-noteref"><sup>2</sup></a>',
    f'<section id="footnotes" role="doc-endnotes"><hr /><ol><li id="fn1"><p>{ONE}<a href="#fnref1" class="footnote-back"'
    f' role="doc-backlink">↩︎</a></p></li><li id="fn2"><p>{TWO}<a href="#fnref2" role="doc-backlink">↩︎</a></p></li>'
    f"</ol></section>",
)
HUGO: Final = (
    '<sup id="fnref:1"><a href="#fn:1" class="footnote-ref" role="doc-noteref">1</a></sup>',
    '<sup id="fnref:gulls"><a href="#fn:gulls" class="footnote-ref" role="doc-noteref">2</a></sup>',
    f'<div class="footnotes"><hr><ol><li id="fn:1"><p>{ONE}&#160;<a href="#fnref:1">&#8617;</a></p></li>'
    f'<li id="fn:gulls"><p>{TWO} <a href="#fnref:gulls">[return]</a></p></li></ol></div>',
)
MARKDOWN_IT: Final = (
    '<sup class="footnote-ref"><a href="#fn1" id="fnref1">[1]</a></sup>',
    '<sup class="footnote-ref"><a href="#fn2" id="fnref2">[2]</a></sup>',
    f'<ol><li id="fn1"><p>{ONE} <a href="#fnref1">↩</a></p></li><li id="fn2"><p>{TWO} <a href="#fnref2">↩</a></p></li></ol>',
)
GITHUB: Final = (
    '<sup><a href="#user-content-fn-1-ab" id="user-content-fnref-1-ab" data-footnote-ref="">1</a></sup>',
    '<sup><a href="#user-content-fn-2-ab" id="user-content-fnref-2-ab" data-footnote-ref="">2</a></sup>',
    '<section data-footnotes=""><h2 class="sr-only">Footnotes</h2><ol><li id="user-content-fn-1-ab">'
    f'<p>{ONE} <a href="#user-content-fnref-1-ab" data-footnote-backref="">↩</a></p></li><li id="user-content-fn-2-ab">'
    f'<p>{TWO} <a href="#user-content-fnref-2-ab" data-footnote-backref="">↩</a></p></li></ol></section>',
)
DOCUTILS: Final = (
    '<a class="footnote-reference brackets" href="#id3" id="id1" role="doc-noteref"><span>[</span>1<span>]</span></a>',
    '<a class="footnote-reference brackets" href="#id4" id="id2" role="doc-noteref"><span>[</span>2<span>]</span></a>',
    '<aside class="footnote-list brackets"><aside class="footnote brackets" id="id3" role="doc-footnote"><span class="label">'
    f'<span>[</span><a role="doc-backlink" href="#id1">1</a><span>]</span></span><p>{ONE}</p></aside>'
    '<aside class="footnote brackets" id="id4" role="doc-footnote"><span class="label"><span>[</span>'
    f'<a role="doc-backlink" href="#id2">2</a><span>]</span></span><p>{TWO}</p></aside></aside>',
)
DOCUTILS_TERMS: Final = (
    '<a class="footnote-reference brackets" href="#id3" id="id1">1</a>',
    '<a class="footnote-reference brackets" href="#id4" id="id2">2</a>',
    '<dl class="footnote brackets"><dt class="label" id="id3"><span class="brackets">'
    '<a class="fn-backref" href="#id1">1</a></span>'
    f'</dt><dd><p>{ONE}</p></dd><dt class="label" id="id4"><span class="brackets"><a href="#id2">2</a></span></dt>'
    f"<dd><p>{TWO}</p></dd></dl>",
)
DOCUTILS_TABLES: Final = (
    '<a class="footnote-reference" href="#id3" id="id1">[1]</a>',
    '<a class="footnote-reference" href="#id4" id="id2">[2]</a>',
    '<table class="docutils footnote" id="id3"><tbody><tr><td class="label"><a class="fn-backref" href="#id1">[1]</a></td>'
    f'<td>{ONE}</td></tr></tbody></table><table class="docutils footnote" id="id4"><tbody><tr><td class="label">'
    f'<a class="fn-backref" href="#id2">[2]</a></td><td>{TWO}</td></tr></tbody></table>',
)
WORD: Final = (
    '<a href="#_ftn1" name="_ftnref1" title=""><span class=MsoFootnoteReference><span>[1]</span></span></a>',
    '<a href="#_ftn2" name="_ftnref2" title=""><span class=MsoFootnoteReference><span>[2]</span></span></a>',
    '<div><br clear=all><hr align=left size=1 width="33%"><div id=ftn1><p class=MsoFootnoteText><a href="#_ftnref1"'
    f' name="_ftn1" title=""><span>[1]</span></a> {ONE}</p></div><div id=ftn2><p class=MsoFootnoteText><a href="#_ftnref2"'
    f' name="_ftn2" title=""><span>[2]</span></a> {TWO}</p></div></div>',
)
GOOGLE_DOCS: Final = (
    '<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup>',
    '<sup><a href="#ftnt2" id="ftnt_ref2">[2]</a></sup>',
    f'<hr><div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a><span>&nbsp;{ONE}</span></p></div>'
    f'<div><p><a href="#ftnt_ref2" id="ftnt2">[2]</a><span>&nbsp;{TWO}</span></p></div>',
)
LIBRE_OFFICE: Final = (
    '<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a>',
    '<a class="sdfootnoteanc" name="sdfootnote2anc" href="#sdfootnote2sym"><sup>2</sup></a>',
    f'<div id="sdfootnote1"><p><a class="sdfootnotesym" name="sdfootnote1sym" href="#sdfootnote1anc">1</a>{ONE}</p></div>'
    f'<div id="sdfootnote2"><p><a class="sdfootnotesym" name="sdfootnote2sym" href="#sdfootnote2anc">2</a>{TWO}</p></div>',
)
ASCIIDOC: Final = (
    '<sup class="footnote">[<a id="_footnoteref_1" class="footnote" href="#_footnotedef_1" title="View">1</a>]</sup>',
    '<sup class="footnote">[<a id="_footnoteref_2" class="footnote" href="#_footnotedef_2" title="View">2</a>]</sup>',
    f'<div id="footnotes"><hr><div class="footnote" id="_footnotedef_1"><a href="#_footnoteref_1">1</a>. {ONE}</div>'
    f'<div class="footnote" id="_footnotedef_2"><a href="#_footnoteref_2">2</a>. {TWO}</div></div>',
)
ORG: Final = (
    '<sup><a id="fnr.1" class="footref" href="#fn.1" role="doc-backlink">1</a></sup>',
    '<sup><a id="fnr.2" class="footref" href="#fn.2" role="doc-backlink">2</a></sup>',
    '<div id="footnotes"><h2 class="footnotes">Footnotes: </h2><div id="text-footnotes"><div class="footdef"><sup>'
    f'<a id="fn.1" class="footnum" href="#fnr.1" role="doc-backlink">1</a></sup> <div class="footpara"><p>{ONE}</p>'
    f"</div></div>"
    f'<div class="footdef"><sup><a id="fn.2" class="footnum" href="#fnr.2" role="doc-backlink">2</a></sup> '
    f'<div class="footpara">'
    f"<p>{TWO}</p></div></div></div></div>",
)
SUBSTACK: Final = (
    '<a data-component-name="FootnoteAnchorToDOM" id="footnote-anchor-1-77" href="#footnote-1-77" target="_self">1</a>',
    '<a data-component-name="FootnoteAnchorToDOM" id="footnote-anchor-2-77" href="#footnote-2-77" target="_self">2</a>',
    '<div class="footnote"><a id="footnote-1-77" href="#footnote-anchor-1-77" class="footnote-number">1</a>'
    f'<div class="footnote-content"><p>{ONE}</p></div></div><div class="footnote"><a id="footnote-2-77"'
    f' href="#footnote-anchor-2-77" class="footnote-number">2</a><div class="footnote-content"><p>{TWO}</p></div></div>',
)
WORDPRESS: Final = (
    '<sup data-fn="a1b2" class="fn"><a href="#a1b2" id="a1b2-link">1</a></sup>',
    '<sup data-fn="c3d4" class="fn"><a href="#c3d4" id="c3d4-link">2</a></sup>',
    f'<ol class="wp-block-footnotes"><li id="a1b2">{ONE} <a href="#a1b2-link" aria-label="Jump to footnote">↩︎</a></li>'
    f'<li id="c3d4">{TWO} <a href="#c3d4-link">↩︎</a></li></ol>',
)
GUTENBERG: Final = (
    '<a name="FNanchor_1_1" id="FNanchor_1_1"></a><a href="#Footnote_1_1" class="fnanchor">[1]</a>',
    '<a name="FNanchor_2_2" id="FNanchor_2_2"></a><a href="#Footnote_2_2" class="fnanchor">[2]</a>',
    '<div class="footnotes"><h3>FOOTNOTES:</h3><div class="footnote"><p><a name="Footnote_1_1" id="Footnote_1_1"></a>'
    f'<a href="#FNanchor_1_1"><span class="label">[1]</span></a> {ONE}</p></div><div class="footnote"><p>'
    f'<a name="Footnote_2_2" id="Footnote_2_2"></a><a href="#FNanchor_2_2"><span class="label">[2]</span></a> {TWO}'
    f"</p></div></div>",
)
MEDIAWIKI: Final = (
    '<sup id="cite_ref-tides_1-0" class="reference"><a href="#cite_note-tides-1"><span>[</span>1<span>]</span></a></sup>',
    '<sup id="cite_ref-2" class="reference"><a href="#cite_note-2">[2]</a></sup>',
    '<h2>Notes</h2><ol class="references"><li id="cite_note-tides-1"><span class="mw-cite-backlink">^ '
    '<a href="#cite_ref-tides_1-0">'
    f'<sup><i><b>a</b></i></sup></a> <a href="#cite_ref-tides_1-0"><sup><i><b>b</b></i></sup></a></span> <span>{ONE}'
    f"</span></li>"
    f'<li id="cite_note-2"><b><a href="#cite_ref-2" aria-label="Jump up">^</a></b> <span class="reference-text">{TWO}'
    f"</span></li></ol>",
)
PARSOID: Final = (
    '<sup class="mw-ref reference" id="cite_ref-1"><a href="./Tides#cite_note-1"><span>[1]</span></a></sup>',
    '<sup class="mw-ref reference" id="cite_ref-2"><a href="./Tides#cite_note-2"><span>[2]</span></a></sup>',
    '<div class="mw-references-wrap"><ol class="mw-references references"><li id="cite_note-1"><a href="./Tides#cite_ref-1"'
    f' rel="mw:referencedBy"><span>↑ </span></a> <span>{ONE}</span></li><li id="cite_note-2"><a href="./Tides#cite_ref-2"'
    f' rel="mw:referencedBy"><span>↑ </span></a> <span>{TWO}</span></li></ol></div>',
)
SAVED: Final = tuple(part.replace('href="#', 'href="https://tides.example/2019/ferry#') for part in MARKDOWN_IT)
HAND_MADE: Final = (
    '<a href="#note1">[1]</a>',
    '<a href="#note2">[2]</a>',
    f'<h3>Sources</h3><p><a name="note1"></a>[1] {ONE}</p><p><a name="note2"></a>[2] {TWO}</p>',
)
EMPTY_ANCHORS: Final = (
    '<sup><a href="#n1">1</a></sup>',
    '<sup><a href="#n2">2</a></sup>',
    f'<a id="n1"></a><p>1. {ONE}</p><a id="n2"></a><p>2. {TWO}</p>',
)
LINES: Final = (
    '<a href="#n1">[1]</a>',
    '<a href="#n2">[2]</a>',
    f'<p><a name="n1"></a>1. {ONE}<br><a id="n2">2.</a> {TWO}</p>',
)
LINES_WITH_LINKS_BACK: Final = (
    '<sup><a id="r1" href="#n1">1</a></sup>',
    '<sup><a id="r2" href="#n2">2</a></sup>',
    f'<div><a id="n1" href="#r1">[1]</a> {ONE}<br><br>[<a id="n2" href="#r2">2</a>] {TWO}</div>',
)
LINES_IN_A_CELL: Final = (
    '<a href="#n1">[1]</a>',
    '<a href="#n2">[2]</a>',
    f'<table><tr><td><font size="2"><span id="n1">1. {ONE}</span><br><sup id="n2">2</sup> {TWO}</font></td></tr></table>',
)
IN_ONE_LINE: Final = (
    '<a href="#n1">[1]</a>',
    '<a href="#n2">[2]</a>',
    f'<p>[<a name="n1">1</a>] {ONE} [<a name="n2">2</a>] {TWO}</p>',
)
JOURNAL: Final = (
    '<sup><a href="#B1" rid="B1" class="bibr popnode">1</a></sup>',
    '<sup><a href="#B2" rid="B2" class="bibr popnode">2</a></sup>',
    f'<section class="ref-list"><h2>References</h2><ul><li id="B1"><span class="label">1.</span><cite>{ONE}</cite> [<a'
    f' href="https://scholar.example/1">Google Scholar</a>]</li><li id="B2"><span class="label">2.</span><cite>{TWO}'
    f"</cite></li></ul></section>",
)

SHAPES: Final = {name.lower(): shape for name, shape in list(globals().items()) if name.isupper() and isinstance(shape, tuple)}
"""The shapes by name: the two markers and the list of notes."""


def page(shape: tuple[str, ...], chrome: str = "") -> str:
    """Return a page with two notes in a shape."""
    first, second, notes = shape
    body = TEXT.format(first, second)
    return (
        f"<!DOCTYPE html><html lang=en><head><title>Ferry</title></head><body>{chrome}<h1>Ferry</h1>{body}{notes}</body></html>"
    )
