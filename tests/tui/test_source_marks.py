"""The state of every source on the screen: in the list of references, on the card, in the audit; and filters by it."""

from pathlib import Path

from reader.article.audit.finding import RETRACTED
from reader.registries.lookup import index_of
from reader.registries.retractions import update_index
from tests.tui.sources import WINTER, supply
from tests.tui.texts import BUSES
from tests.tui.user import NARROW, reading
from tests.unit.retraction_lists import retraction_list, row
from tests.unit.review_strategies import article

KITES = article(
    """Kites

Kites were red in the spring [1]. Kites were blue in the autumn [2].

References

[1] Orme, K. (2019). Red kites. https://doi.org/10.5555/red
[2] Dahl, P. (2021). Blue kites. https://doi.org/10.5555/blue
""",
    "kites.txt",
)


async def test_a_retracted_source_is_seen_in_list_card_and_audit(own_library: Path) -> None:
    supply(own_library, WINTER, article=KITES)
    retracted = retraction_list([row("Red kites", "10.5555/red", Reason="+Error in Data;")])
    update_index(index_of(own_library), retracted.encode(), "retractions.csv", "2026-11-27")
    async with reading(KITES, own_library) as user:
        await user.until(lambda: "! retracted" in user.picture)
        assert "– no source" in user.picture
        await user.press("g", "g", "h")
        assert "○ open  ▤  ! retracted" in user.picture
        await user.press("o")
        assert "Retracted on 2024-03-05" in user.picture
        await user.press("escape", "A")
        await user.until(lambda: any(f.kind == RETRACTED for f in user.desk.findings))
        await user.audited()
        assert "[1] retracted" in user.picture


async def test_the_list_of_references_is_filtered_by_the_state_of_the_sources(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library, size=NARROW) as user:
        total = len(BUSES.references)
        await user.press("tab", "f")
        await user.type("source:supplied")
        assert "1 left" in user.picture
        await user.press("enter")
        assert f"1 of {total} · source:supplied" in user.picture
        assert [reference.label for reference in user.desk.references()] == ["1"]
        await user.press("f", "ctrl+u")
        await user.type("-source:supplied")
        await user.press("enter")
        assert [reference.label for reference in user.desk.references()] == [r.label for r in BUSES.references[1:]]
        await user.press("f", "ctrl+u", "enter")
        assert len(user.desk.references()) == total


async def test_an_unknown_state_is_said_with_those_that_exist(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("f")
        await user.type("source:lost")
        assert "after source: retracted" in user.picture
