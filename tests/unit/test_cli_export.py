"""`reader export` of many articles: what is chosen, where it goes, and what happens when it cannot all be written."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from reader.errors import ReaderError
from reader.exchange import FORMATS, ExportFormat, ExportOptions, Loss, Report, describe_losses
from reader.exchange.batch import ExportArticle, ExportJob
from reader.exchange.export_format import OPTION_ROWS
from reader.review.filter import Filter
from tests.unit.docxs import docx, p, t
from tests.unit.golden_review import report
from tests.unit.review_strategies import annotation_lines
from tests.unit.test_cli import Call, call

__all__ = ["call"]  # a fixture

BRIDGE = """The bridge that sings

Lorries make the deck hum at night [1]. Neighbours counted forty complaints in May [2]. The council plans a new surface.

## References

[1] Ott, H. (2021). Sounds of steel. https://steel.example/sounds
[2] Vann, P. (2022). Complaints by month. https://town.example/months
"""
MILL = BRIDGE.replace("bridge", "mill").replace("deck", "wheel")


@pytest.fixture
def texts(call: Call, tmp_path: Path) -> tuple[Path, Path]:
    """Return two articles; of the first, one claim is judged and tagged, one is open, and a sentence is no claim."""
    bridge, mill = tmp_path / "bridge.txt", tmp_path / "mill.txt"
    bridge.write_text(BRIDGE, encoding="utf-8")
    mill.write_text(MILL, encoding="utf-8")
    call("annotate", bridge, "--quote", "Lorries make the deck hum at night", "--tag", "noise/night", "--verdict", "1=supports")
    call("annotate", bridge, "--quote", "Neighbours counted forty complaints", "--tag", "people")
    call("annotate", bridge, "--quote", "The council plans a new surface", "--kind", "not-claim")
    call("annotate", mill, "--quote", "Lorries make the wheel hum at night")
    return bridge, mill


def quotes(out: str) -> list[str]:
    return [line["quote"].split()[0] for line in annotation_lines(out)]


def test_several_articles_and_the_whole_library_go_into_one_file(call: Call, texts: tuple[Path, Path], tmp_path: Path) -> None:
    whole = call("export", "--all", "--format", "jsonl")
    assert sorted(quotes(whole.out)) == ["Lorries", "Lorries", "Neighbours", "The"]
    output = tmp_path / "both.jsonl"
    done = call("export", *texts, "--output", output)
    assert (done.code, done.err) == (0, f"{output}: 4 annotations of 2 articles\n")
    assert sorted(output.read_text().splitlines()) == sorted(whole.out.splitlines())
    for wrong in (
        ["--all", texts[0]],
        [],
        ["--all"],
        ["--all", "--format", "html"],
        [texts[0], "--output", tmp_path / "x.pdf"],
    ):
        assert call("export", *wrong).code == 2, wrong
    assert call("export", *texts, "--format", "csv", "--output", tmp_path).code == 2


def test_a_filter_keeps_numbers_and_counts_and_says_that_it_is_one(call: Call, texts: tuple[Path, Path]) -> None:
    for arguments, left in (
        (["--tag", "noise"], ["Lorries"]),
        (["--tag", "noise", "--tag", "people"], ["Lorries", "Neighbours"]),
        (["--tag", "people", "--status", "judged"], []),
        (["--verdict", "supports"], ["Lorries"]),
        (["--status", "open", "--reference", "2"], ["Neighbours"]),
        (["--kind", "not-claim"], ["The"]),
        (["--person", "nobody of this name"], []),
    ):
        assert quotes(call("export", texts[0], "--format", "jsonl", *arguments).out) == left, arguments
    filtered = call("export", texts[0], "--format", "markdown", "--tag", "people").out
    assert "2 claims, 3 of 3 sentences decided" in filtered
    assert "Filtered by \\#people: 1 of 3 annotations." in filtered
    assert "Claim 2" in filtered
    assert "Claim 1" not in filtered
    references = call("export", texts[0], "--format", "bibtex", "--tag", "people").out
    assert "Complaints by month" in references
    assert "Sounds of steel" not in references
    page = call("export", texts[0], "--format", "html", "--tag", "noise").out
    assert "Filtered by #noise: 1 of 3 annotations." in page
    assert 'id="c1"' in page
    assert 'id="c2"' not in page
    assert '"#c2"' not in page
    assert "Filtered by the work of 1 person: " in call("export", texts[0], "--format", "html", "--person", "a").out
    assert "does-not-support" in call("export", texts[0], "--format", "csv", "--verdict", "wrong").err


def test_a_format_for_one_article_writes_a_folder_and_replaces_nothing_unasked(
    call: Call,
    texts: tuple[Path, Path],
    tmp_path: Path,
) -> None:
    folder, twin = tmp_path / "new" / "reports", tmp_path / "twin" / "bridge.txt"
    twin.parent.mkdir()
    twin.write_text(MILL.replace("mill", "kiln"), encoding="utf-8")
    done = call("export", *texts, twin, "no such article", "--format", "html", "--output", folder)
    assert done.code == 1
    assert "no such article was left out" in done.err
    assert sorted(path.name for path in folder.iterdir()) == ["bridge-2.html", "bridge.html", "mill.html"]
    (folder / "mill.html").write_text("mine")
    (folder / "bridge.html").unlink()
    refused = call("export", *texts, "--format", "html", "--output", folder)
    assert (refused.code, "nothing was written" in refused.err) == (1, True)
    assert sorted(path.name for path in folder.iterdir()) == ["bridge-2.html", "mill.html"]
    assert call("export", *texts, "--format", "html", "--output", folder, "--force").code == 0
    assert b"The mill that sings" in (folder / "mill.html").read_bytes()
    none = call("export", "no such", "nor this", "--output", tmp_path / "none.csv")
    assert (none.code, (tmp_path / "none.csv").exists()) == (1, False)


def test_an_article_that_a_format_cannot_have_is_left_out_by_name(call: Call, texts: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "draft.docx").write_bytes(docx(*(p(t(line)) for line in BRIDGE.splitlines() if line)))
    folder = tmp_path / "words"
    done = call("export", texts[0], tmp_path / "draft.docx", "--format", "docx", "--output", folder)
    assert done.code == 1
    assert "bridge.txt was left out" in done.err
    assert [path.name for path in folder.iterdir()] == ["draft.docx"]
    none = call("export", *texts, "--format", "docx", "--output", folder)
    assert (none.code, "None of the 2 articles could be exported" in none.err) == (1, True)


def test_an_option_is_refused_by_a_format_that_does_not_read_it(call: Call, texts: tuple[Path, Path]) -> None:
    assert [row.name for row in OPTION_ROWS] == [field.name for field in fields(ExportOptions) if field.name != "notify"]
    for row in OPTION_ROWS:
        readers = [one.name for one in FORMATS.values() if row.name in one.options]
        other = next(one.name for one in FORMATS.values() if row.name not in one.options)
        refused = call("export", texts[0], "--format", other, row.flag, *([__file__] if row.metavar else []))
        assert refused.code == 2
        assert all(name in refused.err for name in readers)


def test_every_format_is_explained(call: Call) -> None:
    for row in FORMATS.values():
        explained = call("export", "--explain", row.name).out
        assert row.carries
        assert row.carries in explained
        assert all(loss.text in explained for loss in row.cannot_carry)


def test_an_interrupted_export_leaves_nothing_half_written(tmp_path: Path) -> None:
    articles, folder = [ExportArticle(f"{n}", f"Article {n}", "", lambda _: report()) for n in range(3)], tmp_path / "out"
    folder.mkdir()

    def stop(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    job = ExportJob(FORMATS["jsonl"], ExportOptions(), articles, before_each=stop)
    with pytest.raises(KeyboardInterrupt):
        job.save(folder / "all.jsonl")
    assert not [*folder.iterdir()]
    each = ExportJob(FORMATS["html"], ExportOptions(), articles, before_each=stop).save_each(folder)
    written = [next(each), next(each)]
    with pytest.raises(KeyboardInterrupt):
        next(each)
    assert sorted(folder.iterdir()) == sorted(written)


def test_losses_and_notices_are_told_of_all_articles_together() -> None:
    def write(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
        for one in reports:
            options.notify(f"{one.article_id} has no place")
            yield b"x"

    lossy = ExportFormat("x", "X", "x", ".x", "text/plain", write, (Loss("open claims", "open claim", lambda _: 2),))
    job = ExportJob(lossy, ExportOptions(), [ExportArticle("a", "A", "", lambda _: report())] * 2)
    assert b"".join(job.write()) == b"xx"
    assert describe_losses(job.losses) == ["4 open claims"]
    assert job.notices == ["a: the-article has no place"] * 2


def test_one_article_that_cannot_be_read_is_the_error_itself(tmp_path: Path) -> None:
    def fail(_: Filter | None) -> Report:
        raise ReaderError("The text is missing")

    job = ExportJob(FORMATS["csv"], ExportOptions(), [ExportArticle("a", "A", "", fail)])
    with pytest.raises(ReaderError, match="The text is missing"):
        job.save(tmp_path / "a.csv")
    assert not (tmp_path / "a.csv").exists()
