"""The trail of jumps and the hits that are stepped through."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reader.article.ranges import Span
from reader.tui.text_state import Hits, JumpList

SPANS = [Span(10, 12), Span(20, 22), Span(30, 32)]


def test_the_first_step_goes_to_the_hit_at_or_after_the_cursor() -> None:
    assert Hits(SPANS).step(1, 0) == SPANS[0]
    assert Hits(SPANS).step(1, 20) == SPANS[1]
    assert Hits(SPANS).step(1, 21) == SPANS[2]
    assert Hits(SPANS).step(1, 40) == SPANS[0], "round at the end"


def test_the_first_step_back_goes_to_the_hit_before_the_cursor() -> None:
    assert Hits(SPANS).step(-1, 25) == SPANS[1]
    assert Hits(SPANS).step(-1, 20) == SPANS[0]
    assert Hits(SPANS).step(-1, 0) == SPANS[2], "round at the start"


def test_steps_go_round_in_both_directions() -> None:
    hits = Hits(SPANS)
    assert [hits.step(1, 0) for _ in range(4)] == [*SPANS, SPANS[0]]
    assert [hits.step(-1, 0) for _ in range(3)] == [SPANS[2], SPANS[1], SPANS[0]]


@given(st.lists(st.integers(-1, 1).filter(bool), min_size=1, max_size=30), st.integers(0, 50))
def test_every_step_lands_on_a_hit_and_says_which(steps: list[int], after: int) -> None:
    hits = Hits(SPANS)
    for step in steps:
        span = hits.step(step, after)
        assert hits.spans[hits.index] == span


def test_back_and_forward_are_each_others_reverse() -> None:
    trail = JumpList()
    trail.leave(1)
    trail.leave(2)
    assert trail.back(3) == 2
    assert trail.back(2) == 1
    assert trail.back(1) is None
    assert trail.forward(1) == 2
    assert trail.forward(2) == 3
    assert trail.forward(3) is None


def test_a_new_jump_ends_what_lay_ahead() -> None:
    trail = JumpList()
    trail.leave(1)
    trail.back(2)
    trail.leave(5)
    assert trail.forward(9) is None
    assert trail.back(9) == 5


def test_leaving_the_same_place_twice_is_one_step_back() -> None:
    trail = JumpList()
    trail.leave(1)
    trail.leave(1)
    assert trail.back(2) == 1
    assert trail.back(1) is None
