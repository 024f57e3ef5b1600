"""What `reader doctor` says of the terminal."""

import pytest

from reader.cli.terminal import abilities

XTERM = {"TERM": "xterm-256color"}


def told(environment: dict[str, str], encoding: str = "UTF-8", size: tuple[int, int] = (120, 36)) -> dict[str, tuple[str, str]]:
    return {ability.part: (ability.what, ability.todo) for ability in abilities(environment, encoding, size)}


@pytest.mark.parametrize(
    ("environment", "colours"),
    [
        ({**XTERM, "COLORTERM": "truecolor"}, "all"),
        (XTERM, "256"),
        ({"TERM": "xterm"}, "16"),
        ({**XTERM, "COLORTERM": "truecolor", "NO_COLOR": "1"}, "none"),
    ],
)
def test_colours(environment: dict[str, str], colours: str) -> None:
    assert told(environment)["colours"][0].startswith(colours)


def test_signs_need_an_encoding_that_has_them() -> None:
    assert told(XTERM)["signs"][1] == ""
    assert "LANG=C.UTF-8" in told(XTERM, "ANSI_X3.4-1968")["signs"][1]


@pytest.mark.parametrize(("size", "todo"), [((120, 36), ""), ((80, 24), ""), ((50, 24), "larger"), ((80, 12), "larger")])
def test_a_window_that_is_too_small_is_told(size: tuple[int, int], todo: str) -> None:
    assert todo in told(XTERM, size=size)["size"][1]


@pytest.mark.parametrize(
    ("environment", "orders"),
    [({"VTE_VERSION": "7600"}, True), ({"VTE_VERSION": "5000"}, False), ({"KONSOLE_VERSION": "230800"}, True), ({}, False)],
)
def test_who_puts_letters_into_the_order_of_reading(environment: dict[str, str], orders: bool) -> None:
    assert ("the terminal puts" in told({**XTERM, **environment})["right to left"][0]) is orders


@pytest.mark.parametrize("environment", [{}, {"TERM": "dumb"}])
def test_a_terminal_that_cannot_show_the_screen(environment: dict[str, str]) -> None:
    assert set(told(environment)) == {"terminal"}
