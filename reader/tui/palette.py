"""The command palette: every action of the current screen with its key, found by any part of its name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider

from reader.tui.services import KeyScreen, app_of

if TYPE_CHECKING:
    from reader.tui.action import Action


class ActionProvider(Provider):
    """Offers the actions of the screen under the palette."""

    def _actions(self) -> list[tuple[str, Action]]:
        if not isinstance(self.screen, KeyScreen):
            return []
        keymap, contexts = app_of(self.screen).keymap, self.screen.palette_contexts
        return [
            (f"{action.title}   {keymap.label(action.id)}", action)
            for action in keymap.actions
            if action.in_palette and set(action.contexts).intersection(contexts)
        ]

    def _run(self, action: Action) -> None:
        if isinstance(self.screen, KeyScreen):
            self.screen.do(action.id)

    async def discover(self) -> Hits:
        """Yield every action."""
        for text, action in self._actions():
            yield DiscoveryHit(text, partial(self._run, action), help=action.help)

    async def search(self, query: str) -> Hits:
        """Yield the actions that match `query`, best first."""
        matcher = self.matcher(query)
        for text, action in self._actions():
            score = max(matcher.match(text), matcher.match(action.help) * 0.8)
            if score > 0:
                yield Hit(score, matcher.highlight(text), partial(self._run, action), help=action.help)
