"""Map key presses to actions and actions to keys; order the footer's hints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.errors import ReaderError
from reader.tui.action import LETTER, LIBRARY, TEXT, Action, Hint, Situation, key_label
from reader.tui.actions import ACTION_BY_ID, ACTIONS

if TYPE_CHECKING:
    from reader.review.scale import Scale, Verdict

# ------------------------------------------------------------------ the keys of the verdicts

_DIGITS = "123456789"


def verdict_keys(scale: Scale, keys: Sequence[str]) -> tuple[tuple[str, Verdict], ...]:
    """Return the verdicts that can be given, each after the key that gives it.

    `keys` are those of the action "verdict"; the n-th gives the verdict of the digit n. A verdict without a key is left out.
    """
    by_digit = dict(zip(_DIGITS, keys, strict=False))
    return tuple((by_digit[verdict.key], verdict) for verdict in scale.verdicts if verdict.key in by_digit)


def verdict_for_key(scale: Scale, keys: Sequence[str], key: str) -> Verdict | None:
    """Return the verdict that a key gives, None when the scale has none for it."""
    return dict(verdict_keys(scale, keys)).get(key)


def verdict_key_label(scale: Scale, keys: Sequence[str]) -> str:
    """Return the keys that give verdicts as people write them: "1–6", "1 2 5"; "" for a scale without any that can be given."""
    usable = [key for key, _ in verdict_keys(scale, keys)]
    in_a_row = "".join(usable) in _DIGITS
    return f"{usable[0]}–{usable[-1]}" if in_a_row and len(usable) > 2 else " ".join(map(key_label, usable))


# ------------------------------------------------------------------ sequences, contexts, a person's own keys, and clashes

UNUSABLE_KEYS: Final = frozenset({"ctrl+i", "ctrl+m", "ctrl+h", "ctrl+[", "shift+enter"})
"""Keys that terminals cannot tell from Tab, Enter, Backspace and Escape."""


class KeyMatch(NamedTuple):
    """Match of typed keys: an action and its key, or a half-typed sequence and what may follow it, or neither."""

    action: Action | None = None
    key: str = ""
    typed: str = ""
    follow: tuple[tuple[str, Action], ...] = ()


class KeyMap:
    """Map of contexts and keys to actions. `overrides` holds the keys that a person gave to actions, by action id.

    Keys in `reserved` may not arrive, as a browser keeps them for itself: others are shown where there are any.

    Raises ReaderError for an unknown id, an unusable key, and two actions on one key in one context, both named.
    """

    def __init__(
        self,
        actions: Iterable[Action] = ACTIONS,
        overrides: Mapping[str, tuple[str, ...]] | None = None,
        reserved: frozenset[str] = frozenset(),
    ) -> None:
        overrides = overrides or {}
        unknown = next((name for name in overrides if name not in ACTION_BY_ID), None)
        if unknown is not None:
            raise ReaderError(f"settings: no action is called {unknown!r}", "`reader` then ? lists the actions")
        self.actions = tuple(
            action._replace(keys=overrides[action.id], plain=()) if action.id in overrides else action for action in actions
        )
        self._overridden = frozenset(overrides)
        self._reserved_labels = frozenset(map(key_label, reserved))
        self._keys = {action.id: (*action.keys, *action.plain) for action in self.actions}
        self._hints: dict[tuple[str, Situation | None], tuple[tuple[str, str, str], ...]] = {}
        self._map: dict[str, dict[tuple[str, ...], Action]] = {}
        self._prefixes: dict[str, dict[tuple[str, ...], Action]] = {}
        for action in self.actions:
            for keys in (*action.keys, *action.plain):
                self._bind(action, keys)

    def _bind(self, action: Action, keys: str) -> None:
        steps = tuple(keys.split(" "))
        unusable = next((step for step in steps if step in UNUSABLE_KEYS or step.startswith("ctrl+shift+")), None)
        if unusable or not all(steps):
            raise ReaderError(
                f"settings: the key {keys!r} of “{action.title}” cannot be used", "Terminals cannot tell it from another key"
            )
        for context in action.contexts:
            bound = self._map.setdefault(context, {})
            prefixes = self._prefixes.setdefault(context, {})
            holders = (bound.get(steps[:length]) for length in range(1, len(steps) + 1))
            holder = next((h for h in (*holders, prefixes.get(steps)) if h is not None and h.id != action.id), None)
            if holder is not None:
                both = f"“{holder.title}” ({holder.id}) and “{action.title}” ({action.id})"
                raise ReaderError(f"settings: {key_label(keys)} is asked for by both {both}", "Give one of them another key")
            bound[steps] = action
            for length in range(1, len(steps)):
                prefixes.setdefault(steps[:length], action)

    def find(self, context: str, steps: tuple[str, ...]) -> KeyMatch:
        """Return the match of a sequence of keys in `context`."""
        bound = self._map.get(context, {})
        action = bound.get(steps)
        *before, last = steps
        if action is None and before and len(last) == 1 and last.isalnum():
            action = bound.get((*before, LETTER))
        if action is not None:
            return KeyMatch(action, last)
        follow = {
            keys[len(steps)]: other for keys, other in bound.items() if len(keys) > len(steps) and keys[: len(steps)] == steps
        }
        return KeyMatch(typed=" ".join(steps), follow=tuple(follow.items()))

    def label(self, action_id: str) -> str:
        """Return the first key of an action that is not reserved, as people write it; else its first, "" when it has none."""
        labels = list(map(key_label, self.keys_of(action_id)))
        return next((label for label in labels if label not in self._reserved_labels), labels[0] if labels else "")

    def keys_of(self, action_id: str) -> tuple[str, ...]:
        """Return all keys of an action, as they arrive."""
        return self._keys[action_id]

    def hints(self, context: str, now: Situation | None = None) -> tuple[tuple[str, str, str], ...]:
        """Return the hints of the footer in `context`: the key as people write it, the word, and the id of each action.

        With a situation, they are those of the actions that apply in it. They are kept: all actions are walked for them.
        """
        if (context, now) not in self._hints:
            hints = [
                (hint.position[context], self._hint_key(context, action, hint, now), _hint_word(hint, now), action.id)
                for action in self.actions
                for hint in action.footer
                if context in hint.position and (now is None or action.when(now))
            ]
            self._hints[context, now] = tuple(hint[1:] for hint in sorted(hints))
        return self._hints[context, now]

    def _hint_key(self, context: str, action: Action, hint: Hint, now: Situation | None) -> str:
        """Return the key of an action as the footer shows it: the hint's own spelling, unless the person changed the key."""
        if action.id == "verdict" and now is not None and now.verdict_keys:
            return now.verdict_keys
        label = self.label(action.id)
        if not hint.key or action.id in self._overridden:
            return label
        if hint.key not in self._reserved_labels:
            return hint.key
        # Letters go to the field there until Tab gives them to the list.
        return f"Tab {label}" if context == LIBRARY and len(label) == 1 else label

    def action_elsewhere(self, context: str, key: str) -> Action | None:
        """Return the action that a key performs or begins in the text, for a key without one in `context`."""
        match = self.find(TEXT, (key,)) if context != TEXT else KeyMatch()
        return match.action or next((action for _, action in match.follow), None)


def _hint_word(hint: Hint, now: Situation | None) -> str:
    return hint.on_claim if hint.on_claim and now is not None and now.is_claim else hint.word


class KeyReader:
    """Collect half-typed sequences of keys. Each screen has its own."""

    def __init__(self, keymap: KeyMap) -> None:
        self.keymap = keymap
        self._typed: tuple[str, ...] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether a sequence is half typed."""
        return bool(self._typed)

    def press(self, context: str, key: str) -> KeyMatch:
        """Take a key and return the match. Escape ends a half-typed sequence."""
        if self._typed and key == "escape":
            self._typed = ()
            return KeyMatch(typed="")
        steps = (*self._typed, key)
        match = self.keymap.find(context, steps)
        self._typed = steps if match.follow else ()
        return match
