"""Hold typed keys back until the screen or field that they are meant for is ready.

Textual sends a key to whatever has the focus when the key is read. If a person types fast, or over a slow line, the letters
after "t" would be taken as commands, as the field for the tag is not open yet. So the app keeps the keys here, in order.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual import events
from textual.dom import DOMNode
from textual.message_pump import MessagePump
from textual.screen import Screen

if TYPE_CHECKING:
    from textual.widget import Widget

    from reader.tui.services import AppServices

POLL_INTERVAL = 0.01
"""Seconds between two checks whether a widget that has not answered is gone."""
MAX_POLLS = 50
"""Most checks of a widget before the wait ends."""

Forward = Callable[[events.Event], Awaitable[None]]
"""Forward a key or a paste to the focused widget, and a click to the widget there, as Textual does."""


class TypeAhead:
    """Queue of the pressed keys, and of pastes between them, that no screen has taken yet."""

    def __init__(self, app: AppServices, forward: Forward) -> None:
        self._app = app
        self._forward = forward
        self._keys: deque[events.Key | events.Paste] = deque()
        self._is_forwarding = False
        self._is_clicking = False

    @property
    def is_forwarding(self) -> bool:
        """Whether keys are being forwarded to a field, or a click to a widget."""
        return self._is_forwarding or self._is_clicking

    @property
    def is_clicking(self) -> bool:
        """Whether a click is being handled that keys stand for; the keys after those wait."""
        return self._is_clicking

    @property
    def is_empty(self) -> bool:
        """Whether all pressed keys were taken."""
        return not (self._keys or self._is_forwarding)

    def press(self, key: events.Key | events.Paste) -> None:
        """Take a key or a paste after those that still wait."""
        self._keys.append(key)
        self.resume()

    def forget(self) -> None:
        """Drop the waiting keys: what they were typed for did not open."""
        self._keys.clear()

    def click(self, widget: Widget, click: events.Click) -> None:
        """Click on a widget, and take the next keys once that is handled."""
        self._is_clicking = True
        self._app.run_worker(self._forward_click(widget, click), group="keys")

    async def _forward_click(self, widget: Widget, click: events.Click) -> None:
        try:
            await self._forward(click)
            await self._wait_until_handled(widget)
        finally:
            self._is_clicking = False
            self.resume()

    def resume(self) -> None:
        """Take the keys that wait, as far as a screen or field is ready for them.

        Actions run at once. Keys for a field pass through the messages of several widgets and the app, so a worker waits for
        them beside the app's own message loop.
        """
        if not self._is_forwarding and self._run_actions() and self._keys:
            self._is_forwarding = True
            self._app.run_worker(self._forward_keys(), group="keys")

    def _run_actions(self) -> bool:
        """Run the actions of the keys that wait; return whether the next key, if any, is for a focused field."""
        while self._keys and not self._app.keys_must_wait():
            if not self._app.take_key(self._keys[0]):
                return True
            self._keys.popleft()
        return False

    async def _forward_keys(self) -> None:
        try:
            while self._run_actions():
                await self._forward(self._keys.popleft())
                await self._wait_until_handled(self._app.focused or self._app.screen)
        finally:
            self._is_forwarding = False

    async def _wait_until_handled(self, widget: DOMNode) -> None:
        """Wait until a widget, those above it and the app have handled a key or a click.

        Wait twice, as the answer is a message that takes the same way.
        """
        screen = self._app.screen
        way: list[MessagePump] = [*widget.ancestors_with_self]
        for pump in way * 2:
            if pump.is_running and self._app.screen is screen:
                await self._wait_for_pump(pump, screen)

    async def _wait_for_pump(self, pump: MessagePump, screen: Screen[object]) -> None:
        """Wait until a pump has handled its messages, or its screen is gone."""
        handled = asyncio.Event()
        pump.call_later(handled.set)
        wait = asyncio.ensure_future(handled.wait())
        for _ in range(MAX_POLLS):
            answered, _ = await asyncio.wait({wait}, timeout=POLL_INTERVAL)
            if answered or self._app.screen is not screen:
                break
        wait.cancel()
