"""What an action is: its keys, the contexts in which they act, its words in the footer; and the names of keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

# ------------------------------------------------------------------ contexts, and what a row holds

LETTER: Final = "<letter>"
"""Stands for any letter in a key sequence."""

TEXT: Final = "text"
SELECT: Final = "select"
BOUNDS: Final = "bounds"
ATTACH: Final = "attach"
EDITION: Final = "edition"
CARD: Final = "card"
LIST: Final = "list"
REVIEW: Final = "review"
SOURCE: Final = "source"
QUOTE: Final = "quote"
LIBRARY: Final = "library"
ARTICLE_LIST: Final = "articles"
LOADING: Final = "arriving"
EXPORT: Final = "export"
SETTINGS_PLACE: Final = "settings"
SEARCH: Final = "everything"
CHECK: Final = "check"
CODEBOOK: Final = "codebook"
CODEBOOK_PLAN: Final = "codebook-plan"
"""The context while a change of a tag is planned, or its name is written: Enter makes it, Escape leaves it."""
STATISTICS: Final = "statistics"
DISAGREEMENTS: Final = "disagreements"
INTAKE: Final = "matches"
TEAM: Final = "team"
READING: Final = (TEXT, CARD, LIST)
"""The contexts of the reading screen in which no selection, attachment or queue is active."""


class Situation(NamedTuple):
    """The facts that decide which actions the footer offers. Each screen sets those that it knows.

    `verdict_keys` are the keys of the verdicts as people write them.
    """

    verdict_keys: str = ""
    has_annotation: bool = False
    is_claim: bool = False
    reference_count: int = 0
    needs_check: bool = False
    is_stale: bool = False
    has_moved_source: bool = False
    can_undo: bool = False
    has_open_pairs: bool = False
    has_queue_pair: bool = False
    has_readable_source: bool = False
    has_findings: bool = False
    has_contents: bool = False
    has_passages: bool = False
    has_other_text: bool = False
    is_on_evidence: bool = False
    has_selection: bool = False
    is_at_end: bool = False
    has_amendments: bool = False
    has_match: bool = False
    has_open_match: bool = False
    has_chosen_match: bool = False
    has_team: bool = False
    has_shared_article: bool = False

    @property
    def has_pair(self) -> bool:
        """Whether there is a claim with a reference, which a verdict can be given on."""
        return self.is_claim and self.reference_count > 0 and not self.is_at_end


def always(now: Situation) -> bool:
    """Return True: the action applies in every situation."""
    return True


class Hint(NamedTuple):
    """A word for an action in the footer, and its position there in each context.

    `key` is how the key is written, where that is not the action's first one; `on_claim` is the word while a claim is current.
    """

    word: str
    position: Mapping[str, int]
    key: str = ""
    on_claim: str = ""


class Action(NamedTuple):
    """One thing a person can do.

    `keys` are the vim keys, `plain` the others; both always work in the `contexts`. `in_palette` is False for actions that make
    sense only in the middle of another one. `footer` holds the words for it, of which each context has at most one; the footer
    shows it `when` it applies. `needs` says in a few words what an action that cannot act otherwise needs, "" for the others.
    """

    id: str
    title: str
    help: str
    group: str
    keys: tuple[str, ...]
    plain: tuple[str, ...]
    contexts: tuple[str, ...]
    in_palette: bool = True
    footer: tuple[Hint, ...] = ()
    when: Callable[[Situation], bool] = always
    needs: str = ""


@dataclass(frozen=True, slots=True)
class ActionRow:
    """A row of the registry. Several keys are separated by ", "."""

    id: str
    title: str
    help: str
    keys: str = ""
    plain: str = ""
    footer: tuple[Hint, ...] = ()
    when: Callable[[Situation], bool] = always
    needs: str = ""


def action_rows(group: str, contexts: tuple[str, ...], *rows: ActionRow, in_palette: bool = True) -> tuple[Action, ...]:
    """Return the actions of rows that share a group, their contexts, and whether the palette lists them."""
    return tuple(
        Action(
            row.id, row.title, row.help, group, _split_keys(row.keys), _split_keys(row.plain),
            contexts, in_palette, row.footer, row.when, row.needs,
        )
        for row in rows
    )  # fmt: skip


def _split_keys(keys: str) -> tuple[str, ...]:
    return tuple(key for key in keys.split(", ") if key)


# ------------------------------------------------------------------ the names of keys

_KEY_NAMES: Final = {
    "space": "Space", "enter": "Enter", "escape": "Esc", "tab": "Tab", "backspace": "Backspace", "delete": "Delete",
    "pagedown": "PgDn", "pageup": "PgUp", "home": "Home", "end": "End", "up": "↑", "down": "↓", "left": "←", "right": "→",
    LETTER: "a–z",
}  # fmt: skip


def key_label(keys: str) -> str:
    """Return keys as people write them: "g g" → "gg", "ctrl+d" → "Ctrl+D", "m <letter>" → "m a–z"."""
    steps = keys.split(" ")
    labels = ["+".join(_KEY_NAMES.get(p, p.capitalize() if len(p) > 1 else p) for p in _key_parts(step)) for step in steps]
    if len(labels) > 1 and all(len(label) == 1 for label in labels):
        return "".join(labels)
    return " ".join(labels)


def _key_parts(step: str) -> list[str]:
    if len(step) == 1:
        return [step]
    *modifiers, last = step.split("+")
    return [*modifiers, last.upper() if modifiers and len(last) == 1 else last]
