"""A whole review of a page that a real user pasted, by keyboard alone, with sources that we wrote."""

from pathlib import Path

import pytest

from reader.article.audit.finding import HAS_A_DATE
from reader.formats import read_article
from reader.review.completeness import count_review
from reader.review.scale import DEFAULT_SCALE
from tests.tui.user import NARROW, WIDE, User, reading

PASTE = Path(__file__).resolve().parents[3] / "shared" / "inputs" / "digital-rights-web-paste.txt"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PASTE.is_file(), reason="needs the pasted page in ../shared/inputs"),
]

SOURCES = {
    "1": """Digital and security: what the organisation does

The lab is a small group of engineers who look at the phones of people who fear that they are watched.

Late in 2024 it reported on Serbia under the name A Digital Prison, and described how the police had opened the phone of an \
independent journalist.

The tool is called unlawful under international standards. Serbian law, the report adds, has no clear rule on spyware.

The organisation is one of more than fifty members of European Digital Rights (EDRi), which speaks in Brussels for civil rights.
""",
    "2": """The AI Act: a step forward, and not enough

It is the first attempt anywhere to put rules on artificial intelligence into one law, and in this sense a historic advance.

The text does not ban the export of systems that may not be used at home, and offers people who are harmed few ways to complain.

Migrants, refugees and people who seek asylum are not protected in the same way as others.
""",
    "3": """Abstract

This paper proposes a human rights decentralised autonomous organisation on a public blockchain, in which supporters would \
vote. It was written by two students in 2024, and no organisation has adopted it.
""",
    "4": """The state of human rights 2024: surveillance

In Vietnam and Thailand, spyware was turned against people who had criticised the government. In China, the authorities kept \
blocking news sites. Listening by armies has no legal safeguards worth the name, and nobody answers for it.
""",
}
CLAIMS = (3, 6, 7, 8, 9, 11, 17, 18, 19, 20, 21, 23)
"""The sentences, from 1, that are worth checking; of the others nothing is to be checked."""
VERDICTS: dict[tuple[int, str], tuple[str, str]] = {
    **{(7, "1"): ("2", ""), (8, "1"): ("1", ""), (9, "4"): ("2", ""), (11, "3"): ("3", "27")},
    **{(18, "2"): ("6", ""), (19, "2"): ("1", ""), (20, "2"): ("1", ""), (21, "2"): ("1", "")},
    **{(23, "1"): ("4", ""), (23, "3"): ("4", ""), (23, "4"): ("6", "")},
}
"""The digit of the verdict on each pair, and those of what is wrong with it."""
IN_THE_SOURCE = {(9, "4")}
"""The pairs that are judged on the source screen; all others in the queue itself."""
FAR = {(18, "2")}
"""The pairs whose source has no word in common with the claim."""
ADVICE = {3: ("4", ""), 11: ("2", "A proposal of 2024, which nobody has adopted, …"), 17: ("3", "the act itself")}
"""What the author should do about three of the claims: the digit of the decision, and how."""
ON_THE_ACT = (18, 19, 20, 21)
"""The claims on the AI Act, which cite nothing though reference 2 is about it."""


class Counting:
    """Presses keys and counts them; text that is typed into a field is counted apart."""

    def __init__(self, user: User) -> None:
        self.user, self.keys, self.letters = user, 0, 0

    async def press(self, *keys: str) -> None:
        """Press command keys."""
        self.keys += len(keys)
        await self.user.press(*keys)

    async def type(self, text: str) -> None:
        """Type into a field."""
        self.letters += len(text)
        await self.user.type(text)


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, Path]:
    """Return the files of the sources by their references."""
    folder = tmp_path / "s"
    folder.mkdir()
    for reference, text in SOURCES.items():
        (folder / f"{reference}.txt").write_text(text, encoding="utf-8")
    return {reference: folder / f"{reference}.txt" for reference in SOURCES}


async def _attach(typing: Counting, sources: dict[str, Path]) -> None:
    """Put a file behind every reference of the list."""
    user = typing.user
    await typing.press("g", "r", "home")
    for number, path in enumerate(sources.values()):
        await typing.press(*(["j"] if number else []), "s")
        await typing.type(str(path))
        await typing.press("enter")
        await user.until(lambda: user.over == "SourceScreen")
        await typing.press("escape")
    await typing.press("tab")


async def _mark(typing: Counting) -> None:
    """Go through every sentence and decide about it; link the claims on the AI Act to reference 2."""
    await typing.press("g", "g")
    for number in range(1, 26):
        await typing.press("h" if number in CLAIMS else "x")
        if number in ON_THE_ACT:
            await typing.press("+", "enter", "enter")
        await typing.press("j")


async def _judge(typing: Counting) -> None:
    """Work through the queue: the closest passage as evidence, a verdict; beside some what is wrong; one in its source."""
    user = typing.user
    numbers = {claim.id: CLAIMS[n] for n, claim in enumerate(user.session.index.claims())}
    await typing.press("R")
    while user.desk.active_queue is not None and user.desk.active_queue.claim is not None:
        claim, reference = user.desk.active_queue.claim, user.desk.active_queue.reference
        digit, problems = VERDICTS[numbers[claim.id], reference]
        if problems:
            await typing.press("w", *problems, "enter")
        if (numbers[claim.id], reference) in IN_THE_SOURCE:
            await typing.press("s")
            await user.until(lambda: user.over == "SourceScreen")
            await user.settle()
            await typing.press("e", digit)
            await user.until(lambda: user.over == "ReadingScreen")
            await user.settle()
        else:
            close = (numbers[claim.id], reference) not in FAR
            await user.until(lambda c=close: ("e keeps it" if c else "No wording in common") in user.card)
            await typing.press(*(["e"] if close else []), digit)
        judged = user.session.index.get(claim.id)
        assert judged is not None
        assert judged.verdict_on(reference) == DEFAULT_SCALE.verdicts[int(digit) - 1].id
        assert len(user.session.index.claims()) == len(CLAIMS)
    await typing.press("escape")


async def _advise(typing: Counting) -> None:
    """Say what the author should do about three claims, and dismiss what is of no account."""
    user = typing.user
    for number, (choice, how) in ADVICE.items():
        await typing.press("g", "g", *["j"] * (number - 1), "i", choice)
        if how:
            await typing.press("ctrl+u")
            await typing.type(how)
            await typing.press("enter")
    await typing.press("A")
    while any(f.kind == HAS_A_DATE and not user.desk.is_dismissed(f) for f in user.desk.findings):
        at = next(n for n, f in enumerate(user.desk.findings) if f.kind == HAS_A_DATE)
        await typing.press("home", *["j"] * at, "x")
        await typing.type("known")
        await typing.press("enter")
    await typing.press("escape")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_the_pasted_page_is_reviewed_from_end_to_end(
    own_library: Path, tmp_path: Path, sources: dict[str, Path], size: tuple[int, int]
) -> None:
    article = read_article(str(PASTE))
    async with reading(article, own_library, size) as user:
        typing = Counting(user)
        await _attach(typing, sources)
        attached = typing.keys
        await _mark(typing)
        marked = typing.keys - attached
        await _judge(typing)
        judged = typing.keys - attached - marked
        await _advise(typing)
        left = count_review(user.session.index)
        assert left.is_complete, left.summary()
        await typing.press("E", "/", "ctrl+u")
        await typing.type(str(tmp_path / "r.md"))
        await typing.press("enter", "enter")
        await user.until(lambda: (tmp_path / "r.md").is_file())
    report = (tmp_path / "r.md").read_text(encoding="utf-8")
    assert "12 claims, 25 of 25 sentences decided. Complete" in report
    assert "A proposal of 2024, which nobody has adopted" in report.partition("## For the author")[2]
    assert "would fit" not in report
    assert report.count("(linked by hand)") == len(ON_THE_ACT)
    assert report.count("evidence: ") == len(VERDICTS) - len(FAR)
    # Two keys a sentence, three for a link; two a pair, one more in the source, four for what is wrong with one.
    assert marked <= 2 + 2 * 25 + 3 * len(ON_THE_ACT)
    assert judged <= 2 + 2 * len(VERDICTS) + len(IN_THE_SOURCE) + 4
