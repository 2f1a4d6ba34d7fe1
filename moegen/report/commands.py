"""`moegen bench` and `moegen report`."""

from __future__ import annotations

import math
import shlex
import time

import click


def given(names) -> list[str]:
    """Those of the options `names` that were given, as they are written on a command line."""
    source = click.get_current_context().get_parameter_source
    return [f"--{name.replace('_', '-')}" for name in names if source(name) is click.core.ParameterSource.COMMANDLINE]


def _finite(context, parameter, number):
    if number is not None and not math.isfinite(number):
        raise click.BadParameter(f"must be a finite number, got {number}")
    return number


def _names(context, parameter, text):
    from moegen.errors import SpecError
    from moegen.report.peers import registry

    if text is None:
        return None
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    try:
        for name in names:
            registry.find(name)
    except SpecError as error:
        raise click.BadParameter(str(error)) from error
    if not names:
        raise click.BadParameter("names of implementations joined by commas, such as numpy,torch,moegen")
    return names


@click.command()
@click.option(
    "--suite",
    type=click.Choice(["quick", "full", "gpu", "smoke"]),
    default="quick",
    show_default=True,
    help="quick ends within 5 minutes on two cores, full within 30, smoke within one.",
)
@click.option("--shape", metavar="BATCHxSEQ_LENxHIDDEN", help="One shape in place of the suite's.")
@click.option("--intermediate", type=click.IntRange(1), help="Width of an expert, with --shape.  [default: 4 x hidden]")
@click.option(
    "--experts", type=click.IntRange(1), default=8, show_default=True, help="Number of experts, with --shape."
)
@click.option(
    "--top-k", type=click.IntRange(1), default=2, show_default=True, help="Experts of each token, with --shape."
)
@click.option(
    "--against", callback=_names, help="Implementations, such as numpy,torch-naive,torch,moegen.  [default: all]"
)
@click.option(
    "--part", "patterns", multiple=True, help="Only parts of the suite whose name holds this; may be repeated."
)
@click.option("--exact", is_flag=True, help="--part gives whole names.")
@click.option("--list", "only_list", is_flag=True, help="List the suite's parts and implementations, and exit.")
@click.option("--threads", type=click.IntRange(1), help="[default: the cores there are]")
@click.option(
    "--serve-seconds",
    type=click.FloatRange(0, min_open=True),
    callback=_finite,
    help="How long the serving part lasts.  [default: 120 in full, 5 in quick, 2 in smoke]",
)
@click.option(
    "--json", "path", type=click.Path(dir_okay=False), help="Write results; parts measured before stay in it."
)
def bench(
    suite, shape, intermediate, experts, top_k, against, patterns, exact, only_list, threads, serve_seconds, path
):
    """Time implementations of the layer against each other: proved first, interleaved, with 95% intervals.

    An implementation that is not installed is a line that names what to install. Exits with 1 where moegen itself is
    wrong or fails, after all that was asked for was measured.
    """
    from moegen.backends.cpu import target as cpu
    from moegen.report import rows, runner, suites, tables

    if exact and not patterns:
        raise click.UsageError("--exact is of --part; give the name of a part too")
    if shape is None:
        for option in given(("intermediate", "experts", "top_k")):
            raise click.UsageError(f"{option} is of one layer; give its --shape BATCHxSEQ_LENxHIDDEN too")
    parts = suites.select(
        suites.parts(suite, against, shape, intermediate, experts, top_k, serve_seconds), patterns, exact
    )
    if only_list:
        _list(parts)
        return
    if path:
        rows.refuse_unusable(path)
    head = rows.header(suite, threads or cpu.default_threads())
    results = {**head, "took_s": {}, "rows": []}
    start = time.monotonic()
    for number, part in enumerate(parts):
        began = time.monotonic()
        part = suites.in_time(part, parts[number + 1 :], suites.LIMIT_S[suite] - (began - start))

        def progress(text, number=number, part=part):
            elapsed = int(time.monotonic() - start)
            click.echo(f"[{elapsed // 60}:{elapsed % 60:02d}] {number + 1}/{len(parts)} {part.name}: {text}", err=True)

        results["rows"] += runner.run(part, head, progress)
        results["took_s"][part.name] = round(time.monotonic() - began, 1)
        progress(f"took {results['took_s'][part.name]:g} s")
        if path:
            rows.save(path, rows.merge(_previous(path), results))
        click.echo(f"\n{part.title}")
        click.echo(tables.text([row for row in results["rows"] if row["part"] == part.name]))
    if path:
        click.echo(f"\nresults: {path}; next: moegen report {shlex.quote(path)} --out report")
    amiss = rows.amiss(results["rows"])
    if amiss:
        told = (f"{tables.who(row)} in {row['part']}: {row['status']}: {row['note']}" for row in amiss)
        raise click.ClickException("; ".join(told))


def _previous(path):
    import os

    from moegen.report import rows

    return rows.load(path) if os.path.exists(path) else None


def _list(parts) -> None:
    from moegen.report.peers import registry

    for part in parts:
        click.echo(f"{part.name}: {part.title}, about {part.expected_s:.0f} s, {len(part.entries)} contestants")
    click.echo(f"in all about {sum(part.expected_s for part in parts) / 60:.0f} minutes")
    for entry in registry.IMPLEMENTATIONS:
        click.echo(f"{entry.name} ({entry.dtype}): {entry.label}: {entry.missing() or 'here'}")


@click.command()
@click.argument("results", nargs=-1, type=click.Path(exists=True, dir_okay=False))
@click.option("--out", type=click.Path(file_okay=False), help="Folder for index.html and PNGs.")
@click.option(
    "--readme", type=click.Path(exists=True, dir_okay=False), help="Rewrite this file's table between its markers."
)
def report(results, out, readme):
    """Make one HTML page and PNGs of RESULTS from `moegen bench --json`.

    By default of those recorded in a checkout's bench/results; an installed package has none.
    """
    from moegen.errors import SpecError
    from moegen.report import readme as readme_table
    from moegen.report import rows

    loaded = [rows.load(path) for path in results] or readme_table.recorded()
    if not (out or readme):
        raise click.UsageError("nothing to write: give --out FOLDER, --readme FILE, or both")
    if not loaded:
        raise SpecError("there are no results; make some with `moegen bench --json results.json`")
    html = _drawing() if out else None
    if readme:
        readme_table.rewrite(readme, loaded)
    if out:
        click.echo(html.write(loaded, out))


def _drawing():
    """The module that writes the page; a MoegenError where matplotlib, which draws it, is missing."""
    from moegen.errors import MoegenError

    try:
        from moegen.report import html
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "matplotlib":
            raise
        raise MoegenError('matplotlib, which draws the report, is missing; `pip install "moegen[bench]"`') from error
    return html
