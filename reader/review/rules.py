"""The rules that `reader check` and SARIF report: one table, from which the help, `docs/check.md` and the tests are made.

A code is stable for ever: it is neither renumbered nor given to another rule, and a rule that is dropped keeps its code.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from reader.article.audit.finding import (
    AMBIGUOUS,
    BROKEN_LINK,
    CITES_NOTHING,
    CORRECTED,
    FUTURE_YEAR,
    HAS_A_DATE,
    LEADS_NOWHERE,
    LISTED_TWICE,
    MALFORMED_DOI,
    MARKERS_UNKNOWN,
    MAY_BE_RETRACTED,
    NEVER_CITED,
    NO_LINK,
    NO_LINK_ANYWHERE,
    NOTHING_RECOGNISED,
    NUMBER_DIFFERS,
    OTHER_NAME,
    OTHER_YEAR,
    PASSAGE_OVERUSED,
    POINTS_NOWHERE,
    QUOTE_NOT_FOUND,
    RECORD_DIFFERS,
    RECORD_MISSING,
    RETRACTED,
    SHARED_DOI,
    SOURCE_CARRIES_MOST,
    WOULD_FIT,
)

Level = Literal["error", "warning", "note"]

PAIR_OPEN: Final = "pair-open"
EVIDENCE_MISSING: Final = "evidence-missing"
VERDICT_STALE: Final = "verdict-stale"
SOURCE_UNAVAILABLE: Final = "source-unavailable"
PARTLY_SUPPORTED: Final = "partly-carried"
NOT_SUPPORTED: Final = "not-carried"
REVIEW_INCOMPLETE: Final = "review-incomplete"
NOTHING_REVIEWED: Final = "nothing-reviewed"


class Example(NamedTuple):
    """An article, `article.md`, and the commands that review it: what `reader check` is called on.

    `before` is the text of the article when it was reviewed, if it has changed since. `scale` is the setting. `files` are the
    names and texts of files beside the article. `elsewhere` says what a site, a registry or a list of retractions has.
    """

    text: str
    commands: tuple[str, ...] = ()
    before: str = ""
    scale: str = ""
    files: tuple[tuple[str, str], ...] = ()
    elsewhere: str = ""

    def lines(self) -> tuple[str, ...]:
        """Return the example as people read it: the article, then what is done with it."""
        return (
            *(self.before or self.text).splitlines(),
            *(line for name, text in self.files for line in ("", f"In {name}:", "", *text.splitlines())),
            *(("", self.elsewhere) if self.elsewhere else ()),
            *(("", f'With scale = "{self.scale}" in the settings:') if self.scale else ()),
            *(("", *self.commands) if self.commands else ()),
            *(("", "Then the article changes:", "", *self.text.splitlines()) if self.before else ()),
        )


class Rule(NamedTuple):
    """Describe what `reader check` may find: `code` and `name` for programs, the default `level`, and how to `mend` it.

    `kind` is a kind of finding (`article.audit.finding`) or a constant of this module. `failing` is an example that the rule
    finds, `mended` the same without the fault.
    """

    code: str
    kind: str
    name: str
    level: Level
    summary: str
    mend: str
    failing: Example
    mended: Example


# ------------------------------------------------------------------ Examples

_LINES: Final = "Island Lines. (2024). Passengers by month. https://lines.example/2024"
_PORT: Final = "Port Office. (2021). Tickets at the gate. https://port.example/gate"
_PIER: Final = "Rask, O. (2019). A copper roof for the pier. https://rask.example/roof"
_PEAT: Final = "Eade, H. (2011). Rain on peat and slate. Bog Press."
_CARRIED: Final = "The ferry carried 41,000 people in May [1]."


def _essay(body: str, *entries: str) -> Example:
    """Return an article with a numbered list of references."""
    listed = "\n".join(f"{number}. {entry}" for number, entry in enumerate(entries, 1))
    return Example(f"# Night ferries\n\n{body}\n\n## References\n\n{listed}\n")


def _dated_essay(body: str, *entries: str) -> Example:
    """Return an article whose references have no numbers."""
    return Example("\n\n".join(("# Night ferries", body, "## References", *entries)) + "\n")


def _with_entry(entry: str) -> Example:
    """Return an article that cites an entry."""
    return _essay(f"{_CARRIED} Few believed it [2].", _LINES, entry)


def _review(*commands: str) -> Example:
    """Return an article with a review."""
    return Example(_essay(_CARRIED, _LINES).text, commands)


_MARK: Final = 'reader annotate article.md --quote "The ferry carried 41,000 people in May"'
_SUPPORTED: Final = f"{_MARK} --verdict 1=supports"
_SOURCES: Final = tuple(f"Lamb, M. ({year}). Rain of {year}. https://rain.example/{year}" for year in range(1991, 1997))
_LINKLESS: Final = tuple(entry.partition(" https")[0] for entry in _SOURCES)
_CITED: Final = " ".join(f"It rained in {year} [{number}]." for number, year in enumerate(range(1991, 1997), 1))


_ROOF: Final = "Rask, O. (2019). A copper roof for the pier. Pier Notes, 2, 1–9. https://doi.org/10.5555/pn.2"
_ROOF_ESSAY: Final = _essay("The roof leaks [1].", _ROOF)
_LOG: Final = (
    "The log of the ferry\n\nIn May we carried 41,000 people, which is more than the old pier can bear. The "
    "salt that the ferry carried was worth $4.2 million.\n"
)
_LOG_COMMAND: Final = "reader source add article.md 1 log.txt"
_WINTERS: Final = tuple(f"Lamb, M. ({year}). Rain of {year}. https://rain.example/{year}" for year in range(1991, 1994))
_DAYS: Final = ("The boat was late", "The boat was full", "The boat was cold", "The boat was loud")


def _quote_log(words: str) -> Example:
    """Return an article that quotes the log of the ferry, which it has."""
    return _with_log(f"The captain writes: “{words}” [1].")


def _with_log(body: str) -> Example:
    """Return an article that cites the log of the ferry, which it has."""
    return _essay(body, _LINES)._replace(files=(("log.txt", _LOG),), commands=(_LOG_COMMAND,))


def _days(*passages: str) -> Example:
    """Return an article of four claims, each with a passage of the same source."""
    body = " ".join(f"{day} on day {number} [1]." for number, day in enumerate(_DAYS, 1))
    marks = (
        f'reader annotate article.md --quote "{day}" --verdict 1=supports --evidence 1 "{passage}"'
        for day, passage in zip(_DAYS, passages, strict=True)
    )
    return _essay(body, _LINES)._replace(
        files=(("days.txt", "\n\n".join(dict.fromkeys(passages)) + "\n"),),
        commands=("reader source add article.md 1 days.txt", *marks),
    )


def _lean_on(numbers: str) -> Example:
    """Return an article of eight claims with a marker for each, of three references."""
    body = " ".join(f"It rained on day {day} [{number}]." for day, number in enumerate(numbers, 1))
    marks = (f'reader annotate article.md --quote "It rained on day {day}"' for day in range(1, len(numbers) + 1))
    return _essay(body, *_WINTERS)._replace(commands=tuple(marks))


# ------------------------------------------------------------------ The table

_TABLE: Final = (
    Rule(
        *("CR001", NOTHING_RECOGNISED, "NothingRecognised", "error"),
        summary="Neither references nor markers were recognised, or the ones without the others.",
        mend="Check with `reader parse` how the file was read, give the list a heading such as “References”, or check another "
        "format of the same article.",
        failing=Example(f"# Night ferries\n\n{_CARRIED}\n"),
        mended=_essay(_CARRIED, _LINES),
    ),
    Rule(
        *("CR002", MARKERS_UNKNOWN, "MarkersNotRecognised", "warning"),
        summary="No marker was recognised for most references of a list.",
        mend="Write the markers in one of the usual styles: `[1]`, `[^1]`, a superscript, (Lee, 2020).",
        failing=_essay(f"{_CITED.partition('.')[0]}. Later years were dry (see 2 to 6 below).", *_SOURCES),
        mended=_essay(_CITED, *_SOURCES),
    ),
    Rule(
        *("CR101", NEVER_CITED, "NeverCited", "warning"),
        summary="No marker in the text points to a reference.",
        mend="Cite the reference where it is used, or remove it from the list.",
        failing=_essay(_CARRIED, _LINES, _PORT),
        mended=_essay(f"{_CARRIED} The port office counted 20,500 tickets [2].", _LINES, _PORT),
    ),
    Rule(
        *("CR102", WOULD_FIT, "WouldFit", "note"),
        summary="A reference that is never cited would fit sentences without a citation.",
        mend="Cite the reference there, or dismiss the finding.",
        failing=_essay(f"{_CARRIED} The copper roof of the pier leaks.", _LINES, _PIER),
        mended=_essay(f"{_CARRIED} The copper roof of the pier leaks [2].", _LINES, _PIER),
    ),
    Rule(
        *("CR201", POINTS_NOWHERE, "PointsNowhere", "error"),
        summary="A marker points to a reference that is not in the list.",
        mend="Correct the marker, or add the reference.",
        failing=_essay("The ferry carried 41,000 people in May [1][7].", _LINES),
        mended=_essay(_CARRIED, _LINES),
    ),
    Rule(
        *("CR202", OTHER_NAME, "OtherName", "warning"),
        summary="The name beside a marker is not in the reference.",
        mend="Correct the name or the number of the marker.",
        failing=_essay(f"{_CARRIED} Beech et al. [2] say that the roof leaks.", _LINES, _PIER),
        mended=_essay(f"{_CARRIED} Rask [2] says that the roof leaks.", _LINES, _PIER),
    ),
    Rule(
        *("CR203", OTHER_YEAR, "OtherYear", "warning"),
        summary="The year beside or in a marker is not that of the reference.",
        mend="Correct the year, or the number of the marker.",
        failing=_essay(f"{_CARRIED} Rask (2012) [2] says that the roof leaks.", _LINES, _PIER),
        mended=_essay(f"{_CARRIED} Rask (2019) [2] says that the roof leaks.", _LINES, _PIER),
    ),
    Rule(
        *("CR204", AMBIGUOUS, "Ambiguous", "warning"),
        summary="A marker fits several references.",
        mend="Tell them apart by a letter after the year, in the list and in the marker: 2019a, 2019b.",
        failing=_dated_essay(
            "The roof leaks (Rask, 2019). Rain is heavy there (Eade, 2011).",
            *(
                _PEAT,
                "Rask, O. (2019). A copper roof for the pier. Pier Press.",
                "Rask, O. (2019). Rain over harbours. Pier Press.",
            ),
        ),
        mended=_dated_essay(
            "The roof leaks (Rask, 2019a, 2019b). Rain is heavy there (Eade, 2011).",
            *(
                _PEAT,
                "Rask, O. (2019a). A copper roof for the pier. Pier Press.",
                "Rask, O. (2019b). Rain over harbours. Pier Press.",
            ),
        ),
    ),
    Rule(
        *("CR301", LISTED_TWICE, "ListedTwice", "warning"),
        summary="A reference repeats another one.",
        mend="Keep one of them, and point the markers of both to it.",
        failing=_with_entry(f"Lines, Island. {_LINES.partition('. ')[2]}"),
        mended=_with_entry(_PORT),
    ),
    Rule(
        *("CR302", SHARED_DOI, "SharedDoi", "warning"),
        summary="Two different references have the same DOI.",
        mend="Look both up: one of the DOIs is wrong.",
        failing=_essay(
            f"{_CARRIED} Rain is heavy there [2][3].",
            _LINES,
            "Rask, O. (2019). A copper roof for the pier. Pier Notes, 2, 1–9. https://doi.org/10.5555/pn.2",
            "Eade, H. (2011). Rain on peat and slate. Bog Notes, 7, 30–41. https://doi.org/10.5555/pn.2",
        ),
        mended=_essay(
            f"{_CARRIED} Rain is heavy there [2][3].",
            _LINES,
            "Rask, O. (2019). A copper roof for the pier. Pier Notes, 2, 1–9. https://doi.org/10.5555/pn.2",
            "Eade, H. (2011). Rain on peat and slate. Bog Notes, 7, 30–41. https://doi.org/10.5555/bn.7",
        ),
    ),
    Rule(
        *("CR303", MALFORMED_DOI, "MalformedDoi", "warning"),
        summary="A DOI is malformed.",
        mend="Copy the DOI again from the publisher's page.",
        failing=_with_entry("Rask, O. (2019). A copper roof for the pier. doi:10.12/roof"),
        mended=_with_entry("Rask, O. (2019). A copper roof for the pier. doi:10.5555/roof"),
    ),
    Rule(
        *("CR304", BROKEN_LINK, "BrokenLink", "warning"),
        summary="An address is malformed. Nothing is fetched.",
        mend="Correct the address.",
        failing=_with_entry("Rask, O. (2019). A copper roof for the pier. https:/rask.example/roof"),
        mended=_with_entry(_PIER),
    ),
    Rule(
        *("CR305", NO_LINK, "NoLink", "note"),
        summary="A reference has neither a DOI nor an address, unlike most others.",
        mend="Add a DOI or an address, or say where the source is kept.",
        failing=_essay(_CITED, *_SOURCES[:5], _LINKLESS[5]),
        mended=_essay(_CITED, *_SOURCES),
    ),
    Rule(
        *("CR306", NO_LINK_ANYWHERE, "NoLinks", "note"),
        summary="No reference of the article has a DOI or an address.",
        mend="Add the DOIs or addresses.",
        failing=_essay(_CITED, *_LINKLESS),
        mended=_essay(_CITED, *_SOURCES),
    ),
    Rule(
        *("CR307", HAS_A_DATE, "HasADate", "note"),
        summary="A reference is called undated although it contains a date.",
        mend="Give the date in place of “n.d.”.",
        failing=_with_entry("Pier Board. (n.d.). Repairs. Published 3 May 2021. https://pier.example/repairs"),
        mended=_with_entry("Pier Board. (2021, May 3). Repairs. https://pier.example/repairs"),
    ),
    Rule(
        *("CR308", FUTURE_YEAR, "FutureYear", "warning"),
        summary="A year is in the future.",
        mend="Correct the year, or call the work forthcoming.",
        failing=_with_entry("Rask, O. (2091). A copper roof for the pier. https://rask.example/roof"),
        mended=_with_entry(_PIER),
    ),
    Rule(
        *("CR401", CITES_NOTHING, "CitesNothing", "note"),
        summary="A sentence asserts something and cites nothing; in a review with claims, only a sentence of a claim.",
        mend="Cite a source, or dismiss the finding.",
        failing=_essay(f"{_CARRIED} The pier closed in 1987 after a storm.", _LINES),
        mended=_essay(f"{_CARRIED} The pier closed in 1987 after a storm [2].", _LINES, _PORT),
    ),
    Rule(
        *("CR501", PAIR_OPEN, "PairOpen", "warning"),
        summary="Nobody has judged whether a reference supports a claim.",
        mend="Give a verdict.",
        failing=_review(_MARK),
        mended=_review(_SUPPORTED),
    ),
    Rule(
        *("CR502", EVIDENCE_MISSING, "EvidenceMissing", "warning"),
        summary="A verdict has no evidence, though the scale requires it.",
        mend="Keep the passage of the source that the verdict rests on.",
        failing=_review(_SUPPORTED)._replace(scale="academic"),
        mended=_review(f"{_MARK} --verdict 1=does-not-support")._replace(scale="academic"),
    ),
    Rule(
        *("CR503", VERDICT_STALE, "VerdictStale", "warning"),
        summary="The claim, its sentence or the source has changed since the verdict was given.",
        mend="Look again, and confirm the verdict or give another one.",
        failing=Example(
            _essay(_CARRIED.replace("41,000", "14,000"), _LINES).text, (_SUPPORTED,), before=_essay(_CARRIED, _LINES).text
        ),
        mended=_review(_SUPPORTED),
    ),
    Rule(
        *("CR504", SOURCE_UNAVAILABLE, "SourceUnavailable", "note"),
        summary="The source of a reference that a claim rests on is unavailable.",
        mend="Find the source, or rest the claim on another one.",
        failing=_review(f"{_MARK} --verdict 1=unavailable"),
        mended=_review(_SUPPORTED),
    ),
    Rule(
        *("CR511", PARTLY_SUPPORTED, "PartlyCarried", "warning"),
        summary="A reference supports only a part of a claim, or the claim overstates it.",
        mend="Narrow the claim, or take the fix of the review.",
        failing=_review(f"{_MARK} --verdict 1=overstated"),
        mended=_review(_SUPPORTED),
    ),
    Rule(
        *("CR512", NOT_SUPPORTED, "NotCarried", "error"),
        summary="A reference does not support a claim, or contradicts it.",
        mend="Correct the claim, or rest it on another source.",
        failing=_review(f"{_MARK} --verdict 1=contradicts"),
        mended=_review(_SUPPORTED),
    ),
    Rule(
        *("CR521", REVIEW_INCOMPLETE, "ReviewIncomplete", "warning"),
        summary="The review is not complete: sentences are undecided or for later, pairs are open or have two verdicts, "
        "verdicts are stale, or annotations lost their place.",
        mend="Finish the review; the to-do list of the article names everything that is left.",
        failing=_review(_MARK),
        mended=_review(_SUPPORTED),
    ),
    Rule(
        *("CR522", NOTHING_REVIEWED, "NothingReviewed", "warning"),
        summary="The library holds no annotation of the article, so that none of its claims is settled.",
        mend="Review the article, or name the library of its review with `--library`.",
        failing=_review(),
        mended=_review(_SUPPORTED),
    ),
    Rule(
        *("CR601", RETRACTED, "Retracted", "error"),
        summary="A source was retracted. The finding says when, and whether that was before the article appeared.",
        mend="Rest the claims on another source, or say in the text that this one was retracted.",
        failing=_ROOF_ESSAY._replace(elsewhere="The list of retractions has: 10.5555/pn.2, retracted on 2021-03-04."),
        mended=_ROOF_ESSAY._replace(elsewhere="The list of retractions has nothing on 10.5555/pn.2."),
    ),
    Rule(
        *("CR602", CORRECTED, "Corrected", "warning"),
        summary="A correction of a source was published, or an expression of concern about it.",
        mend="Read the notice, and look again at the claims that rest on the source.",
        failing=_ROOF_ESSAY._replace(elsewhere="The list of retractions has: 10.5555/pn.2, corrected on 2021-03-04."),
        mended=_ROOF_ESSAY._replace(elsewhere="The list of retractions has nothing on 10.5555/pn.2."),
    ),
    Rule(
        *("CR603", RECORD_MISSING, "NoSuchRecord", "warning"),
        summary="The registry that gives out an identifier has no record of the one that a reference names.",
        mend="Copy the identifier again from the work itself, or cite another work.",
        failing=_ROOF_ESSAY._replace(elsewhere="The registry has no record of 10.5555/pn.2."),
        mended=_ROOF_ESSAY._replace(elsewhere="The registry has a record of 10.5555/pn.2 that matches."),
    ),
    Rule(
        *("CR604", RECORD_DIFFERS, "RecordDiffers", "warning"),
        summary="The record of a registry has another title, year or author than the reference.",
        mend="Correct the reference, or its identifier.",
        failing=_ROOF_ESSAY._replace(elsewhere="The registry has a record of 10.5555/pn.2 with the year 2017."),
        mended=_ROOF_ESSAY._replace(elsewhere="The registry has a record of 10.5555/pn.2 that matches."),
    ),
    Rule(
        *("CR605", LEADS_NOWHERE, "LeadsNowhere", "warning"),
        summary="The address of a reference led nowhere when its source was fetched. `reader check` itself fetches nothing.",
        mend="Give the present address of the page, or that of an archived copy.",
        failing=_essay(_CARRIED, _LINES)._replace(elsewhere="The site answers 404 Not Found when the source is fetched."),
        mended=_essay(_CARRIED, _LINES)._replace(elsewhere="The site has the page."),
    ),
    Rule(
        *("CR606", QUOTE_NOT_FOUND, "QuoteNotFound", "warning"),
        summary="The words of a quotation are not in the text of the sources that it rests on. Only sources count whose whole "
        "text is there, in the language of the article; quotations of fewer than six words are left out.",
        mend="Quote the words as the source has them, mark what is left out by an ellipsis, or cite the source that has them.",
        failing=_quote_log("In May we carried 41,000 people, which is more than the new pier can bear"),
        mended=_quote_log("In May we carried 41,000 people, … more than the old pier can bear"),
    ),
    Rule(
        *("CR607", NUMBER_DIFFERS, "NumberDiffers", "warning"),
        summary="A number is not in the text of the sources, but a passage on the same matter has it in another scale or unit.",
        mend="Correct the number, its scale (million, billion) or its unit, or cite the source that has it.",
        failing=_with_log("The ferry carried salt worth $4.2 billion in May [1]."),
        mended=_with_log("The ferry carried salt worth 4,200 thousand dollars in May [1]."),
    ),
    Rule(
        *("CR608", PASSAGE_OVERUSED, "PassageOverused", "note"),
        summary="Claims in four sentences or more rest on one and the same passage of a source, which is short for so many.",
        mend="Look whether the passage says all of that, keep the passages that do, or dismiss the finding.",
        failing=_days(*("The boat had a bad week.",) * 4),
        mended=_days("It came late.", "It was full.", "It had no heating.", "It had a loud engine."),
    ),
    Rule(
        *("CR609", SOURCE_CARRIES_MOST, "SourceCarriesMost", "note"),
        summary="One source is the only one of most claims, in an article with three references and eight claims at least.",
        mend="Look for a second source of the claims that matter most, or dismiss the finding.",
        failing=_lean_on("11111123"),
        mended=_lean_on("11122233"),
    ),
    Rule(
        *("CR610", MAY_BE_RETRACTED, "MayBeRetracted", "warning"),
        summary="A work with the title of a source was retracted, and no identifier tells whether it is the same work.",
        mend="Compare authors and year with the notice; give the reference its DOI, which tells them apart.",
        failing=_essay("The roof leaks [1].", _PIER)._replace(
            elsewhere="The list of retractions has a work called “A copper roof for the pier”, retracted on 2021-03-04."
        ),
        mended=_ROOF_ESSAY._replace(elsewhere="The list of retractions has nothing on 10.5555/pn.2."),
    ),
)

RULES: Final[Mapping[str, Rule]] = MappingProxyType({rule.code: rule for rule in _TABLE})
"""The rules by code, in the order of the codes."""
RULES_BY_KIND: Final[Mapping[str, Rule]] = MappingProxyType({rule.kind: rule for rule in _TABLE})
"""The rules by kind."""
FAULT_CODES: Final = frozenset(code for code, rule in RULES.items() if code < "CR4" or (code > "CR6" and rule.level != "note"))
"""The codes that are checked unless others are selected: what the audit finds and what is no mere remark."""
SETTLED_CODES: Final = frozenset(RULES_BY_KIND[kind].code for kind in (PAIR_OPEN, EVIDENCE_MISSING, NOTHING_REVIEWED))
"""The codes of what keeps the pairs of a review from being settled."""
COMPLETE_CODES: Final = frozenset(
    RULES_BY_KIND[kind].code for kind in (PAIR_OPEN, EVIDENCE_MISSING, VERDICT_STALE, REVIEW_INCOMPLETE)
)
"""The codes of what keeps a review from being complete."""
EXPORT_CODES: Final = frozenset(code for code in RULES if not "CR51" <= code < "CR6")
"""The codes of a SARIF export: findings, and pairs that are open, stale or without a source."""
