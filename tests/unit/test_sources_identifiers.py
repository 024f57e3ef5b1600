"""Identifiers in one spelling each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.sources.identifiers import Identifiers, find_identifiers, join_identifiers, make_identifiers
from tests.hypothesis_profiles import CHARACTERS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://doi.org/10.1234/ABC.5(2).", Identifiers(dois=("10.1234/abc.5(2)",))),
        ("https://journal.example/articles/10.1234/abc/full", Identifiers(dois=("10.1234/abc",))),
        ("https://biorxiv.example/content/10.1101/2020.01.02.123456v2.full", Identifiers(dois=("10.1101/2020.01.02.123456",))),
        ("arXiv:2101.00001v3 [cs.CL] 4 Jan 2021", Identifiers(arxiv=("2101.00001",))),
        ("https://arxiv.org/abs/hep-th/9901001", Identifiers(arxiv=("hep-th/9901001",))),
        ("doi:10.48550/arXiv.2101.00001", Identifiers(dois=("10.48550/arxiv.2101.00001",), arxiv=("2101.00001",))),
        ("PMID: 12345678; PMCID: PMC7654321", Identifiers(pubmed=("12345678",), pubmed_central=("PMC7654321",))),
        ("https://pubmed.ncbi.nlm.nih.gov/12345678/", Identifiers(pubmed=("12345678",))),
        ("ISBN 0-306-40615-2", Identifiers(isbns=("9780306406157",))),
        ("ISBN-13: 978-0-306-40615-7", Identifiers(isbns=("9780306406157",))),
        ("ISBN 978-0-306-40615-8", Identifiers()),
        ("Call 10.5 or 978 0306406157", Identifiers()),
    ],
)
def test_identifiers_in_a_text(text: str, expected: Identifiers) -> None:
    assert find_identifiers(text) == expected


def test_identifiers_of_a_record() -> None:
    record = make_identifiers(
        doi="https://doi.org/10.1234/X", arxiv="2101.00001v2", pubmed="123456", isbn="0306406152 9780306406157"
    )
    assert record == Identifiers(("10.1234/x",), ("2101.00001",), ("123456",), (), ("9780306406157",))
    assert record.names()[0] == "DOI 10.1234/x"
    assert not make_identifiers(doi="none", arxiv="n/a", pubmed="?", isbn="12")


@given(st.text(CHARACTERS))
def test_any_text_has_identifiers_that_are_found_again(text: str) -> None:
    identifiers = find_identifiers(text)
    assert join_identifiers([identifiers, identifiers]) == identifiers
    for doi in identifiers.dois:
        assert find_identifiers(doi).dois == (doi,)
