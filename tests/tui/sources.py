"""Texts behind the references of the article on buses, and how they come to stand there before a window is opened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reader.article.article import Article
from reader.formats.source_input import read_paste
from reader.library.source_texts import keep_source
from reader.review.model import Annotation, Evidence
from reader.review.selector import make_selector
from reader.tui.source.screen import SourceScreen
from tests.tui.texts import BUSES, place
from tests.tui.user import User, elsewhere

CARRIED = "The first winter brought 412,000 passengers, twice what the council had planned for [1]."
CLOSEST = "In the first winter the council counted 389,000 passengers."
BESIDE = "Nobody expected so many."
SECOND = "The council planned for half of that."
LAST = "The depot burned no lamp before six."

WINTER = (
    "A season on the road\n\n"
    f"The service began with six vehicles. {CLOSEST} {BESIDE} {SECOND}\n\n"
    "Drivers slept badly. Two of them gave notice before the thaw.\n\n"
    f"Most stops stayed dark. {LAST}"
)
"""A source of [1]: two of its sentences share words with the claim, and it has another number."""
LATER_WINTER = WINTER.replace(CLOSEST, "In the first winter the council counted 391,000 passengers.")

ABSTRACT = f"A season on the road\n\nAbstract\n\n{CLOSEST} {BESIDE}"
HERONS = "Of herons\n\nHerons stand still. Frogs seldom notice them in time."
"""It has no word in common with the claim."""


def linked(**addresses: str) -> Article:
    """Return the article on buses with references that name addresses: `r1` is that of [1]."""
    references = (reference._replace(url=addresses.get(f"r{reference.id}", "")) for reference in BUSES.references)
    return replace(BUSES, references=tuple(references))


def supply(folder: Path, text: str, reference: str = "1", article: Article = BUSES) -> str:
    """Put a text behind a reference, in another window that is closed again; return the digest of the text."""
    with elsewhere(article, folder) as window:
        come = read_paste(text)
        source = window.session.attach_source(reference, keep_source(window.library, come.article, come.data, come.origin))
        return source.current


def quote(folder: Path, text: str, words: str) -> None:
    """Mark the claim that cites [1] and keep words of a text as evidence for it, in another window that is closed again."""
    with elsewhere(BUSES, folder) as window:
        come = read_paste(text)
        assert come.article is not None
        window.session.attach_source("1", keep_source(window.library, come.article, come.data, come.origin))
        evidence = Evidence(come.article.digest, make_selector(come.article.text, place(come.article, words)))
        window.session.keep_evidence(window.mark(CARRIED), "1", evidence)


def source_screen(user: User) -> SourceScreen:
    """Return the source screen, which has the keys."""
    assert isinstance(user.app.screen, SourceScreen), user.picture
    return user.app.screen


def is_searched(user: User) -> bool:
    """Return whether a source is shown, and all was looked for in it."""
    if user.over != "SourceScreen":
        return False
    cues = source_screen(user).cues
    return cues is not None and cues.details is not None


async def read_source(user: User, *keys: str) -> SourceScreen:
    """Mark the claim on [1] unless it is marked, open its source, and wait until passages were looked for."""
    await user.press("j", *(keys or ("h",)), "s")
    await user.until(lambda: user.over == "SourceScreen")
    await user.until(lambda: is_searched(user) or not source_screen(user).pair.words)
    await user.settle()
    return source_screen(user)


def sentence(user: User) -> str:
    """Return the sentence of the source that has the cursor."""
    start, end = source_screen(user).view.cursor
    return source_screen(user).article.text[start:end]


def evidence_quotes(user: User) -> list[str]:
    """Return the quotes that are evidence for the pair."""
    return [evidence.selector.exact for evidence in source_screen(user).evidence]


def claim(user: User) -> Annotation:
    """Return the claim that cites [1]."""
    (found,) = (one for one in user.session.index.claims() if one.selector.exact == CARRIED)
    return found
