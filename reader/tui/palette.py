"""The palette: every action of the registry, with its key, found by any part of its name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from reader.tui.actions import READING, REVIEW, Action
from reader.tui.services import app_of

if TYPE_CHECKING:
    from reader.tui.reading.screen import ReadingScreen


class ActionProvider(Provider):
    """Offers the actions that the screen under the palette has."""

    def _actions(self) -> list[tuple[str, Action]]:
        from reader.tui.reading.screen import ReadingScreen

        if not isinstance(self.screen, ReadingScreen):
            return []
        keymap = app_of(self.screen).keymap
        contexts = (REVIEW,) if self.screen.state.active_queue is not None else READING
        return [
            (f"{action.title}   {keymap.label(action.id)}", action)
            for action in keymap.actions
            if action.in_palette and set(action.contexts).intersection(contexts)
        ]

    def _run(self, action: Action) -> None:
        cast("ReadingScreen", self.screen).do(action.id)

    async def discover(self) -> Hits:
        """Yield every action."""
        for text, action in self._actions():
            yield DiscoveryHit(text, partial(self._run, action), help=action.help)

    async def search(self, query: str) -> Hits:
        """Yield the actions that `query` fits, the best first."""
        matcher = self.matcher(query)
        for text, action in self._actions():
            score = max(matcher.match(text), matcher.match(action.help) * 0.8)
            if score > 0:
                yield Hit(score, matcher.highlight(text), partial(self._run, action), help=action.help)
