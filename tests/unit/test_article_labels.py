"""Texts in one line: any white space becomes one space."""

from __future__ import annotations

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reader.article.labels import single_spaced
from tests.hypothesis_profiles import CHARACTERS


@given(st.text(CHARACTERS))
@example("  two  spaces ")
@example(" one space ")
def test_white_space_becomes_single_spaces(text: str) -> None:
    assert single_spaced(text) == " ".join(text.split())


@pytest.mark.parametrize("form", ["{}", "a{}b", "a{}", "{}b", "a{} b"])
def test_each_kind_of_white_space_is_known(form: str) -> None:
    spaces = [char for char in map(chr, range(sys.maxunicode + 1)) if char.isspace()]
    assert [single_spaced(form.format(char)) for char in spaces] == [" ".join(form.format(char).split()) for char in spaces]
