"""Map key presses to actions and actions to keys; order the footer's hints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.errors import ReaderError
from reader.tui.action import LETTER, LIBRARY, TEXT, Action, Hint, Situation, key_label
from reader.tui.actions import ACTION_BY_ID, ACTIONS

if TYPE_CHECKING:
    from textual import events

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


def typed_key(event: events.Key) -> str:
    """Return a pressed key as the registry names it: a character as itself, a blank and all others by their names."""
    return event.character if event.is_printable and event.character and event.character != " " else event.key


# ------------------------------------------------------------------ sequences, contexts, a person's own keys, and clashes

UNUSABLE_KEYS: Final = frozenset({"ctrl+i", "ctrl+m", "ctrl+h", "ctrl+[", "shift+enter"})
"""Keys that terminals cannot tell from Tab, Enter, Backspace and Escape."""


_NAMED_KEYS: Final = frozenset(
    ("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete", "backspace", "tab", "enter",
     "escape", "space", "backslash", "at", "underscore", *(f"f{number}" for number in range(1, 25)))
)  # fmt: skip
_MODIFIERS: Final = frozenset({"ctrl", "shift", "alt", "super", "meta"})


def _key_complaint(steps: tuple[str, ...]) -> str:
    """Return why keys that follow each other cannot be those of an action, "" if they can."""
    if any(step in UNUSABLE_KEYS or step.startswith("ctrl+shift+") for step in steps):
        return "Terminals cannot tell it from another key"
    for step in steps:
        *modifiers, last = step.split("+") if len(step) > 1 else [step]
        is_key = len(last) == 1 or last in _NAMED_KEYS
        if not (is_key and _MODIFIERS.issuperset(modifiers)) and step != LETTER:
            return "A key is a character, or a name such as f2, ctrl+d, pagedown; one blank parts keys that follow each other"
    return ""


def plain_action(action: Action) -> Action:
    """Return an action with its plain keys only, or without any with those of its keys that are no letters."""
    keys = () if action.plain else tuple(keys for keys in action.keys if not _has_letter(keys))
    return action._replace(keys=keys)


def _has_letter(keys: str) -> bool:
    return any(step == LETTER or (len(step) == 1 and step.isalpha()) for step in keys.split(" "))


def find_key_mistakes(overrides: Mapping[str, tuple[str, ...]], preset: str) -> list[KeysError]:
    """Return what is wrong with the keys that a person gave to actions, each action once."""
    left, mistakes = dict(overrides), list[KeysError]()
    while left:
        try:
            KeyMap(overrides=left, preset=preset)
        except KeysError as error:
            mistakes.append(error)
            del left[error.action_id]
        else:
            break
    return mistakes


class KeyMatch(NamedTuple):
    """Match of typed keys: an action and its key, or a half-typed sequence and what may follow it, or neither."""

    action: Action | None = None
    key: str = ""
    typed: str = ""
    follow: tuple[tuple[str, Action], ...] = ()


class KeysError(ReaderError):
    """Keys that a person cannot give to an action, whose id is `action_id`; `holder` is the action that has them already."""

    def __init__(self, action_id: str, what: str, hint: str, holder: Action | None = None) -> None:
        super().__init__(f"settings: {what}", hint)
        self.action_id = action_id
        self.holder = holder


class KeyMap:
    """Map of contexts and keys to actions. `overrides` holds the keys that a person gave to actions, by action id.

    With the preset "plain", actions have their plain keys only. Keys in `reserved` may not arrive, as a browser keeps them for
    itself: others are shown where there are any.

    With overrides, raises KeysError for an unknown id, an unusable key, and two actions on one key in one context, both named.
    """

    def __init__(
        self,
        actions: Iterable[Action] = ACTIONS,
        overrides: Mapping[str, tuple[str, ...]] | None = None,
        reserved: frozenset[str] = frozenset(),
        preset: str = "vim",
    ) -> None:
        overrides = overrides or {}
        unknown = next((name for name in overrides if name not in ACTION_BY_ID), None)
        if unknown is not None:
            from difflib import get_close_matches

            close = get_close_matches(unknown, ACTION_BY_ID, 1)
            hint = f"Did you mean {close[0]}? " if close else ""
            raise KeysError(unknown, f"no action is called {unknown!r}", f"{hint}`reader` then ? lists the actions")
        actions = tuple(actions)
        presets = [plain_action(action) for action in actions] if preset == "plain" else actions
        self.actions = tuple(
            action._replace(keys=overrides[action.id], plain=()) if action.id in overrides else action for action in presets
        )
        self._overridden = frozenset(overrides)
        self._reserved_labels = frozenset(map(key_label, reserved))
        self._is_plain = preset == "plain"
        self._keys = {action.id: (*action.keys, *action.plain) for action in self.actions}
        self._hints: dict[tuple[str, Situation | None], tuple[tuple[str, str, str], ...]] = {}
        self._map: dict[str, dict[tuple[str, ...], Action]] = {}
        if overrides:
            self.check()

    def check(self) -> None:
        """Raise KeysError if a key cannot be used or two actions have one. Without overrides none does, as a test proves."""
        taken: dict[tuple[str, ...], Action] = {}
        begun: dict[tuple[str, ...], Action] = {}
        for action in self.actions:
            for keys in self._keys[action.id]:
                steps = tuple(keys.split(" "))
                if complaint := _key_complaint(steps):
                    raise KeysError(action.id, f"the key {keys!r} of “{action.title}” cannot be used", complaint)
                for context in action.contexts:
                    *beginnings, whole = ((context, *steps[:length]) for length in range(1, len(steps) + 1))
                    holders = (*map(taken.get, beginnings), taken.get(whole), begun.get(whole))
                    holder = next((h for h in holders if h is not None and h.id != action.id), None)
                    if holder is not None:
                        raise self._clash(holder, action, keys)
                    taken[whole] = action
                    for beginning in beginnings:
                        begun.setdefault(beginning, action)

    def _clash(self, holder: Action, action: Action, keys: str) -> KeysError:
        both = f"“{holder.title}” ({holder.id}) and “{action.title}” ({action.id})"
        what = f"{key_label(keys)} is asked for by both {both}"
        culprit, other = (action, holder) if action.id in self._overridden else (holder, action)
        return KeysError(culprit.id, what, "Give one of them another key", other)

    def _keys_in(self, context: str) -> Mapping[tuple[str, ...], Action]:
        """Return the actions of a context by their keys, made when they are first needed: there are twenty contexts."""
        if context not in self._map:
            actions = (action for action in self.actions if context in action.contexts)
            self._map[context] = {tuple(keys.split(" ")): action for action in actions for keys in self._keys[action.id]}
        return self._map[context]

    def find(self, context: str, steps: tuple[str, ...]) -> KeyMatch:
        """Return the match of a sequence of keys in `context`."""
        bound = self._keys_in(context)
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

    def field_label(self, action_id: str) -> str:
        """Return the first key of an action that types nothing in a field, as people write it; else the way to the action."""
        labels = [key_label(key) for key in self.keys_of(action_id) if len(key) > 1 and " " not in key and key != "space"]
        return next((label for label in labels if label not in self._reserved_labels), "") or self.way_to(action_id)

    def way_to(self, action_id: str) -> str:
        """Return how to perform an action: its first key as people write it, else by its name in the palette."""
        return self.label(action_id) or f"{self.label('palette')} {ACTION_BY_ID[action_id].title}"

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
                if context in hint.position and self._keys[action.id] and (now is None or action.when(now))
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
        if self._is_plain and not any(key_label(keys) in hint.key for keys in self._keys[action.id]):
            return _PLAIN_PAIRS.get(label, label) if len(hint.key.split()) == 2 else label
        if hint.key not in self._reserved_labels:
            return hint.key
        # Letters go to the field there until Tab gives them to the list.
        return f"Tab {label}" if context == LIBRARY and len(label) == 1 else label

    def action_elsewhere(self, context: str, key: str) -> Action | None:
        """Return the action that a key performs or begins in the text, for a key without one in `context`."""
        match = self.find(TEXT, (key,)) if context != TEXT else KeyMatch()
        return match.action or next((action for _, action in match.follow), None)


_PLAIN_PAIRS: Final = {"↓": "↑↓", "→": "← →", "F9": "F9 F8", "PgDn": "PgDn PgUp"}
"""The plain keys of pairs of opposite actions, such as "j k", by the key of the first."""


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
