"""The health of the sources of one reading screen: look up what is known, on a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.tui.background import run_in_background

if TYPE_CHECKING:
    from reader.registries.lookup import KnownHealth
    from reader.tui.reading.host import ReadingHost


class HealthManager:
    """Give the review of a reading host what others have recorded about its sources."""

    def __init__(self, host: ReadingHost) -> None:
        self._host = host

    def look_up(self) -> None:
        """Look up, without the network, what is known about the sources of the review that was opened."""
        host, session = self._host, self._host.state.session
        if session is None or not host.article.references:
            return

        def look_up() -> KnownHealth:
            from reader.registries.lookup import KnownHealth

            return KnownHealth(host.article, host.services.open_library().folder, host.services.settings)

        def take(outcome: KnownHealth | Exception) -> None:
            if isinstance(outcome, Exception):
                raise outcome
            outcome.give_to(session)
            if outcome.complaint:
                host.report(outcome.complaint, "fault")

        run_in_background(host.post_message, look_up, take)
