"""Whoever is killed while a tag is renamed everywhere: the rename is there whole, or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

from reader.article.ranges import Span
from reader.formats.plain import plain_article
from reader.library import Library
from reader.library.codebook_changes import CodebookEditor
from reader.review.codec import as_list

MARKS = 60
WRITER = """
import sys
from pathlib import Path
from reader.library import Library
from reader.library.codebook_changes import CodebookEditor

with Library.open(Path(sys.argv[1])) as library:
    editor = CodebookEditor(library, "Ann")
    for number in range(int(sys.argv[2]), 1000):
        (row,) = [row for row in editor.codebook().rows() if row.uses]
        editor.apply(editor.codebook().rename(row.tag.name, f"name-{number}"))
        assert library.flush(60)
        print(number, flush=True)
"""


def test_a_rename_that_is_cut_short_is_whole_or_not_there(place: Path, seed: int) -> None:
    random = Random(seed)
    article = plain_article("A sentence of the article. " * MARKS, "article.txt")
    with Library.open(place) as library:
        session = library.review(article, "Ann")
        for number in range(MARKS):
            session.set_tags(session.mark(Span(27 * number, 27 * number + 26)), ["first"])
    for start in range(0, 250, 50):
        command = [sys.executable, "-c", WRITER, str(place), str(start)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            acknowledged = [int(writer.stdout.readline()) for _ in range(random.randint(1, 12))]
            writer.kill()
        with Library.open(place) as library:
            records = library.annotation_records(summary.id for summary in library.summaries())
            names = {str(name) for record in records for name in as_list(record["tags"])}
            (tag,) = CodebookEditor(library).codebook().tags
        assert len(records) == MARKS
        assert names == {tag.name}, f"seed {seed}"
        assert int(tag.name.removeprefix("name-")) >= acknowledged[-1]
