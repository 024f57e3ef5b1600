"""`reader doctor`: what is fine with the library's folder, what is not, and what to do."""

from __future__ import annotations

import click

from reader.cli.call import library_option, the_call


@click.command(epilog="Example: `reader doctor --json | jq '.findings[] | select(.state == \"wrong\")'`")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@library_option
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Look the library over: its file, journals, history, texts, backups, conflict copies, locks and rights. Changes nothing.

    Ends with exit code 1 when something is wrong.
    """
    from reader.library.doctor import FINE, WRONG, examined

    folder = the_call(context).settings.library
    findings = examined(folder)
    well = all(finding.state != WRONG for finding in findings)
    if as_json:
        from reader.cli.printing import print_json

        told = [{"part": f.part, "state": f.state, "what": f.what, "todo": f.todo} for f in findings]
        print_json({"folder": str(folder), "well": well, "findings": told})
    else:
        from reader.cli.printing import print_table

        # What there is to do comes last, where it is seen.
        order = sorted(findings, key=lambda finding: (finding.state == WRONG, finding.state != FINE))
        print_table(("", "part", "what", "what to do"), [(f.state, f.part, f.what, f.todo) for f in order])
        click.echo("All is well." if well else "Not all is well.")
    if not well:
        context.exit(1)
