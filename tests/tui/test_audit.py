"""The audit on the screen: it follows the claims, findings are gone through, dismissed with a reason and brought back."""

from pathlib import Path

from reader.article.audit.finding import CITES_NOTHING, NEVER_CITED, WOULD_FIT
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
            x, y = user.cell("a second radio")
            lit = user.app.look.style("cited").bgcolor, user.app.look.style("current-cited").bgcolor
            return user.app.screen.get_style_at(x, y).bgcolor in lit

        for rest in (("R",), ("tab", "j"), ("escape",)):
            await user.press("A", *["k"] * 20, *["j"] * at, "enter")
            assert is_lit(), rest
            await user.press(*rest)
            assert not is_lit(), rest
            await user.press("escape", "escape")


async def test_a_finding_is_dismissed_with_a_reason_undone_and_brought_back(own_library: Path) -> None:
    async with reading(ARTICLE, own_library) as user:
        await user.until(lambda: any(f.kind == NEVER_CITED for f in user.desk.findings))
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
        assert "nothing recognised" in user.list
        await user.press("tab", "x", "O")
        for _ in user.desk.todo_items:
            item = user.desk.todo_items[0]
            assert item.finding is not None
            user.session.dismiss_finding(item.finding.key, item.finding.kind, item.finding.text)
        await user.press("home")
        assert "✓ Complete" in user.list
