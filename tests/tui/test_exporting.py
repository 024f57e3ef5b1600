"""The export screen: formats by letter, where it goes, filters, the preview, and stopping."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from reader.exchange import FORMATS, Report
from reader.exchange.batch import ExportArticle
from reader.review.filter import Filter
from reader.tui.action import EXPORT
from reader.tui.actions import ACTIONS
from tests.tui.test_library_screen import two_articles
from tests.tui.texts import BUSES, article
from tests.tui.user import NARROW, WIDE, User, reading
from tests.unit.golden_review import report
from tests.unit.review_strategies import annotation_lines


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


async def export_to(user: User, name: str, key: str = "E") -> None:
    """Export to a file of this name."""
    await user.press(key, "/", "ctrl+u")
    await user.type(name)
    await user.press("enter", "enter")


async def see(user: User, words: str) -> None:
    """Wait for words in the footer."""
    await user.until(lambda: words in user.footer)


@pytest.mark.parametrize(("key", "ending"), [("E", "md"), ("E", "html"), ("ctrl+e", "csv")])
async def test_the_ending_of_a_name_chooses_the_format(own_library: Path, key: str, ending: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "4")
        await export_to(user, f"out.{ending}", key)
        await see(user, f"Exported to out.{ending}")
        assert user.over == "ReadingScreen"
        assert user.screen.key_context == "text"
    written = Path(f"out.{ending}").read_text(encoding="utf-8")
    assert "412,000 passengers" in written
    assert "does not support" in written or "does-not-support" in written


async def test_a_letter_typed_at_once_chooses_the_format_and_enter_writes_it(own_library: Path) -> None:
    text = article(("Title", "A sentence that is long enough."), source="/some/where/ferry.md")
    async with reading(text, own_library) as user:
        user.send("j", "h", "E", "h", "enter")
        await see(user, "Exported to ferry-claims.html")
        user.send("E", "j", "enter")
        await see(user, "Exported to ferry-claims.jsonl")
    assert b"<!DOCTYPE html>" in Path("ferry-claims.html").read_bytes()
    (row,) = annotation_lines(Path("ferry-claims.jsonl").read_text(encoding="utf-8"))
    assert row["quote"] == "A sentence that is long enough."


def test_no_key_of_the_screen_is_the_letter_of_a_format() -> None:
    letters = [row.letter for row in FORMATS.values()]
    assert len(letters) == len(set(letters))
    assert not {key for a in ACTIONS if EXPORT in a.contexts for key in (*a.keys, *a.plain)} & set(letters)


@pytest.mark.parametrize("size", [NARROW, WIDE, (60, 18)])
async def test_every_format_is_offered_with_what_it_makes_and_loses(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        await user.press("j", "h", "4", "E")
        for row in FORMATS.values():
            await user.press(row.letter)
            assert f"claims{row.suffix}" in user.picture
            assert f" {row.letter}  {row.title}" in user.picture
        await user.press(FORMATS["markdown"].letter)
        await user.until(lambda: "Night buses" in "".join(user.lines[1:]))
        await user.press("down")
        await user.until(lambda: "What it rests on" in user.picture or size == (60, 18))
        await user.press("escape")
        assert user.over == "ReadingScreen"


@pytest.mark.slow
async def test_a_file_that_exists_is_replaced_only_when_asked_twice(own_library: Path) -> None:
    target = Path("mine.md")
    target.write_text("keep me", encoding="utf-8")
    Path("other.md").write_text("keep me", encoding="utf-8")
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await export_to(user, "mine.md")
        await see(user, "Enter again replaces it")
        await user.press("escape")
        await export_to(user, "mine.md")
        await see(user, "Enter again replaces it")
        assert target.read_text(encoding="utf-8") == "keep me", "a screen that was left asks again"
        await user.press("/", "ctrl+u")
        await user.type("other.md")
        await user.press("enter", "enter")
        await see(user, "Enter again replaces it")
        assert Path("other.md").read_text(encoding="utf-8") == "keep me", "the yes to one file is no yes to another"
        await user.press("enter")
        await see(user, "Exported to other.md")
        assert "Ostrel began" in Path("other.md").read_text(encoding="utf-8")
    assert target.read_text(encoding="utf-8") == "keep me"


@pytest.mark.parametrize(("name", "why"), [("no/such/folder/x.md", "No such file or directory"), ("~nobody-x/a.md", "no user")])
async def test_a_name_that_cannot_be_says_why_and_what_was_typed_stays(own_library: Path, name: str, why: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await export_to(user, name)
        await see(user, why)
        await user.press("/")
        assert user.field.value == name
        await user.type("z")
        await user.press("escape", "escape", "E", "/")
        assert user.field.value == f"{name}z"
        await user.press("ctrl+u", "enter")
        assert "Type the name" in user.picture


async def test_a_filter_chooses_the_annotations_and_a_wrong_one_says_so(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "4", "}", "h", "E", "j")
        await user.until(lambda: "2 annotations" in user.header)
        await user.press("f7")
        await user.type("is:nothing")
        await user.press("enter")
        assert "No filter" in user.picture
        await user.press("ctrl+u")
        await user.type("does-not-support")
        await user.press("enter")
        await user.until(lambda: "1 of 2 annotations" in user.header)
        assert "filter   does-not-support" in user.picture
        await user.press("enter")
        await see(user, "Exported")
    assert len(annotation_lines(next(Path().glob("*.jsonl")).read_text(encoding="utf-8"))) == 1


async def test_an_option_of_a_format_is_switched_by_its_digit(own_library: Path) -> None:
    Path("mine.csl").write_text("<style/>", encoding="utf-8")
    async with reading(BUSES, own_library) as user:
        await user.press("h", "E", FORMATS["bibtex"].letter, "1")
        assert "BibTeX has no options" in user.footer
        await user.press(FORMATS["jsonl"].letter)
        assert "□ paths" in user.picture
        await user.press("1")
        assert "■ paths" in user.picture
        await user.press(FORMATS["bibliography"].letter, "1")
        await user.type("no.csl")
        await user.press("enter")
        assert "cannot be read" in user.picture
        await user.press("ctrl+u")
        await user.type("mine.csl")
        await user.press("enter")
        assert "citation style: mine.csl" in user.picture


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_style_of_the_settings_that_cannot_be_read_is_said(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size, others={"citation_style": Path("no.csl")}) as user:
        await user.press("h", "E")
        await see(user, "no.csl cannot be read")
        await user.press("enter")
        await see(user, "Exported")


@pytest.mark.slow
async def test_the_listed_articles_of_the_library_go_into_one_file_or_a_folder(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await user.until(lambda: "2 articles" in user.header)
        await user.press("ctrl+e", "h", "enter")
        await see(user, "Exported to library-export/ · 2 articles")
        await user.press("ctrl+e", "h", "enter")
        await see(user, "Enter again replaces them")
        await user.press("escape")
        await user.type("ostrel")
        await user.press("ctrl+e", "c", "enter")
        await see(user, "Exported to library-export.csv")
    assert sorted(path.name for path in Path("library-export").iterdir()) == [
        "night-buses-in-ostrel.html",
        "the-long-count.html",
    ]
    assert "The long count" not in Path("library-export.csv").read_text(encoding="utf-8")


async def test_a_long_export_shows_its_progress_and_can_be_stopped(own_library: Path) -> None:
    reached, go = threading.Event(), threading.Event()

    def load(number: int, annotation_filter: Filter | None) -> Report:
        if number == 3:
            reached.set()
            assert go.wait(60)
        return report()

    articles = [ExportArticle(str(n), f"Article {n}", "", lambda f, n=n: load(n, f)) for n in range(1000)]
    async with reading(BUSES, own_library) as user:
        user.app.show_export(articles, "Article", "all", {}, lambda text: None)
        await user.press("j", "enter")
        await user.until(reached.is_set)
        await see(user, "Writing 3 of 1,000 articles")
        await user.press("c", "escape")
        go.set()
        await see(user, "Stopped; nothing was written")
        assert user.over == "ExportScreen"
    assert not [path for path in Path().iterdir() if "all" in path.name or path.name.startswith(".claim-reader")]


# ------------------------------------------------------------------ templates of the person's own


@pytest.fixture
def templates(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the folder of templates beside the settings file of a person, which is not there yet."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "settings.toml").touch()
    monkeypatch.setenv("CLAIM_READER_SETTINGS", str(tmp_path / "own" / "settings.toml"))
    return tmp_path / "own" / "templates"


async def test_without_templates_the_key_says_where_to_put_one(own_library: Path, templates: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("E", "T")
        assert "no template yet" in user.picture
        assert str(Path("templates") / "claims.md.j2") in user.picture.replace("\n", "").replace(" ", "")
        await user.press("down")
        assert "no template yet" not in user.picture


async def test_a_template_is_chosen_seen_and_written_by_keys(own_library: Path, templates: Path) -> None:
    pytest.importorskip("jinja2")
    templates.mkdir()
    (templates / "house.md.j2").write_text("House style of {{ article.title }}\n", encoding="utf-8")
    (templates / "wrong.txt").write_text("{{ nobody }}", encoding="utf-8")
    (templates / ".hidden.md").write_text("x", encoding="utf-8")
    (templates / "house.md.j2~").write_text("x", encoding="utf-8")
    async with reading(BUSES, own_library, WIDE) as user:
        await user.press("h", "E", "T")
        assert "house.md.j2" in user.picture
        assert ".hidden" not in user.picture
        await user.until(lambda: "House style of Night buses" in user.picture)
        await user.press("f8")
        await user.until(lambda: "wrong.txt" in user.picture and "nobody" in user.picture)
        await user.press("enter")
        await see(user, "wrong.txt, line 1")
        assert not [*Path().glob("*-claims.txt")], "nothing is written of a template that is wrong"
        await user.press("f8", "/", "ctrl+u")
        await user.paste("report.html")
        await user.press("enter", "enter")
        await see(user, "Exported to report.html")
    assert Path("report.html").read_text(encoding="utf-8").startswith("House style of Night buses")


@pytest.mark.slow
async def test_keys_typed_at_once_write_the_template_that_slow_ones_do(own_library: Path, templates: Path) -> None:
    pytest.importorskip("jinja2")
    templates.mkdir()
    for name in ("a.md.j2", "b.csv"):
        (templates / name).write_text(f"{name} {{{{ article.title }}}}", encoding="utf-8")
    async with reading(BUSES, own_library, NARROW) as user:
        user.send("E", "f8", "T", "enter")
        await see(user, "Exported to")
    (written,) = Path().glob("*.csv")
    assert written.read_text(encoding="utf-8").startswith("b.csv Night buses")
