"""Claim Reader: read an article beside its references, mark its claims, judge and tag them, keep and export the result.

The names of the table are the public API; `docs/api.md` shows them at work. Each is imported when it is first used, so that
importing the package costs nothing. `__init__.pyi` holds the same names for type checkers.
"""

from importlib import import_module

__version__ = "0.1.0"

_MODULES = {
    "Annotation": "reader.review.model",
    "Article": "reader.article.article",
    "ArticleEntry": "reader.library.articles",
    "Block": "reader.article.model",
    "Citation": "reader.article.model",
    "Detail": "reader.review.details.finder",
    "Evidence": "reader.review.model",
    "ExportOptions": "reader.exchange.export_format",
    "FORMATS": "reader.exchange",
    "Finding": "reader.article.audit.finding",
    "Judgement": "reader.review.model",
    "Library": "reader.library.library",
    "PassageIndex": "reader.article.passages.ranking",
    "QuoteMatch": "reader.review.anchoring.resolver",
    "RankedPassage": "reader.article.passages.ranking",
    "ReaderError": "reader.errors",
    "Reference": "reader.article.model",
    "Report": "reader.exchange.report",
    "ReviewSession": "reader.review.session",
    "Selector": "reader.review.model",
    "SourceIndex": "reader.review.details.finder",
    "SourceInput": "reader.formats.source_input",
    "Span": "reader.article.ranges",
    "anchor_quote": "reader.review.anchoring.resolver",
    "audit_findings": "reader.article.audit.audit",
    "build_report": "reader.exchange.report",
    "claim_text": "reader.review.pairs",
    "find_missing_details": "reader.review.details.finder",
    "find_quote": "reader.article.quotes",
    "keep_source": "reader.library.source_texts",
    "make_selector": "reader.review.selector",
    "parse_article": "reader.formats",
    "prose_sentences": "reader.article.prose",
    "read_article": "reader.formats",
    "read_page": "reader.fetching.web",
    "read_source": "reader.fetching",
}


def __getattr__(name: str) -> object:
    """Import a name of the API when it is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module 'reader' has no attribute {name!r}")
    value: object = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the names of the API."""
    return sorted((*_MODULES, "__version__"))
