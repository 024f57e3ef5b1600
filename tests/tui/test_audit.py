"""The audit on the screen: it follows the claims, findings are gone through, dismissed with a reason and brought back."""

from pathlib import Path

from reader.article.audit.finding import CITES_NOTHING, NEVER_CITED, WOULD_FIT
from tests.tui.hand import elsewhere, reading
from tests.unit.making import article

TEXT = """The harbour act

The harbour act obliges every ferry on the Sandvik line to carry a second radio. The crews waited a long time for it [1].
Under the harbour act, the radios of the Sandvik line are tested each spring. Nobody objected in the village.

References

[1] Lind, A. (2019). Crews and their patience. https://crews.example/patience
[2] Rask, O. (2021). The harbour act and the Sandvik line. https://acts.example/harbour
"""

ARTICLE = article(TEXT, "harbour.txt")


async def test_the_audit_follows_the_claims(own_library: Path) -> None:
    async with reading(ARTICLE, own_library) as hand:
        await hand.until(lambda: any(f.kind == WOULD_FIT for f in hand.desk.findings))
        nothing = [f for f in hand.desk.findings if f.kind == CITES_NOTHING]
        assert len(nothing) == 3
        await hand.press("j", "j", "j", "j", "h")
        await hand.until(lambda: sum(f.kind == CITES_NOTHING for f in hand.desk.findings) == 1)
        assert not any(f.kind == WOULD_FIT for f in hand.desk.findings)
        await hand.press("u")
        await hand.until(lambda: sum(f.kind == CITES_NOTHING for f in hand.desk.findings) == 3)


async def test_a_finding_with_several_places_is_stepped_through(own_library: Path) -> None:
    async with reading(ARTICLE, own_library) as hand:
        await hand.until(lambda: any(f.kind == WOULD_FIT for f in hand.desk.findings))
        await hand.press("A")
        at = next(n for n, f in enumerate(hand.desk.findings) if f.kind == WOULD_FIT)
        await hand.press(*["j"] * at, "enter")
        first = hand.desk.sentence
        await hand.press("n")
        assert hand.desk.sentence is not None
        assert first is not None
        words = {TEXT[s.start : s.end].split(".")[0] for s in (first, hand.desk.sentence)}
        assert words == {
            "The harbour act obliges every ferry on the Sandvik line to carry a second radio",
            "Under the harbour act, the radios of the Sandvik line are tested each spring",
        }


async def test_the_highlights_of_a_finding_end_with_the_next_thing_done(own_library: Path) -> None:
    async with reading(ARTICLE, own_library) as hand:
        await hand.until(lambda: any(f.kind == WOULD_FIT for f in hand.desk.findings))
        at = next(n for n, f in enumerate(hand.desk.findings) if f.kind == WOULD_FIT)

        def is_lit() -> bool:
            x, y = hand.cell("a second radio")
            lit = hand.app.look.style("cited").bgcolor, hand.app.look.style("current-cited").bgcolor
            return hand.app.screen.get_style_at(x, y).bgcolor in lit

        for rest in (("R",), ("tab", "j"), ("escape",)):
            await hand.press("A", *["k"] * 20, *["j"] * at, "enter")
            assert is_lit(), rest
            await hand.press(*rest)
            assert not is_lit(), rest
            await hand.press("escape", "escape")


async def test_a_finding_is_dismissed_with_a_reason_undone_and_brought_back(own_library: Path) -> None:
    async with reading(ARTICLE, own_library) as hand:
        await hand.until(lambda: any(f.kind == NEVER_CITED for f in hand.desk.findings))
        faults = hand.desk.count_faults()
        await hand.press("A")
        at = next(n for n, f in enumerate(hand.desk.findings) if f.kind == NEVER_CITED)
        finding = hand.desk.findings[at]
        await hand.press(*["j"] * at, "x", *"further", "enter")
        assert hand.desk.open_session.index.dismissals()[finding.key].reason == "further"
        assert (hand.desk.count_faults(), hand.desk.findings[-1]) == (faults - 1, finding)
        await hand.press("u")
        assert hand.desk.open_session.index.dismissals() == {}
        await hand.press("ctrl+r", "G", "x")
        assert hand.desk.open_session.index.dismissals() == {}
        assert hand.desk.count_faults() == faults


async def test_the_list_stays_on_its_finding_whatever_another_window_does(own_library: Path) -> None:
    async with reading(ARTICLE, own_library) as hand:
        await hand.until(lambda: any(f.kind == WOULD_FIT for f in hand.desk.findings))
        await hand.press("A", "j")
        first, in_hand = hand.desk.findings[:2]
        with elsewhere(ARTICLE, own_library) as window:
            window.session.dismiss_finding(first.key, first.kind, first.text, "")
        await hand.until(lambda: first.key in hand.session.index.dismissals())
        await hand.press("x", "enter")
        assert in_hand.key in hand.session.index.dismissals(), "x dismisses the finding that the person saw"
        await hand.press("G", "home")
        shown = hand.desk.findings[hand.screen.list.index]
        with elsewhere(ARTICLE, own_library) as window:
            window.session.mark(window.session.index.article.sentences.all()[-1])
            window.session.mark(window.session.index.article.sentences.all()[1])
        await hand.until(lambda: len(hand.quotes) == 2)
        await hand.settle()
        index = hand.screen.list.index
        assert shown not in hand.desk.findings or hand.desk.findings[index].key == shown.key


async def test_only_findings_are_dismissed(own_library: Path) -> None:
    async with reading(ARTICLE, own_library) as hand:
        await hand.press("g", "r", "x")
        assert "Only findings are dismissed: A shows them" in hand.footer


async def test_everything_open_is_one_list_that_leads_to_each(own_library: Path) -> None:
    async with reading(ARTICLE, own_library) as hand:
        await hand.press("j", "h", "O")
        assert "never looked at" in hand.list
        assert "[1]" in hand.list
        await hand.press("home", "enter")
        assert hand.sentence.startswith("The crews waited")
        assert hand.desk.current_reference() == "1"
        await hand.press("1", "O", "end", "enter")
        assert hand.sentence.startswith("Nobody objected")
        await hand.press("x", "O")
        assert "Nobody objected" not in hand.list


async def test_when_nothing_is_open_the_list_says_so(own_library: Path) -> None:
    async with reading(article("Bees\n\nBees came to Vell in 1911.\n", "bees.txt"), own_library) as hand:
        await hand.press("O")
        assert "nothing recognised" in hand.list
        await hand.press("tab", "x", "O")
        for _ in hand.desk.todo_items:
            item = hand.desk.todo_items[0]
            assert item.finding is not None
            hand.session.dismiss_finding(item.finding.key, item.finding.kind, item.finding.text)
        await hand.press("home")
        assert "✓ Complete" in hand.list
