"""What changed between two wordings and two editions: every piece is there, what stayed is the same, what changed is named."""

from hypothesis import given
from hypothesis import strategies as st

from reader.review.revisions import diff_sentences, diff_words, matching_sentences
from tests.unit.review_strategies import article

words = st.lists(st.sampled_from(["the", "port", "counted", "20,500", "Sandvik", ".", "  ", "\n"]), max_size=12).map(" ".join)


def test_changed_words_are_marked_and_numbers_and_names_among_them() -> None:
    old, new = diff_words("The port of Vik counted 20,500 people in May.", "The port of Moe counted 21,000 guests in May.")
    assert [(piece.text, piece.is_detail) for piece in old if piece.is_changed] == [("Vik ", True), ("20,500 people ", True)]
    assert [(piece.text, piece.is_detail) for piece in new if piece.is_changed] == [("Moe ", True), ("21,000 guests ", True)]
    assert [(p.text, p.is_detail) for p in diff_words("A red boat.", "A blue boat.")[1] if p.is_changed] == [("blue ", False)]


@given(words, words)
def test_the_pieces_join_to_the_wordings_and_what_stayed_is_the_same_on_both_sides(old: str, new: str) -> None:
    before, after = diff_words(old, new)
    assert ("".join(p.text for p in before), "".join(p.text for p in after)) == (old, new)
    stayed = ["".join(piece.text for piece in side if not piece.is_changed).split() for side in (before, after)]
    assert stayed[0] == stayed[1]


@given(words)
def test_a_wording_compared_with_itself_has_not_changed(text: str) -> None:
    assert not any(piece.is_changed for side in diff_words(text, text) for piece in side)


def test_sentences_that_were_edited_added_and_taken_out_are_found_in_order() -> None:
    old = article("First one stays here. The port counted 20 boats in May. This one goes away. The last one stays.")
    new = article("First one stays\nhere. The port counted 30 boats in May. The last one stays. And something is new now.")
    found = [
        (r.old and old.text[r.old.start : r.old.end], r.new and new.text[r.new.start : r.new.end])
        for r in diff_sentences(old, new)
    ]
    assert found == [
        ("The port counted 20 boats in May.", "The port counted 30 boats in May."),
        ("This one goes away.", None),
        (None, "And something is new now."),
    ]
    assert diff_sentences(old, old) == ()


def test_each_sentence_that_is_still_there_has_what_it_is_now() -> None:
    old = article("First one stays here. The port counted 20 boats in May. This one goes away. The last one stays.")
    new = article("Something is new. First one stays\nhere. The port counted 30 boats in May. The last one stays.")
    pairs = matching_sentences(old, new, diff_sentences(old, new))
    assert [(old.text[o.start : o.end], new.text[n.start : n.end]) for o, n in pairs] == [
        ("First one stays here.", "First one stays\nhere."),
        ("The port counted 20 boats in May.", "The port counted 30 boats in May."),
        ("The last one stays.", "The last one stays."),
    ]


@given(words, words)
def test_no_sentence_has_two_counterparts(old: str, new: str) -> None:
    before, after = article(f"A {old}"), article(f"A {new}")
    pairs = matching_sentences(before, after, diff_sentences(before, after))
    assert len({o for o, _ in pairs}) == len({n for _, n in pairs}) == len(pairs)
