"""The library screen: the table of articles, its filter and order, the preview, and what one can do with articles."""
