"""Judging: a verdict on the pair shown, stepping through a claim's pairs, the open card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.review.scale import UNAVAILABLE
from reader.tui.commands.types import Command
from reader.tui.desk import CannotAct, pairs_asking
from reader.tui.reviewing import move_on
from reader.tui.verdicts import keys_word, verdict_of

if TYPE_CHECKING:
    from reader.tui.screens.reading import ReadingScreen


def verdict(screen: ReadingScreen, key: str) -> None:
    """Give the pair shown the verdict of the key; then the next open pair of the claim is shown."""
    scale, keys = screen.desk.scale, screen.reader.keymap.keys_of("verdict")
    given = verdict_of(scale, keys, key)
    if given is None:
        raise CannotAct(f"your scale has no verdict for this key, only for {keys_word(scale, keys)}")
    _judge(screen, given.id, f"{given.symbol} {given.label}")


def unavailable(screen: ReadingScreen, key: str) -> None:
    """Say that the source of the pair shown cannot be had; the pair stays open."""
    _judge(screen, UNAVAILABLE, "∅ source unavailable; the pair stays open")


def clear(screen: ReadingScreen, key: str) -> None:
    """Take the verdict on the pair shown away."""
    desk = screen.desk
    claim = desk.claim()
    pair = desk.pair_shown()
    if not claim.verdict_on(pair):
        raise CannotAct("this pair has no verdict to clear")
    desk.opened.judge(claim, pair, "")
    desk.pair = pair
    screen.say(f"[{_label(screen, pair)}] is open again")


def _judge(screen: ReadingScreen, verdict_id: str, words: str) -> None:
    desk = screen.desk
    claim = desk.claim()
    pair = desk.pair_shown()
    if not pair:
        raise CannotAct("this claim cites nothing, so there is no reference to judge it by")
    judged = desk.opened.judge(claim, pair, verdict_id)
    if verdict_id != UNAVAILABLE and desk.opened.is_open(judged, pair):
        words += f", open until evidence is kept ({screen.key('source')} reads the source)"
    if move_on(screen, f"[{_label(screen, pair)}] {words}"):
        return
    asking = pairs_asking(judged, desk.opened.status(judged).rests_on)
    desk.pair = asking[0] if asking else pair
    following = f" · now [{_label(screen, asking[0])}]" if asking else ""
    screen.say(f"[{_label(screen, pair)}] {words}{following}")


def _label(screen: ReadingScreen, reference: str) -> str:
    known = screen.article.reference_by_id.get(reference)
    return known.label if known else reference


def _pair(by: int) -> Command:
    def command(screen: ReadingScreen, key: str) -> None:
        rests_on = screen.desk.rests_on()
        if not rests_on:
            raise CannotAct("this sentence rests on no reference")
        if len(rests_on) == 1:
            raise CannotAct("this sentence rests on one reference only")
        at = rests_on.index(screen.desk.pair_shown())
        screen.desk.pair = rests_on[(at + by) % len(rests_on)]
        screen.desk.peeked = ""

    return command


def open_card(screen: ReadingScreen, key: str) -> None:
    """Open the card over the whole side pane, or close it."""
    if screen.has_class("-card"):
        screen.remove_class("-card")
    else:
        screen.desk.current_sentence()
        screen.add_class("-card")
        screen.view.focus()


COMMANDS: dict[str, Command] = {
    "verdict": verdict,
    "unavailable": unavailable,
    "clear-verdict": clear,
    "next-pair": _pair(1),
    "previous-pair": _pair(-1),
    "card-next": _pair(1),
    "card-previous": _pair(-1),
    "open-card": open_card,
}
