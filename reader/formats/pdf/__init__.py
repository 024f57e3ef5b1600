"""Import PDF files that contain text. PDFium reads them in a separate process."""

from reader.formats.pdf.importer import pdf_article

__all__ = ["pdf_article"]
