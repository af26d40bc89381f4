"""``import-programme``: a programme from a file, on the command line."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from festival.feeds.actions import Applied, apply_import
from festival.feeds.actions.imports import look_at, read_file
from festival.feeds.imported import ImportedProgramme, ImportRefused
from festival.feeds.queries import find_edition, open_editions
from festival.feeds.report import Report
from festival.festivals.models import Edition
from festival.shared.clock import utc_now
from festival.shared.journal import SYSTEM
from festival.shared.work import work

SHOWN = 20


@click.command("import-programme")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--edition", "address", default="", help="The edition, as festival/slug.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--publish", is_flag=True, help="Publish the programme when it is taken in.")
@click.option(
    "--withdraw-missing", is_flag=True, help="Withdraw what was imported once and is not in FILE."
)
@with_appcontext
def import_programme(
    file: Path, address: str, dry_run: bool, publish: bool, withdraw_missing: bool
) -> None:
    """Take a programme in from schedule.xml, schedule.json or iCalendar, whole or not at all."""
    with work():
        edition = _edition(address)
        try:
            programme = read_file(edition, file.read_bytes(), file_name=file.name)
        except ImportRefused as refused:
            for problem in refused.problems:
                field = f" ({problem.field})" if problem.field else ""
                click.echo(f"{file}:{problem.line}: {problem.reason}{field}", err=True)
            click.echo("The file was refused; nothing was changed.", err=True)
            raise click.exceptions.Exit(1) from refused
        _print_report(look_at(edition, programme), programme, file=file)
        if dry_run:
            click.echo("Nothing was changed (--dry-run).")
            return
        applied = apply_import(
            edition, programme, actor=SYSTEM, now=utc_now(), publish=publish,
            withdraw_missing=withdraw_missing,
        )  # fmt: skip
    _print_applied(applied)


def _edition(address: str) -> Edition:
    """The edition named, or the only one that is not archived."""
    if address:
        found = find_edition(address)
        if found is None:
            raise click.ClickException(f"There is no edition {address!r}; give festival/slug.")
        return found
    editions = open_editions()
    if not editions:
        raise click.ClickException(
            "There is no edition yet. Create a festival and an edition first: start the server, "
            "sign in as administrator and choose “New festival”."
        )
    if len(editions) > 1:
        names = ", ".join(f"{each.festival.slug}/{each.slug}" for each in editions)
        raise click.ClickException(f"Say which edition with --edition. There are: {names}")
    return editions[0]


def _print_report(report: Report, programme: ImportedProgramme, *, file: Path) -> None:
    counts = report["counts"]
    click.echo(f"{report['title'] or file.name} ({report['source']})")
    click.echo("  " + ", ".join(f"{number} {name}" for name, number in counts.items()))
    click.echo(
        f"  new {len(report['new'])}, changed {len(report['changed'])}, same {report['same']}, "
        f"no longer in the file {len(report['missing'])}"
    )
    for note in report["notes"]:
        click.echo("  " + note["template"] % note["values"])
    for warning in programme.warnings[:SHOWN]:
        click.echo(f"  {file}:{warning.line}: {warning.reason}")
    if len(programme.warnings) > SHOWN:
        click.echo(f"  … and {len(programme.warnings) - SHOWN} more warnings")
    for each in report["missing"][:SHOWN]:
        click.echo(f"  no longer in the file: {each['code']} {each['title']}")


def _print_applied(applied: Applied) -> None:
    click.echo(f"Written: {applied.new} new, {applied.changed} changed.")
    if applied.withdrawn:
        click.echo(f"Withdrawn: {applied.withdrawn}.")
    if applied.version:
        click.echo(f"Published as version {applied.version}.")
