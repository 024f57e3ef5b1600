"""Read the links, templates and notes of wikitext, and write what they show as HTML.

The text is read once. What is open stands on a stack, which is never deeper than a few templates within each other, so the time
is in proportion to the length of the text (https://www.mediawiki.org/wiki/Help:Formatting, .../Help:Links, .../Help:Cite).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from html import escape
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.formats.budget import current_budget
from reader.formats.progress import checkpoint
from reader.formats.wikitext.templates import Template, name_set, read_template, short_citation, shown_text, source_text

_TOKEN: Final = lazy_pattern(
    r"\{\{|\}\}|\[\[|\]\]|\[(?=(?:https?:)?//[^\s\[\]])|\]|\||"
    r"<(?P<tag>/?(?:ref|references))\b(?P<attributes>(?>=\"(?:[^<>\"\n]| >(?= )){0,200}\"|[^<>]){0,400}?)(?P<closed>/?)>",
    re.IGNORECASE,
)
_ATTRIBUTE: Final = lazy_pattern(r"(name|group)\s*=\s*(?:\"([^\"<]*)\"|'([^'<>]*)'|([^\s\"'<>/]+))", re.IGNORECASE)
_CLOSERS: Final = {"{{": "}}", "[[": "]]", "[": "]", "ref": "/ref", "references": "/references"}
_OPENERS: Final = {closer: opener for opener, closer in _CLOSERS.items()}
_CHECK_EVERY: Final = 5000
_MAX_DEPTH: Final = 24
_MAX_PARTS: Final = 10_000
"""The most parts of a template or a link. What follows belongs to the last one."""
_MAX_NAMESPACE_LENGTH: Final = 24
_FILES_AND_CATEGORIES: Final = name_set("""
    file | image | media | category | datei | bild | kategorie | fichier | catégorie | archivo | imagen |
    categoría | ficheiro | arquivo | imagem | categoria | immagine | bestand | afbeelding | categorie |
    plik | grafika | kategoria | файл | изображение | категория | категорія | зображення | ملف | صورة |
    تصنيف | 文件 | 图像 | 圖像 | 檔案 | 分类 | 分類 | ファイル | 画像 |
    カテゴリ | 파일 | 그림 | 분류 | soubor | dosya | kategori |
    fil | tiedosto | luokka | kép | kategória | fișier | imagine | tập tin | hình | thể loại | berkas |
    gambar | קובץ | תמונה | קטגוריה | پرونده | رده | चित्र | श्रेणी | αρχείο | κατηγορία
""")
_LANGUAGE_LINK: Final = lazy_pattern(r"[a-z]{2,3}(?:-[a-z]{2,8})?")
_FILE_OPTION: Final = lazy_pattern(r"\w{1,20}\s?=")
_LETTERED_GROUPS: Final = name_set("""
    lower-alpha | efn | a
""")
_NOTE_TEMPLATES: Final = name_set("""
    efn | refn | notetag | note | efn-ua | efn-lr | #tag:ref | sdfootnote
""")
_SHORT_NOTES: Final = name_set("""
    sfn | sfnp | sfnm | sp
""")
_NOTE_LISTS: Final = name_set("""
    reflist | references | notelist | referencias | referências | références | listaref | примечания | примітки | refs |
    noteslist | przypisy | appendix | kaynakça | riferimenti | reflist4 | notes | viitteet | jegyzetek | reflista |
    reference list | notefoot | notas | einzelnachweise | الهوامش | مراجع | הערות שוליים | پانویس
""")
_LETTER_LISTS: Final = name_set("""
    notelist | notefoot | notes
""")
LIST_MARK: Final = "\x01"
"""The sign around the name of a group of notes, where their list stands."""


@dataclass
class WikiNote:
    """A note: its text as HTML, or "" until it is defined, and the label of its markers."""

    label: str
    text: str = ""
    is_cited: bool = False


@dataclass
class _Frame:
    """What is open: its opening, the attributes of a tag, and its parts between upright strokes.

    `unknown` are the words of the templates in a note that show nothing, in case the note has no others.
    """

    opener: str
    source: str = ""
    attributes: str = ""
    parts: list[list[str]] = field(default_factory=lambda: [[]])
    unknown: list[str] = field(default_factory=list[str])

    def texts(self) -> list[str]:
        return ["".join(part) for part in self.parts]


@dataclass
class InlineReader:
    """Reads a text, and collects its notes by group and name."""

    notes: dict[str, dict[str, WikiNote]] = field(default_factory=lambda: defaultdict(dict))
    frames: list[_Frame] = field(default_factory=lambda: [_Frame("")])
    note_count: int = 0
    max_notes: int = field(default_factory=lambda: current_budget().limits.notes)
    """The most notes. More of them are read where they stand."""

    def read(self, text: str) -> str:
        """Return the text with HTML in place of links, templates and notes."""
        end = 0
        for count, token in enumerate(_TOKEN.finditer(text)):
            if count % _CHECK_EVERY == 0:
                checkpoint()
            self._add(text[end : token.start()])
            end = token.end()
            self._read_token(token)
        self._add(text[end:])
        while len(self.frames) > 1:
            self._give_up()
        return self.frames[0].texts()[0]

    def _add(self, text: str) -> None:
        if text:
            self.frames[-1].parts[-1].append(text)

    def _read_token(self, token: re.Match[str]) -> None:
        sign = (token["tag"] or token[0]).casefold()
        if token["closed"]:
            self._add(self._close_tag(sign, token["attributes"], ""))
        elif sign in _CLOSERS and len(self.frames) <= _MAX_DEPTH:
            self.frames.append(_Frame(sign, token[0], token["attributes"] or ""))
        elif sign == "|" and self.frames[-1].opener in ("{{", "[[") and len(self.frames[-1].parts) < _MAX_PARTS:
            self.frames[-1].parts.append([])
        elif sign in _OPENERS and any(frame.opener == _OPENERS[sign] for frame in self.frames):
            while self.frames[-1].opener != _OPENERS[sign]:
                self._give_up()
            self._add(self._close(self.frames.pop()))
        elif not token["tag"]:
            self._add(token[0])

    def _give_up(self) -> None:
        """Write what was never closed as it is."""
        frame = self.frames.pop()
        self._add("" if frame.opener in ("ref", "references") else frame.source)
        self._add("|".join(frame.texts()))

    def _close(self, frame: _Frame) -> str:
        texts = frame.texts()
        if frame.opener == "{{":
            return self._template(read_template(texts))
        if frame.opener == "[[":
            before = self.frames[-1].parts[-1]
            return _link(texts, begins_line=not before or before[-1].endswith("\n"))
        if frame.opener == "[":
            address, _, words = texts[0].partition(" ")
            return f'<a href="{escape(address)}">{words.strip() or address}</a>'
        return self._close_tag(frame.opener, frame.attributes, texts[0].strip() or " ".join(frame.unknown))

    # ------------------------------------------------------------------ Notes

    def _close_tag(self, tag: str, attributes: str, text: str) -> str:
        values = {match[1].casefold(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(attributes)}
        if tag == "references":
            return f"\n{LIST_MARK}{values.get('group', '')}{LIST_MARK}\n"
        return self._note(text.strip(), values.get("name", "").strip(), values.get("group", "").strip())

    def _note(self, text: str, name: str, group: str) -> str:
        """Add a note, and return its marker, or "" if it is only defined, in a list of notes."""
        group = "" if "<" in group else "lower-alpha" if group in _LETTERED_GROUPS else group  # markers within would multiply
        notes = self.notes[group]
        note = notes.get(name) if name else None
        if note is None and self.note_count >= self.max_notes:
            return f" {text} "
        if note is None:
            self.note_count += 1
            number = len(notes) + 1
            letter = chr(96 + number) if group == "lower-alpha" and number <= 26 else f"{group} {number}".strip()
            note = notes[name or f"\x02{number}"] = WikiNote(letter)
        note.text = note.text or text
        if any(frame.opener == "references" or self._is_note_list(frame) for frame in self.frames):
            return ""
        note.is_cited = True
        return f'<sup class="reference"><a href="#{note_id(group, note.label)}">[{note.label}]</a></sup>'

    def _is_note_list(self, frame: _Frame) -> bool:
        return frame.opener == "{{" and "".join(frame.parts[0]).strip().casefold() in _NOTE_LISTS

    def _template(self, template: Template) -> str:
        name, values = template.name, template.values
        if name in _NOTE_LISTS:
            group = template.named.get("group", "lower-alpha" if name in _LETTER_LISTS else "")
            return f"\n{LIST_MARK}{group}{LIST_MARK}\n"
        if name in _SHORT_NOTES:
            words = short_citation(template)
            return self._note(words, f"\x03{words}", "")
        if name in _NOTE_TEMPLATES and (text := next(iter(values), "")):
            default = "" if name == "#tag:ref" else "lower-alpha"
            return self._note(text, template.named.get("name", ""), template.named.get("group", default))
        if name == "r":
            return "".join(self._note("", value, template.named.get("group", "")) for value in values)
        note = next((frame for frame in reversed(self.frames) if frame.opener == "ref"), None)
        entry = source_text(template, is_note=note is not None)
        text = entry if entry is not None else shown_text(template)
        if note is not None and not text:
            note.unknown.append(" ".join((template.name.upper(), *values, *template.named.values())))
        return text


def note_id(group: str, label: str) -> str:
    """Return the id of the entry of a note."""
    return escape(f"cite_note-{group}-{label}".replace(" ", "_"))


def _link(texts: list[str], *, begins_line: bool) -> str:
    """Return the words of a link to a page of the wiki, the caption of a picture, or "" for one that shows none.

    Those are categories and the same page in other languages, on lines of their own: "[[doi:10.5555/lamp]]" in a sentence has
    words. The options of a picture ("thumb", "200px", "alt=…") are single words in every language, and captions hardly ever.
    """
    target, words = texts[0].strip(), texts[-1].strip()
    if target.startswith(":"):
        target = target[1:]
        return words.removeprefix(":")
    namespace = target[:_MAX_NAMESPACE_LENGTH].partition(":")[0].strip().casefold() if ":" in target else ""
    if namespace in _FILES_AND_CATEGORIES:
        is_caption = begins_line and len(texts) > 1 and " " in words and not _FILE_OPTION.match(words)
        return f"\n<figure><figcaption>{' '.join(words.split())}</figcaption></figure>\n" if is_caption else ""
    if begins_line and namespace and len(texts) == 1 and _LANGUAGE_LINK.fullmatch(namespace):
        return ""
    if len(texts) > 1 and not words:  # "[[Tide (sea)|]]" shows "Tide"
        return target.partition(" (")[0]
    return words.lstrip("#")
