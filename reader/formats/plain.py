"""Plain text: a file, a paste, a pipe."""

from __future__ import annotations

from reader.article.citations import find_citations
from reader.article.links import bare_links
from reader.article.markers import bracket_markers, raised_markers
from reader.article.model import Article
from reader.article.noise import find_noise
from reader.article.places import block_at
from reader.article.reference_lists import cited_names
from reader.article.references import find_references
from reader.formats.headings import file_title, title_block, with_headings
from reader.formats.lines import paragraphs


def plain_article(text: str, source: str) -> Article:
    """Return the article whose text is `text`, with line ends as `decode` leaves them. Nothing in it is taken for markup."""
    blocks = paragraphs(text)
    brackets = bracket_markers(text)
    raised = list(raised_markers(text))
    cited = cited_names(text, blocks, (*brackets, *raised))
    references = find_references(text, blocks, cited)
    entries = [span for reference in references if (span := reference.span)]
    citations = find_citations(text, references, brackets, raised, entries)
    noise = find_noise(text, blocks, entries, citations)
    aside = {block_at(blocks, span.start) for span in (*noise, *entries)}
    title = title_block(text, blocks, aside)
    return Article(
        text=text,
        title=" ".join(text[blocks[title].start : blocks[title].end].split()) if title >= 0 else file_title(source),
        blocks=with_headings(text, blocks, title, aside),
        styles=tuple(sorted(bare_links(text), key=lambda style: style.start)),
        citations=citations,
        references=references,
        noise=noise,
        source=source,
    )
