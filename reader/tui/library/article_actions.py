"""What a person does with articles of the library: rename, tag, archive, remove, delete, undo, check.

Changes are made one after the other on one thread, which may wait for the disk; the screen is told when each is done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.printable import plural
from reader.tui.background import WorkQueue, error_message
from reader.tui.library.host import LibraryHost
from reader.tui.library.table import ListedArticle, PendingEdit
from reader.tui.panes.bars import undo_message
from reader.tui.question import Question

if TYPE_CHECKING:
    from reader.library.article_changes import ArticleEditor, DeletionCounts
    from reader.library.articles import ArticleSummary
    from reader.library.library import Library
    from reader.review.completeness import Completeness
    from reader.tui.library.check_screen import ArticleCheck

_PAST: Final = {
    "rename": "Renamed",
    "give": "Gave",
    "tag": "Tagged",
    "untag": "Untagged",
    "archive": "Archived",
    "take": "Took",
    "remove": "Removed",
    "bring": "Brought",
    "delete": "Deleted",
}
"""The first word of the label of a change, and how it is said of a change that was made."""


def _say_done(label: str) -> str:
    """Return the label of a change as what was done: "archive 2 articles" as "Archived 2 articles"."""
    first, blank, rest = label.partition(" ")
    return _PAST.get(first, first.capitalize()) + blank + rest


class _Checked(NamedTuple):
    """The counts of an article's review, and what a check of it found."""

    counts: Completeness
    check: ArticleCheck


class ArticleActions:
    """The actions on the marked articles, or on the one in hand."""

    def __init__(self, host: LibraryHost) -> None:
        self._host = host
        self.work = WorkQueue(host.post_message)

    # ------------------------------------------------------------------ changes

    def rename(self) -> None:
        """Ask for another title of the article in hand."""
        article = self._host.table.current
        if article is None:
            self._refuse_without_article()
            return
        entry = article.entry

        def take(title: str) -> None:
            new = title.strip()
            name = "" if new == entry.title else new
            edit = PendingEdit([entry.id], lambda entry: entry._replace(name=name))
            self._change(lambda editor: editor.rename(entry.id, name), edit)

        hint = f"empty: “{entry.title}”" if entry.name else ""
        self._host.ask(Question("Title", take, entry.shown_title, hint, select_value=True, verb="renames it"))

    def tag(self) -> None:
        """Ask for a tag, and add it to the articles; if all have it, take it off."""
        from reader.tui.dialogs.tag import TagOffers, TagScreen
        from reader.tui.question import Draft

        articles = self._host.table.chosen
        if not articles:
            self._refuse_without_article()
            return
        ids = [article.id for article in articles]
        bearer = "article" if len(articles) == 1 else "articles"
        common = set(articles[0].entry.own_tags).intersection(*(article.entry.own_tags for article in articles))

        def take(name: str | None) -> None:
            if name:
                self._tag(ids, name, is_removed=name in common)

        def read_offers() -> TagOffers:
            return TagOffers(self._host.tag_names(), self._host.codebook, sorted(common))

        screen = TagScreen(read_offers, self._host.tag_part, Draft({}, "tag"), bearer)
        self._host.services.push_screen(screen, take)

    def _tag(self, ids: Sequence[str], name: str, *, is_removed: bool) -> None:
        add, remove = ([], [name]) if is_removed else ([name], [])

        def tag_entry(entry: ArticleSummary) -> ArticleSummary:
            return entry._replace(own_tags=tuple(sorted({*entry.own_tags, *add}.difference(remove))))

        self._change(lambda editor: editor.tag(ids, add, remove), PendingEdit(ids, tag_entry))

    def archive(self) -> None:
        """Archive the articles; if all are archived, list them again."""
        articles = self._chosen_articles()
        if articles:
            is_archived = not all(article.entry.is_archived for article in articles)
            ids = [article.id for article in articles]
            edit = PendingEdit(ids, lambda entry: entry._replace(is_archived=is_archived))
            self._change(lambda editor: editor.archive(ids, is_archived=is_archived), edit)

    def remove(self) -> None:
        """Remove the articles from the list; if all are removed, bring them back."""
        articles = self._chosen_articles()
        if articles:
            is_removed = not all(article.entry.is_removed for article in articles)
            ids = [article.id for article in articles]
            edit = PendingEdit(ids, lambda entry: entry._replace(is_removed=is_removed))
            self._change(lambda editor: editor.remove(ids, is_removed=is_removed), edit)

    def delete(self) -> None:
        """Say what deleting the removed articles deletes, and ask."""
        articles = self._chosen_articles()
        if any(not article.entry.is_removed for article in articles):
            self._host.say(
                f"Only removed articles can be deleted: {self._host.key('library-remove')} removes them first", "fault"
            )
            return
        if not articles:
            return
        ids = [article.id for article in articles]
        library = self._host.services.open_library

        def count() -> DeletionCounts:
            return _editor_of(library(), "").count_deletion(ids)

        self.work.run(count, lambda outcome: self._ask_to_delete(articles, outcome))

    def _ask_to_delete(self, articles: Sequence[ListedArticle], counts: DeletionCounts | Exception) -> None:
        from reader.tui.dialogs.choice import ConfirmScreen

        if isinstance(counts, Exception):
            self._host.say(error_message(counts, "The library"), "bad")
            return
        name = f"“{articles[0].entry.shown_title}”" if len(articles) == 1 else plural(len(articles), "article")
        why = (
            f"{counts.summary()}. Their texts and the history stay on the disk until `reader purge`; "
            f"until then {self._host.key('library-undo')} takes it back"
        )

        def take(answer: str | None) -> None:
            if answer == "delete":
                ids = [article.id for article in articles]
                self._change(lambda editor: editor.delete(ids), PendingEdit(ids, lambda _: None))

        self._host.services.push_screen(ConfirmScreen(f"Delete {name} for good?", why, (("y", "deletes it", "delete"),)), take)

    def undo(self) -> None:
        """Undo the last change of the list."""
        self._change(lambda editor: editor.undo(), word="Undone", none="Nothing to undo in the list")

    def redo(self) -> None:
        """Redo the last undone change of the list."""
        self._change(lambda editor: editor.redo(), word="Redone", none="Nothing to redo in the list")

    def _change(
        self,
        change: Callable[[ArticleEditor], str],
        edit: PendingEdit | None = None,
        word: str = "",
        none: str = "Nothing to change",
    ) -> None:
        """Make a change after all earlier ones, say which, and read the library again. The list shows its `edit` at once."""
        services = self._host.services
        by, open_library = services.settings.creator, services.open_library

        def take(label: str | Exception) -> None:
            if isinstance(label, Exception):
                self._host.say(error_message(label, "The library"), "bad")
            elif not label:
                self._host.say(none, "fault")
            elif word:
                self._host.say(f"{word}: {label}", "text")
            else:
                self._host.say(undo_message(_say_done(label), self._host.key, "library-undo"), "text")
            if edit is not None:
                edit.is_answered = True
            self._host.load()

        if edit is not None:
            self._host.table.edit(edit)
            self._host.show()
        self.work.run(lambda: change(_editor_of(open_library(), by)), take)

    def _chosen_articles(self) -> list[ListedArticle]:
        articles = self._host.table.chosen
        if not articles:
            self._refuse_without_article()
        return articles

    def _refuse_without_article(self) -> None:
        self._host.say("No article is listed", "fault")

    # ------------------------------------------------------------------ check

    def check(self) -> None:
        """Read the files of the articles as they are now, audit them, save the counts, and list what was found."""
        articles = self._chosen_articles()
        checks: list[ArticleCheck] = []
        for number, article in enumerate(articles):
            end = len(articles) if number == len(articles) - 1 else 0

            def take(outcome: _Checked | Exception, article: ListedArticle = article, end: int = end) -> None:
                self._take_check(article, outcome, checks)
                if end:
                    self._show_checks(checks, end - len(checks))

            self.work.run(partial(self._check_article, article), take)
        if articles:
            self._host.say(f"Checking {plural(len(articles), 'article')} …", "hint")

    def _check_article(self, article: ListedArticle) -> _Checked:
        """Check an article with its file as it is now; save the counts if its text is the one in the library."""
        from reader.exchange import build_report
        from reader.exchange.check import check_report
        from reader.formats.article_cache import open_document
        from reader.registries.lookup import look_up_health
        from reader.review.completeness import review_counts
        from reader.review.model import now
        from reader.review.rules import FAULT_CODES
        from reader.tui.library.check_screen import ArticleCheck

        services = self._host.services
        library, scale = services.open_library(), services.settings.scale
        text = open_document(library.latest_document(article.entry), article.entry.source)
        session, _ = library.peek(text, scale)
        look_up_health(session, library.folder, services.settings)
        counts = review_counts(session.index, date.today().year)
        if text.digest == article.entry.digest:
            library.save_counts(article.id, counts, scale)
        results = check_report(build_report(session, now()), FAULT_CODES).active_results
        return _Checked(counts, ArticleCheck(article.id, article.entry.shown_title, text, results))

    def _take_check(self, article: ListedArticle, outcome: _Checked | Exception, checks: list[ArticleCheck]) -> None:
        title = article.entry.shown_title
        if isinstance(outcome, Exception):
            self._host.table.count({article.id: None})
            self._host.say(f"{title}: {error_message(outcome, title)}", "bad")
        else:
            checks.append(outcome.check)
            counts = outcome.counts
            self._host.table.count({article.id: counts})
            found = f"{plural(len(outcome.check.results), 'finding')}" if outcome.check.results else "no findings"
            more = "".join(f" · {words}" for words in counts.to_check())
            self._host.say(f"Checked: {title} · {found}{more}", "text")
        self._host.show()

    def _show_checks(self, checks: Sequence[ArticleCheck], failures: int) -> None:
        """List what was found, unless the person went elsewhere; say it if nothing was."""
        from reader.tui.library.check_screen import CheckScreen

        if any(check.results for check in checks):
            if self._host.is_current:
                self._host.services.push_screen(CheckScreen(checks, failures))
        elif len(checks) > 1:
            failed = f" · {plural(failures, 'article')} could not be read" if failures else ""
            self._host.say(f"Checked {plural(len(checks), 'article')} · no findings{failed}", "bad" if failures else "text")


def _editor_of(library: Library, by: str) -> ArticleEditor:
    from reader.library.article_changes import ArticleEditor

    return ArticleEditor(library, by)
