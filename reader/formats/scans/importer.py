"""Import a picture of a page. Its text must have been recognised before, as that takes long and is done only when asked."""

from __future__ import annotations

from reader.article.article import Article
from reader.formats.detection import describe_picture, document_name
from reader.formats.pdf.importer import scan_article


def picture_article(data: bytes, source: str) -> Article:
    """Return the article of a picture. Raises ScanError if its text was not recognised yet."""
    return scan_article(data, source, f"{document_name(source)} is {describe_picture(data)}")
