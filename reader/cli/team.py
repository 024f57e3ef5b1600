"""`reader team`: make a team, join it, share articles with it, see who works on what, send and receive."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import click

from reader.cli.context import CliContext, cli_context, complete_article, library_option, resolve_entry
from reader.cli.history import local_time
from reader.cli.output import json_option, print_json, print_table
from reader.errors import ReaderError, UsageError
from reader.printable import plural, printable_line

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from reader.library import ArticleEntry, Library
    from reader.team.overview import TeamOverview
    from reader.team.rights import Role, TeamPerson
    from reader.team.team import Team

_SEND_HINT = "`reader team sync` sends it now; the screen does by itself"

_articles_argument = click.argument("names", metavar="ARTICLE...", nargs=-1, required=True, shell_complete=complete_article)
_desk_argument = click.argument("desk", metavar="DESK")
_member_option = click.option("--as", "member", required=True, metavar="NAME", help="Your name in the team: a to z, 0 to 9, _.")


@click.group("team", epilog="docs/team.md goes through a first day with a team.")
def team_command() -> None:
    """Share articles of the library with a team, through a place that it has: a bucket or a shared folder.

    PLACE is s3://BUCKET/PREFIX, az://CONTAINER/PREFIX, gs://BUCKET/PREFIX or a folder. Keys of a store come from the
    environment, the provider's own files or the keyring of the system, and are never written down here. Only shared articles
    leave the library. Everything is saved here first; the screen sends it in the background.
    """


def _tell_name(call: CliContext) -> None:
    """Say which name travels with annotations, if nobody chose it."""
    if not call.settings.public_name and call.settings.creator:
        name = printable_line(call.settings.creator)
        click.echo(f"What you share says that {name}, your account, made it; with `creator` in the settings, another name")


class _OpenTeam(NamedTuple):
    """A call of the command line with its library and the team of that."""

    call: CliContext
    library: Library
    team: Team

    def entries(self, names: Sequence[str]) -> list[ArticleEntry]:
        """Return the articles with these names. Raises ReaderError for one that is not in the library."""
        return [resolve_entry(name, self.library) for name in dict.fromkeys(names)]


def _title_of(entry: ArticleEntry) -> str:
    return entry.name or entry.title


@contextmanager
def _open_team(context: click.Context) -> Generator[_OpenTeam]:
    """Open the library and its team, and close both. Raises ReaderError in a library without a team."""
    from reader.team.team import Team

    call = cli_context(context)
    with call.library() as library:
        team = Team.of(library)
        if team is None:
            what = f"The library {library.folder} is in no team"
            raise ReaderError(what, "`reader team join PLACE --as NAME` joins one, `reader team create` makes one")
        try:
            yield _OpenTeam(call, library, team)
        finally:
            team.close()


# ------------------------------------------------------------------ joining and leaving


@team_command.command(
    "create", short_help="Make a new team at a place.", epilog="Example: `reader team create s3://newsroom/claims --as ana`"
)
@click.argument("place", metavar="PLACE")
@_member_option
@click.option("--title", default="", metavar="TEXT", help="How the team is called.")
@click.option("--encrypted", is_flag=True, help="Seal everything with a key of the team, which is printed once.")
@library_option
@click.pass_context
def create_team_command(context: click.Context, place: str, member: str, title: str, encrypted: bool) -> None:
    """Make a new team at a place that has none, and join it.

    Without the key of an encrypted team nobody can read what lies at the place, not even who keeps the store. The key goes into
    the keyring of the system if there is one, and is printed once: the others set CLAIM_READER_TEAM_KEY to it when they join.
    """
    from reader.team.encryption import new_team_key
    from reader.team.team import Team

    call, key = cli_context(context), new_team_key() if encrypted else ""
    with call.library() as library:
        team = Team.create(library, place, member, title=title, name=call.settings.public_name, key=key)
        team.close()
    click.echo(printable_line(f"Made the team “{team.membership.title}” at {team.membership.place}, and joined it as {member}"))
    _tell_name(call)
    if key:
        click.echo(f"Its key, which the others need and nobody can make again: {key}")


@team_command.command(
    "join", short_help="Join a team at its place.", epilog="Example: `reader team join s3://newsroom/claims --as ben`"
)
@click.argument("place", metavar="PLACE")
@_member_option
@click.option("--another-device", is_flag=True, help="You are that member already, on another device.")
@library_option
@click.pass_context
def join_team_command(context: click.Context, place: str, member: str, another_device: bool) -> None:
    """Join the team at a place. `reader team follow` then brings the articles of a desk.

    If the team is encrypted, its key is taken from CLAIM_READER_TEAM_KEY or from the keyring of the system.
    """
    from reader.team.membership import NameTaken
    from reader.team.team import Team

    call = cli_context(context)
    with call.library() as library:
        try:
            team = Team.join(library, place, member, name=call.settings.public_name, takes_over=another_device)
        except NameTaken as error:
            raise ReaderError(error.what, "Take another name, or add `--another-device` if that is you") from error
        team.close()
    click.echo(printable_line(f"Joined the team “{team.membership.title}” at {team.membership.place} as {member}"))
    _tell_name(call)


@team_command.command("leave", short_help="Leave the team.", epilog="Example: `reader team leave`")
@click.option("--anyway", is_flag=True, help="Leave also with changes that were not sent.")
@library_option
@click.pass_context
def leave_team_command(context: click.Context, anyway: bool) -> None:
    """Leave the team. The articles stay in this library, and what was sent stays with the team.

    With changes that were not sent it refuses and says how many, unless `--anyway` is given.
    """
    from reader.team.team import UnsentChanges

    with _open_team(context) as opened:
        try:
            opened.team.leave(without_unsent=anyway)
        except UnsentChanges as error:
            raise ReaderError(
                f"Not left: {plural(error.count, 'change')} of this library {'was' if error.count == 1 else 'were'} not sent",
                "`reader team sync` sends them; `--anyway` leaves without",
            ) from error
    click.echo(printable_line(f"Left the team “{opened.team.membership.title}”. The articles stay in {opened.library.folder}"))


@team_command.command(
    "new-key", short_help="Add a part to the team's key.", epilog="Example: `reader team new-key` when somebody has left"
)
@library_option
@click.pass_context
def new_key_command(context: click.Context) -> None:
    """Add a new part to the key of an encrypted team, for when somebody leaves. Prints the whole key.

    What is written with it cannot be read with the old one. Give it to those who stay: they set CLAIM_READER_TEAM_KEY to it, as
    you do if you have set that. Until then they do not see what you write.
    """
    with _open_team(context) as opened:
        key = opened.team.renew_key()
    click.echo(f"The key of the team from now on: {key}")


# ------------------------------------------------------------------ the team at a glance


@team_command.command(
    "status", short_help="Show the team: what is shared, who works on what.", epilog="Example: `reader team status --json`"
)
@json_option
@library_option
@click.pass_context
def team_status_command(context: click.Context, as_json: bool) -> None:
    """Show what is known here of the team: what is left to send, the shared articles, who works on what, the desks.

    Nothing is asked of the store: `reader team sync` does that.
    """
    from reader.team.overview import read_overview

    with _open_team(context) as opened:
        overview = read_overview(opened.library, opened.team, datetime.now().astimezone())
    if as_json:
        print_json(_overview_record(overview))
        return
    for line in _overview_lines(overview):
        click.echo(printable_line(line))
    _print_rows(overview)


def _overview_lines(overview: TeamOverview) -> Generator[str]:
    membership, unsent = overview.status.membership, overview.unsent
    sealed = ", encrypted" if membership.is_encrypted else ""
    yield f"{membership.title}, at {membership.place}, as {membership.member}{sealed}"
    yield f"{plural(unsent, 'change')} to send" if unsent else "Everything is sent"
    for word, at in (("Sent", overview.status.sent_at), ("Received", overview.status.received_at)):
        yield f"{word} {local_time(at) if at else 'never'}"
    if overview.status.state.problem:
        yield f"Problem: {overview.status.state.problem}"
    yield from (f"Note: {notice}" for notice in overview.status.notices)


def _print_rows(overview: TeamOverview) -> None:
    if overview.articles:
        click.echo()
        rows = [
            (one.article[:8], one.title or "not here yet", " ".join(one.desks), ", ".join(one.people), str(one.unsent or ""))
            for one in overview.articles
        ]
        print_table(("id", "shared article", "desks", "who works on it", "to send"), rows)
    if overview.members:
        click.echo()
        rows = [
            (
                one.name,
                one.member,
                one.title,
                f"{one.at.astimezone():%Y-%m-%d %H:%M}" if one.at is not None else "",
                str(one.assigned or ""),
            )
            for one in overview.members
        ]
        print_table(("name", "member", "last worked on", "when", "assigned"), rows)
    if overview.desks:
        click.echo()
        print_table(
            ("desk", "articles", ""),
            [(one.name, str(one.articles), "followed" if one.is_followed else "") for one in overview.desks],
        )
    if overview.bad:
        click.echo()
        print_table(("set aside", "why"), [(one.key, one.reason) for one in overview.bad])


def _overview_record(overview: TeamOverview) -> dict[str, object]:
    membership, state = overview.status.membership, overview.status.state
    return {
        "team": membership.team,
        "title": membership.title,
        "place": membership.place,
        "member": membership.member,
        "encrypted": membership.is_encrypted,
        "unsent": overview.unsent,
        "sent_at": overview.status.sent_at,
        "received_at": overview.status.received_at,
        "problem": state.problem,
        "notices": list(overview.status.notices),
        "articles": [
            {
                "id": one.article,
                "title": one.title,
                "desks": list(one.desks),
                "with_sources": one.with_sources,
                "people": list(one.people),
                "unsent": one.unsent,
                "missing_texts": one.missing,
            }
            for one in overview.articles
        ],
        "members": [
            {
                "member": one.member,
                "name": one.name,
                "is_you": one.is_you,
                "article": one.article,
                "at": one.at.isoformat() if one.at is not None else "",
                "assigned": one.assigned,
            }
            for one in overview.members
        ],
        "desks": [{"name": one.name, "articles": one.articles, "followed": one.is_followed} for one in overview.desks],
        "set_aside": [one._asdict() for one in overview.bad],
    }


@team_command.command("sync", short_help="Send and receive now.", epilog="Example: `reader team sync --json` in a cron job")
@json_option
@library_option
@click.pass_context
def sync_team_command(context: click.Context, as_json: bool) -> None:
    """Send what is left to send and receive what others sent, in one pass. The exit code is 1 if something was in the way."""
    with _open_team(context) as opened:
        result = opened.team.sync_once()
        state, notices = opened.team.state, opened.team.status().notices
    problem = state.trouble
    if as_json:
        fields = {"sent": result.sent, "received": result.applied, "unsent": state.unsent, "problem": problem}
        print_json({**fields, "notices": list(notices)})
    else:
        if not problem:
            click.echo(f"Sent {plural(result.sent, 'change')}, received {result.applied:,}")
        for notice in notices:
            click.echo(f"Note: {printable_line(notice)}")
    if problem and not as_json:
        raise ReaderError(f"Sent {plural(result.sent, 'change')}, {state.unsent:,} left: {problem}", "Everything is saved here")
    context.exit(1 if problem else 0)


# ------------------------------------------------------------------ articles and desks


@team_command.command(
    "share",
    short_help="Share articles.",
    epilog='Example: `reader team share "Salt on the road" --desk science --with-sources`',
)
@_articles_argument
@click.option("--desk", "desks", multiple=True, metavar="NAME", help="Put them on this desk; may be given several times.")
@click.option("--with-sources", is_flag=True, help="Share the kept texts of their sources too.")
@library_option
@click.pass_context
def share_article_command(context: click.Context, names: tuple[str, ...], desks: tuple[str, ...], with_sources: bool) -> None:
    """Share articles with the team: their texts, claims, verdicts, notes and assignments. Again: set desks and sources anew."""
    with _open_team(context) as opened:
        for entry in opened.entries(names):
            opened.team.share(entry.id, desks, with_sources=with_sources)
            on = f" on {', '.join(desks)}" if desks else ""
            click.echo(printable_line(f"Shared: {_title_of(entry)}{on}{', with sources' if with_sources else ''}"))
    click.echo(_SEND_HINT)


@team_command.command(
    "unshare", short_help="Stop sharing articles.", epilog='Example: `reader team unshare "Salt on the road"`'
)
@_articles_argument
@library_option
@click.pass_context
def unshare_article_command(context: click.Context, names: tuple[str, ...]) -> None:
    """Stop sharing articles. What was sent stays with the team, and everything stays in this library."""
    from reader.team.team import UnsentChanges

    with _open_team(context) as opened:
        for entry in opened.entries(names):
            try:
                opened.team.unshare(entry.id)
            except UnsentChanges as error:
                what = f"“{_title_of(entry)}” has {plural(error.count, 'change')} that the team has not got"
                raise ReaderError(what, "`reader team sync` sends them first") from error
            click.echo(printable_line(f"No longer shared: {_title_of(entry)}"))


@team_command.command("follow", short_help="Follow a desk.", epilog="Example: `reader team follow science`")
@_desk_argument
@library_option
@click.pass_context
def follow_desk_command(context: click.Context, desk: str) -> None:
    """Follow a desk: its articles come into this library, also those that others put there later."""
    with _open_team(context) as opened:
        opened.team.follow(desk)
    click.echo(f"Following {printable_line(desk)}. `reader team sync` brings its articles now; the screen does by itself")


@team_command.command("unfollow", short_help="Follow a desk no longer.", epilog="Example: `reader team unfollow science`")
@_desk_argument
@library_option
@click.pass_context
def unfollow_desk_command(context: click.Context, desk: str) -> None:
    """Follow a desk no longer. Its articles that are here stay, and stay shared."""
    with _open_team(context) as opened:
        if desk not in opened.team.membership.desks:
            followed = ", ".join(opened.team.membership.desks)
            raise ReaderError(
                f"The desk {desk} is not followed", f"Followed are {followed}" if followed else "No desk is followed"
            )
        opened.team.unfollow(desk)
    click.echo(f"No longer following {printable_line(desk)}")


@team_command.command(
    "assign",
    short_help="Say who checks what.",
    epilog='Examples: `reader team assign "Salt on the road" --to ana --to ben`, `reader team assign story.md --to nobody`',
)
@_articles_argument
@click.option("--to", "people", multiple=True, required=True, metavar="NAME", help="Who; may be given several times.")
@click.option("--overlap", type=click.IntRange(min=1), default=1, show_default=True, metavar="N", help="Readers of a sentence.")
@library_option
@click.pass_context
def assign_article_command(context: click.Context, names: tuple[str, ...], people: tuple[str, ...], overlap: int) -> None:
    """Assign articles. One person gets a whole article; of several, each gets an even share of the open sentences.

    No sentence goes to two people unless `--overlap` asks for it, and what somebody has stays theirs. `--to nobody` takes an
    article from everybody.
    """
    from reader.formats.article_cache import open_document
    from reader.review.assignments import NOBODY
    from reader.team.assignment import Assigner
    from reader.team.overview import find_member

    with _open_team(context) as opened:
        assigner = Assigner(opened.library, opened.call.settings.creator, opened.call.settings.scale, open_document)
        is_taken = people == (NOBODY,)
        readers = [] if is_taken else [find_member(opened.team.status(), name) for name in dict.fromkeys(people)]
        for entry in opened.entries(names):
            edits = assigner.assign(entry.id, readers, overlap=overlap) if readers else assigner.unassign(entry.id)
            done = f"Assigned to {', '.join(readers)}" if readers else "Assigned to nobody"
            click.echo(printable_line(f"{done if edits else 'Nothing to change'}: {_title_of(entry)}"))
    click.echo(_SEND_HINT)


# ------------------------------------------------------------------ rights


@team_command.command(
    "policy",
    short_help="Print who may write what, for the store.",
    epilog="Example: `reader team policy --member ana --member ben --reader chief > policy.json`",
)
@click.option("--keeper", "keepers", multiple=True, metavar="NAME", help="Who looks after the place and may do everything.")
@click.option("--member", "members", multiple=True, metavar="NAME", help="Who reads, and adds to their own logs alone.")
@click.option("--reader", "readers", multiple=True, metavar="NAME", help="Who only reads.")
@click.option("--revoked", multiple=True, metavar="NAME", help="Who is out.")
@click.option("--account", default="", metavar="NUMBER", help="The AWS account of the users, 12 digits.")
@click.option("--place", default="", metavar="PLACE", help="The place. Default: that of the library's team.")
@click.option("--json", "as_json", is_flag=True, help="Print policy, steps and what the store cannot guard as JSON.")
@library_option
@click.pass_context
def team_policy_command(
    context: click.Context,
    keepers: tuple[str, ...],
    members: tuple[str, ...],
    readers: tuple[str, ...],
    revoked: tuple[str, ...],
    account: str,
    place: str,
    as_json: bool,
) -> None:
    """Print what to tell the store so that it guards who writes what: for S3 a policy of the bucket.

    NAME is a name in the team, or NAME=USER where the user of the store is called otherwise. The policy goes to standard
    output, what else to do and what the store cannot guard to standard error. Where a store knows no such rights, that is said,
    and members are trusted.
    """
    from reader.team.rights import Role, describe_rights
    from reader.team.stores import parse_place

    named = {Role.KEEPER: keepers, Role.MEMBER: members, Role.READER: readers, Role.REVOKED: revoked}
    people = [_parse_person(text, role) for role, texts in named.items() for text in texts]
    if not people:
        raise UsageError("Name who has rights", "`--member NAME`, `--reader NAME`, `--keeper NAME`, `--revoked NAME`")
    if not place:
        with _open_team(context) as opened:
            place = opened.team.membership.place
    sheet = describe_rights(parse_place(place), people, account)
    if as_json:
        print_json({"policy": sheet.policy, "steps": list(sheet.steps), "gaps": list(sheet.gaps)})
        return
    if sheet.policy is not None:
        print_json(sheet.policy)
    for head, lines in (("To do", sheet.steps), ("To know", sheet.gaps)):
        click.echo(f"{head}:", err=sheet.policy is not None)
        for line in lines:
            click.echo(printable_line(f"  {line}"), err=sheet.policy is not None)


def _parse_person(text: str, role: Role) -> TeamPerson:
    """Return a person of "ana" or "ana=USER"."""
    from reader.team.rights import TeamPerson

    name, _, principal = text.partition("=")
    return TeamPerson(name.strip(), role, principal.strip())
