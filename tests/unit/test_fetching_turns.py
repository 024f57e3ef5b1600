"""One host is not asked again at once; another is."""

from reader.fetching.web import RateLimiter


def test_only_a_host_that_was_just_asked_is_waited_for() -> None:
    waits: list[float] = []
    turns = RateLimiter(1000.0, waits.append)
    turns.wait("https://lines.example/ledger")
    turns.wait("https://gate.example/ledger")
    turns.wait("https://lines.example:8443/ledger")
    assert waits == []
    turns.wait("http://LINES.example/another")
    assert len(waits) == 1
    assert 0 < waits[0] <= 1000.0


def test_a_host_that_was_asked_long_ago_is_asked_at_once() -> None:
    waits: list[float] = []
    turns = RateLimiter(0.0, waits.append)
    turns.wait("https://lines.example/ledger")
    turns.wait("https://lines.example/ledger")
    assert waits == [0.0]


def test_what_is_no_address_is_left_to_who_fetches_it() -> None:
    waits: list[float] = []
    turns = RateLimiter(1000.0, waits.append)
    turns.wait("http://[broken")
    turns.wait("http://[broken")
    assert waits == []
