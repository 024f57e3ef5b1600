"""Pick a tag by its name, a synonym or its key, or make a new one; definitions stand beside the names, "/" nests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual import events, on
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from reader.review.codebook import DIGITS, Codebook
from reader.review.model import LONG_TAG, clean_tag_name, is_long_tag
from reader.tui.action import key_label
from reader.tui.dialogs.dialog import DialogLines, PickDialog
from reader.tui.question import Draft
from reader.tui.services import app_of
from reader.tui.styled_line import Part, StyledLine, clip_line, fold, line
from reader.tui.widgets.prompt_bar import LineField

TAG_OFFERS = 8
"""Most tags in the list, but for those with a key."""
DEFINITION_ROWS = 4


def match_tags(names: Sequence[str], words: str) -> list[str]:
    """Return the tags that match a text: tags that begin with it, then tags with such a part, then tags that contain it."""
    text = clean_tag_name(words).casefold()
    if not text:
        return list(names[:TAG_OFFERS])

    def rank(name: str) -> int:
        folded = name.casefold()
        if folded == text:
            return 0
        if folded.startswith(text):
            return 1
        if any(part.startswith(text) for part in folded.split("/")):
            return 2
        return 3 if text in folded else 9

    return sorted((name for name in names if rank(name) < 9), key=rank)[:TAG_OFFERS]


def number_tags(names: Sequence[str], codebook: Codebook) -> dict[str, str]:
    """Return the tags that digits pick, by digit in their order: those with a key by it, the first others by what is left."""
    keyed = {tag.digit: tag.name for digit in DIGITS if (tag := codebook.with_digit(digit)) is not None}
    others = iter([name for name in names if name not in keyed.values()][: max(0, TAG_OFFERS - len(keyed))])
    offers = ((digit, keyed.get(digit) or next(others, "")) for digit in DIGITS)
    return {digit: name for digit, name in offers if name}


class _Field(LineField):
    """Field in which digits pick from the list as long as it is empty."""

    class Picked(Message):
        """A digit picked an entry of the list."""

        def __init__(self, digit: str) -> None:
            super().__init__()
            self.digit = digit

    async def _on_key(self, event: events.Key) -> None:
        if not self.value and event.character and event.character in DIGITS:
            event.stop()
            event.prevent_default()
            self.post_message(self.Picked(event.character))
            return
        await super()._on_key(event)


class TagOffers(NamedTuple):
    """The tags to pick from: the names in `codebook` or in use, the likeliest first, and those that are `current` already."""

    names: Sequence[str]
    codebook: Codebook
    current: Sequence[str]


class TagScreen(PickDialog[str]):
    """Dialog that returns the name of the picked or new tag.

    `read_offers` is called at first and after a visit to the codebook; `part` renders an existing tag, `draft` is a name typed
    before, `bearer` the word for what is tagged.
    """

    def __init__(
        self, read_offers: Callable[[], TagOffers], part: Callable[[str], Part], draft: Draft, bearer: str = "claim"
    ) -> None:
        super().__init__()
        self.about = DialogLines()
        self._bearer = bearer
        self._draft = draft
        self._part = part
        self._read_offers = read_offers
        self._take_offers()
        self._choices: list[str] = []
        self._new = ""
        self._words = ""

    def _take_offers(self) -> None:
        self._names, self._codebook, self._current = self._read_offers()
        self._numbers = number_tags(self._names, self._codebook)
        self._synonyms = {synonym.casefold(): tag.name for tag in self._codebook.tags for synonym in tag.synonyms}

    def on_screen_resume(self) -> None:
        """List the tags as they are now: they may have been changed in the codebook."""
        self._take_offers()
        if self.query(Input):
            self.search(self._words)
            self.draw()

    def body(self) -> Sequence[Widget]:
        """Return field, list and definition."""
        return _Field(self._draft.text(""), placeholder="tag", select_on_focus=False), self.lines, self.about

    def keep_draft(self) -> None:
        """Keep the typed name as a draft."""
        self._draft.keep(self._words, "")

    def search(self, words: str) -> None:
        """Find the tags that match the words in the field, as names or synonyms; a new name comes last."""
        name, self._words = clean_tag_name(words), words
        if not words:
            self._choices, self._new = list(self._numbers.values()), ""
            return
        meant = self._codebook.resolve(name)
        matches = dict.fromkeys((*([meant] if meant != name else ()), *match_tags(self._names, words)))
        matches |= dict.fromkeys(tag for synonym, tag in self._synonyms.items() if name and synonym.startswith(name.casefold()))
        self._new = name if name and name == meant and name not in matches and not is_long_tag(name) else ""
        self._choices = [*list(matches)[:TAG_OFFERS], *([self._new] if self._new else [])]

    def draw(self) -> None:
        """Show list, definition and keys."""
        super().draw()
        self.about.fill(self._definition_lines())
        pick = "1–9" if not self._words else "↑↓"
        choose = ((pick, "choose"), ("Tab", "completes")) if self._choices else ()
        more = [(key_label(key), "shows all tags") for key in self._codebook_keys[:1]]
        self.show_keys(*choose, ("Enter", "picks it"), *more, ("Esc", "cancels"))

    @property
    def _codebook_keys(self) -> Sequence[str]:
        """The keys that show the codebook, of those that are no letters."""
        return [key for key in app_of(self).keymap.keys_of("codebook") if len(key) > 1 and " " not in key]

    def rows(self) -> list[StyledLine]:
        """Return a line for each tag."""
        rows: list[StyledLine] = []
        digits = list(self._numbers)
        for number, name in enumerate(self._choices):
            current = number == self.index and bool(self._words)
            lead = Part(f" {digits[number]} " if not self._words else " ▸ " if current else "   ", "yours b")
            tag = Part(f"# {name}", "tag") if name == self._new else self._part(name)
            roles = f"{tag.roles} b" if current else tag.roles
            row = line(lead, (tag.text, roles, f"tag:{number}"), (f"  {self._remark(name)}", "hint"))
            rows.append(clip_line(row, max(10, self.size.width - 2)))
        return rows

    def _remark(self, name: str) -> str:
        """Return what stands behind a name: that it is on the bearer, new or found by a synonym, else its definition."""
        if name in self._current:
            return f"on the {self._bearer}: pick again to remove"
        if name == self._new:
            return "new tag"
        tag, typed = self._codebook.tag(name), clean_tag_name(self._words).casefold()
        synonyms = tag.synonyms if tag is not None and typed and typed not in name.casefold() else ()
        found = next((synonym for synonym in synonyms if synonym.casefold().startswith(typed)), "")
        definition = " ".join(tag.definition.split()) if tag is not None else ""
        return " · ".join(filter(None, (f"also typed {found}" if found else "", definition)))

    def _definition_lines(self) -> list[StyledLine]:
        """Return the definition of the tag in hand, of which its row shows only the beginning or nothing."""
        tag = self._codebook.tag(self._choices[self.index]) if self._words and self._choices else None
        definition = " ".join(tag.definition.split()) if tag is not None else ""
        return [line(("   " + text, "text")) for text in fold(definition, max(10, self.size.width - 6), DEFINITION_ROWS)]

    def empty_line(self) -> StyledLine:
        """Return how to make the first tag, or what is wrong with a new one."""
        if is_long_tag(clean_tag_name(self._words)):
            return line((f" A tag cannot have {LONG_TAG}: give a shorter name", "fault"))
        return line((" No tags yet: type a name and press Enter; a/b nests", "hint"))

    @on(_Field.Picked)
    def _handle_digit(self, event: _Field.Picked) -> None:
        if event.digit in self._numbers:
            self.pick(self._choices.index(self._numbers[event.digit]))

    def pick(self, number: int) -> None:
        """Close and return the tag with this number."""
        self._draft.drop()
        self.dismiss(self._choices[number])

    def submit(self) -> None:
        """Pick the current entry, or nothing if the field is empty; stay if there is none."""
        if self._choices or not self._words:
            self._draft.drop()
            self.dismiss(self._choices[self.index] if self._words else "")

    def on_key(self, event: events.Key) -> None:
        """Complete the name on Tab, show the codebook; the base class handles the other keys."""
        if event.key in self._codebook_keys:
            event.stop()
            chosen = self._choices[self.index] if self.index < len(self._choices) else ""
            app_of(self).show_codebook(chosen if chosen != self._new else "")
            return
        matches = self._choices[: len(self._choices) - bool(self._new)]
        if event.key == "tab":
            event.stop()
        if event.key == "tab" and matches:
            field = self.query_one(Input)
            field.value = matches[min(self.index, len(matches) - 1)]
            field.cursor_position = len(field.value)
