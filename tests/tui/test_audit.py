"""The audit on the screen: it follows the claims, findings are gone through, dismissed with a reason and brought back."""

from pathlib import Path

import pytest

from reader.article.audit.finding import AMBIGUOUS, CITES_NOTHING, NEVER_CITED, WOULD_FIT
from reader.library import Library
from tests.tui.user import elsewhere, reading
from tests.unit.review_strategies import article

TEXT = """The harbour act

The harbour act obliges every ferry on the Sandvik line to carry a second radio. The crews waited a long time for it [1].
Under the harbour act, the radios of the Sandvik line are tested each spring. Nobody objected in the village.

References

[1] Lind, A. (2019). Crews and their patience. https://crews.example/patience
[2] Rask, O. (2021). The harbour act and the Sandvik line. https://acts.example/harbour
"""

ARTICLE = article(TEXT, "harbour.txt")


async def test_the_audit_follows_the_claims(own_library: Path) -> None:
    async with reading(ARTICLE, own_library) as user:
        await user.until(lambda: any(f.kind == WOULD_FIT for f in user.desk.findings))
        nothing = [f for f in user.desk.findings if f.kind == CITES_NOTHING]
        assert len(nothing) == 3
        await user.press("j", "j", "j", "j", "h")
        await user.until(lambda: sum(f.kind == CITES_NOTHING for f in user.desk.findings) == 1)
        assert not any(f.kind == WOULD_FIT for f in user.desk.findings)
        await user.press("u")
        await user.until(lambda: sum(f.kind == CITES_NOTHING for f in user.desk.findings) == 3)


async def test_the_article_is_audited_when_the_tab_is_opened_or_the_article_left(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.tui.reading.library_link.FIRST_AUDIT_DELAY", 3600.0)
    async with reading(ARTICLE, own_library) as user:
        await user.until(lambda: user.desk.sentence_count > 0)
        await user.settle()
        assert not user.desk.is_audited
        assert "Audit 0" not in user.picture
        await user.press("A")
        await user.until(lambda: any(f.kind == WOULD_FIT for f in user.desk.findings))
        assert any(f.kind == NEVER_CITED for f in user.desk.findings)
        findings = user.desk.counts()
    async with reading(ARTICLE, own_library, wait=False) as user:
        await user.until(lambda: user.desk.sentence_count > 0)
        await user.press("q")
    library = Library.open(own_library)
    (counts,) = library.overview()[1].values()
    library.close(5.0)
    assert findings is not None
    assert counts.findings == findings.findings > 0


async def test_nobody_who_leaves_a_long_article_waits_for_its_audit(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reader.tui.reading.library_link.FIRST_AUDIT_DELAY", 3600.0)
    monkeypatch.setattr("reader.tui.reading.library_link._MOST_TO_AUDIT", 100)
    async with reading(ARTICLE, own_library) as user:
        await user.until(lambda: user.desk.sentence_count > 0)
        desk = user.desk
        await user.press("j", "j", "q")
    assert not desk.is_audited
    library = Library.open(own_library)
    assert library.overview()[1] == {}
    assert library.close(5.0)
    async with reading(ARTICLE, own_library) as user:
        await user.until(lambda: "where you stopped" in user.footer or user.desk.sentence == desk.sentence)


async def test_a_finding_with_several_places_is_stepped_through(own_library: Path) -> None:
    async with reading(ARTICLE, own_library) as user:
        await user.until(lambda: any(f.kind == WOULD_FIT for f in user.desk.findings))
        await user.press("A")
        at = next(n for n, f in enumerate(user.desk.findings) if f.kind == WOULD_FIT)
        await user.press(*["j"] * at, "enter")
        first = user.desk.sentence
        await user.press("n")
        assert user.desk.sentence is not None
        assert first is not None
        words = {TEXT[s.start : s.end].split(".")[0] for s in (first, user.desk.sentence)}
        assert words == {
            "The harbour act obliges every ferry on the Sandvik line to carry a second radio",
            "Under the harbour act, the radios of the Sandvik line are tested each spring",
        }


async def test_the_highlights_of_a_finding_end_with_the_next_thing_done(own_library: Path) -> None:
    async with reading(ARTICLE, own_library) as user:
        await user.until(lambda: any(f.kind == WOULD_FIT for f in user.desk.findings))
        at = next(n for n, f in enumerate(user.desk.findings) if f.kind == WOULD_FIT)

        def is_lit() -> bool:
            if "a second radio" not in user.picture:
                return False
            x, y = user.cell("a second radio")
            return bool(user.app.screen.get_style_at(x, y).underline)

        for rest in (("R",), ("tab", "j"), ("escape",)):
            await user.press("A", *["k"] * 20, *["j"] * at, "enter")
            assert is_lit(), rest
            await user.press(*rest)
            assert not is_lit(), rest
            await user.press("escape", "escape")


async def test_a_finding_is_dismissed_with_a_reason_undone_and_brought_back(own_library: Path) -> None:
    async with reading(ARTICLE, own_library) as user:
        await user.until(lambda: user.desk.is_audited)
        faults = user.desk.count_faults()
        await user.press("A")
        at = next(n for n, f in enumerate(user.desk.findings) if f.kind == NEVER_CITED)
        finding = user.desk.findings[at]
        await user.press(*["j"] * at, "x", *"further", "escape")
        assert user.desk.open_session.index.dismissals() == {}
        await user.press("x")
        assert user.field.value == "further", "what was typed is offered again"
        await user.press("enter")
        assert user.desk.open_session.index.dismissals()[finding.key].reason == "further"
        assert (user.desk.count_faults(), user.desk.findings[-1]) == (faults - 1, finding)
        await user.press("u")
        assert user.desk.open_session.index.dismissals() == {}
        await user.press("ctrl+r", "G", "x")
        assert user.desk.open_session.index.dismissals() == {}
        assert user.desk.count_faults() == faults


async def test_the_list_stays_on_its_finding_whatever_another_window_does(own_library: Path) -> None:
    async with reading(ARTICLE, own_library) as user:
        await user.until(lambda: any(f.kind == WOULD_FIT for f in user.desk.findings))
        await user.press("A", "j")
        first, in_hand = user.desk.findings[:2]
        with elsewhere(ARTICLE, own_library) as window:
            window.session.dismiss_finding(first.key, first.kind, first.text, "")
        await user.until(lambda: first.key in user.session.index.dismissals())
        await user.press("x", "enter")
        assert in_hand.key in user.session.index.dismissals(), "x dismisses the finding that the person saw"
        await user.press("G", "home")
        shown = user.desk.findings[user.screen.list.index]
        with elsewhere(ARTICLE, own_library) as window:
            window.session.mark(window.session.index.article.sentences.all()[-1])
            window.session.mark(window.session.index.article.sentences.all()[1])
        await user.until(lambda: len(user.quotes) == 2)
        await user.settle()
        index = user.screen.list.index
        assert shown not in user.desk.findings or user.desk.findings[index].key == shown.key


async def test_only_findings_are_dismissed(own_library: Path) -> None:
    async with reading(ARTICLE, own_library) as user:
        await user.press("g", "r", "x")
        assert "Only findings are dismissed: A shows them" in user.footer


async def test_everything_open_is_one_list_that_leads_to_each(own_library: Path) -> None:
    async with reading(ARTICLE, own_library) as user:
        await user.press("j", "h", "O")
        assert "no verdict yet" in user.list
        assert "[1]" in user.list
        await user.press("home", "enter")
        assert user.sentence.startswith("The crews waited")
        assert user.desk.current_reference() == "1"
        await user.press("1", "O", "end", "enter")
        assert user.sentence.startswith("Nobody objected")
        await user.press("x", "O")
        assert "Nobody objected" not in user.list


async def test_when_nothing_is_open_the_list_says_so(own_library: Path) -> None:
    async with reading(article("Bees\n\nBees came to Vell in 1911.\n", "bees.txt"), own_library) as user:
        await user.press("O")
        await user.audited()
        assert "nothing recognised" in user.list
        await user.press("tab", "x", "O")
        for _ in user.desk.todo_items:
            item = user.desk.todo_items[0]
            assert item.finding is not None
            user.session.dismiss_finding(item.finding.key, item.finding.kind, item.finding.text)
        await user.press("home")
        assert "✓ Complete" in user.list


MOSS = article(
    """A walk

Moss grows on every roof (Bell, 1998). Oaks walk (Cole, 2003). Elms die in the end (Dunn, 2005).

References

Bell, E. (1998). Moss on slate roofs. Moss Notes, 1, 1–9.

Bell, E. (1998). Moss on thatch. Moss Notes, 1, 10–19.

Cole, F. (2003). Oaks that were moved. Tree Letters, 4, 1–9.

Dunn, G. (2005). Elms. Tree Letters, 6, 1–9.
""",
    "walk.txt",
)


async def test_a_marker_that_fits_two_references_says_so_on_the_card_and_in_the_audit(own_library: Path) -> None:
    async with reading(MOSS, own_library) as user:
        await user.until(lambda: any(f.kind == AMBIGUOUS for f in user.desk.findings))
        assert "Bell 1998 is ambiguous: 2 references fit" in user.card
        await user.press("j")
        assert "ambiguous" not in user.card
        await user.press("A")
        assert "(Bell, 1998) is ambiguous" in user.list
        assert "fits 2 references: “Moss" in user.list
        faults = user.desk.count_faults()
        at = next(n for n, f in enumerate(user.desk.findings) if f.kind == AMBIGUOUS)
        await user.press(*["j"] * at, "x", *"both", "enter")
        assert user.desk.count_faults() == faults - 1
        assert "(Bell, 1998) is ambiguous · dismissed" in user.list


def mills(count: int) -> str:
    said = " ".join(f"In 19{n} mill number {n} of Orle ground {n} sacks of rye." for n in range(10, 10 + count))
    return f"Mills\n\nThe weir is old [1].\n\n{said}\n\nReferences\n\n[1] Ames, A. (1960). The weirs of Orle. Press.\n"


async def test_a_dismissed_sentence_that_cites_nothing_makes_room_for_the_next(own_library: Path) -> None:
    async with reading(article(mills(13), "mills.txt"), own_library) as user:
        await user.until(lambda: len(user.desk.findings) == 11)

        def shown() -> list[str]:
            return [f.text for f in user.desk.findings if not user.desk.is_dismissed(f)]

        first, *others, more = shown()
        assert more.startswith("3 more sentences cite nothing.")
        await user.press("A", "x", "enter")
        await user.until(lambda: len(user.desk.findings) == 12)
        assert (shown()[:9], shown()[-1]) == (others, "2 more sentences cite nothing. Mark claims to list only theirs.")
        assert len(shown()) == 11
        assert user.desk.findings[-1].text == first
        await user.press("u")
        await user.until(lambda: len(user.desk.findings) == 11)
        assert shown() == [first, *others, more]
        for left in (11, 11, 10, 9):
            await user.press("home", "x", "enter")
            await user.audited()
            assert len(shown()) == left
        assert all(text.startswith("Cites nothing: ") for text in shown()), "nothing is left to count"


async def test_a_claim_that_cites_nothing_rests_on_nothing(own_library: Path) -> None:
    async with reading(article(mills(3), "mills.txt"), own_library) as user:
        await user.until(lambda: len(user.desk.findings) == 3)
        await user.press("A")
        assert "cites nothing" in user.list
        await user.press("escape", "j", "h")
        await user.until(lambda: len(user.desk.findings) == 1)
        await user.press("A")
        assert "rests on nothing" in user.list
        assert "cites nothing" not in user.list
