"""A record in which another program put values of a wrong type can be removed in a window, and brought back."""

from __future__ import annotations

from pathlib import Path

import pytest
from tinydb import TinyDB

from tests.tui.texts import BUSES
from tests.tui.user import elsewhere, reading, stored
from tests.unit.test_library_windows import WRONG_TYPES


@pytest.mark.parametrize("field", [pytest.param(name, marks=[pytest.mark.slow] * (name != "kind")) for name in WRONG_TYPES])
async def test_a_record_with_a_value_of_a_wrong_type_is_removed_by_keys_and_brought_back(own_library: Path, field: str) -> None:
    with elsewhere(BUSES, own_library) as other:
        made = other.mark("The first winter")
        other.session.set_note(made, "by hand")
    with TinyDB(own_library / "library.json") as db:
        db.table("annotations").update({field: WRONG_TYPES[field]})
    async with reading(BUSES, own_library) as user:
        await user.press("F", "g", "c", "G", "d", "d")
        await user.saved()
        assert (user.session.index.annotations(), user.session.index.orphans()) == ((), ())
        await user.press("q")
        await user.left()
    assert stored(own_library, "annotations") == []
    async with reading(BUSES, own_library) as user:
        await user.press("u")
        await user.saved()
    assert [record["id"] for record in stored(own_library, "annotations")] == [made.id]
