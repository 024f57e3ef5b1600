from reader.article.article import Article as Article
from reader.article.audit.audit import audit_findings as audit_findings
from reader.article.audit.finding import Finding as Finding
from reader.article.model import Block as Block
from reader.article.model import Citation as Citation
from reader.article.model import Reference as Reference
from reader.article.quotes import find_quote as find_quote
from reader.article.ranges import Span as Span
from reader.errors import ReaderError as ReaderError
from reader.exchange import FORMATS as FORMATS
from reader.exchange.report import Report as Report
from reader.exchange.report import build_report as build_report
from reader.formats import parse_article as parse_article
from reader.formats import read_article as read_article
from reader.formats.source_input import SourceInput as SourceInput
from reader.formats.source_input import read_source as read_source
from reader.formats.web import read_page as read_page
from reader.library.articles import ArticleEntry as ArticleEntry
from reader.library.library import Library as Library
from reader.library.library import keep_source as keep_source
from reader.review.anchoring.resolver import QuoteMatch as QuoteMatch
from reader.review.anchoring.resolver import anchor_quote as anchor_quote
from reader.review.details.finder import (
    Detail as Detail,
)
from reader.review.details.finder import (
    SourceIndex as SourceIndex,
)
from reader.review.details.finder import (
    find_missing_details as find_missing_details,
)
from reader.review.model import Annotation as Annotation
from reader.review.model import Evidence as Evidence
from reader.review.model import Judgement as Judgement
from reader.review.model import Selector as Selector
from reader.review.passages.ranking import (
    PassageIndex as PassageIndex,
)
from reader.review.passages.ranking import (
    RankedPassage as RankedPassage,
)
from reader.review.passages.ranking import (
    claim_text as claim_text,
)
from reader.review.selector import make_selector as make_selector
from reader.review.session import ReviewSession as ReviewSession

__version__: str
