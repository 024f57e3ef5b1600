"""Agreement of two readers, against the tables of those who proposed the coefficients."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.review.agreement import MIN_UNITS, CategoryAgreement, cohen_kappa, krippendorff_alpha, measure_agreement

DIAGNOSES = {
    ("psychosis", "psychosis"): 75,
    ("psychosis", "neurosis"): 1,
    ("psychosis", "organic"): 4,
    ("neurosis", "psychosis"): 5,
    ("neurosis", "neurosis"): 4,
    ("neurosis", "organic"): 1,
    ("organic", "organic"): 10,
}
"""Two raters of 100 subjects: J. Fleiss, "Statistical methods for rates and proportions", table 18.1."""

UNITS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), min_size=MIN_UNITS, max_size=60)


def units_of(first: str, second: str) -> list[tuple[str, str]]:
    """Return the choices of two readers, a letter each."""
    return list(zip(first.split(), second.split(), strict=True))


def test_kappa_and_its_error_are_those_of_the_published_table() -> None:
    kappa = cohen_kappa(DIAGNOSES)
    assert round(kappa.value, 3) == 0.676
    assert round((kappa.high - kappa.low) / 2 / 1.96, 3) == 0.088


@pytest.mark.parametrize(
    ("first", "second", "alpha"),
    [
        ("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0", 0.095),
        ("a a b b d c c c e d d a", "b a b b b c c c e d d d", 0.692),
    ],
)
def test_alpha_is_that_of_the_published_examples(first: str, second: str, alpha: float) -> None:
    """The two examples of two observers in K. Krippendorff, "Computing Krippendorff's alpha-reliability", sections A and B."""
    agreement = measure_agreement(units_of(first, second))
    assert agreement.alpha is not None
    assert round(agreement.alpha.value, 3) == alpha
    assert agreement.alpha.low < alpha < agreement.alpha.high


def test_few_units_and_a_single_category_are_refused_with_the_reason() -> None:
    few = measure_agreement([("a", "b")] * 3)
    assert (few.units, few.alike, few.kappa, few.alpha) == (3, 0, None, None)
    assert few.refusal == "both judged 3 pairs, and below 10 a coefficient says nothing"
    same = measure_agreement([("a", "a")] * 30, "sentence")
    assert same.alike == 30
    assert same.refusal.startswith("both chose the same for all")
    with pytest.raises(ValueError, match="two categories"):
        cohen_kappa(same.pairs)
    with pytest.raises(ValueError, match="two categories"):
        krippendorff_alpha(same.pairs)


def test_categories_and_what_is_apart_most_often_are_counted() -> None:
    agreement = measure_agreement(units_of("a a a b b c a a a c", "a a b a b c a a b c"))
    assert agreement.categories == [
        CategoryAgreement("a", 4, 6, 5),
        CategoryAgreement("b", 1, 2, 3),
        CategoryAgreement("c", 2, 2, 2),
    ]
    assert agreement.categories[0].share == pytest.approx(8 / 11)
    assert agreement.most_apart == (("a", "b"), 3)
    assert measure_agreement([("a", "a")] * 3).most_apart is None


@given(UNITS)
@pytest.mark.slow
def test_coefficients_lie_within_their_intervals_and_do_not_depend_on_who_comes_first(units: list[tuple[str, str]]) -> None:
    one, other = measure_agreement(units), measure_agreement([(b, a) for a, b in units])
    assert (one.alike, one.units, one.most_apart, one.refusal) == (other.alike, other.units, other.most_apart, other.refusal)
    if one.kappa is None or one.alpha is None or other.kappa is None or other.alpha is None:
        assert one.refusal
        return
    assert one.kappa == pytest.approx(other.kappa)
    assert one.alpha.value == pytest.approx(other.alpha.value)
    assert -1 <= one.kappa.low <= one.kappa.value <= one.kappa.high <= 1
    assert (one.alike == one.units) == (one.kappa.value == pytest.approx(1)) == (one.alpha.value == pytest.approx(1))
