"""Recognise the text of scanned pages with Tesseract, and keep it."""
