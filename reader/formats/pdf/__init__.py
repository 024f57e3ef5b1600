"""PDF files that hold text: bytes to `Article`, read by PDFium in a process of its own."""

from reader.formats.pdf.importer import pdf_article

__all__ = ["pdf_article"]
