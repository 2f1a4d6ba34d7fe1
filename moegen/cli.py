"""The command line: parse, call, print. What a command needs is imported when it runs, so that `--help` is instant."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import sys

import click

from moegen.report.commands import bench, given, report

INTERRUPTED = 130  # 128 + SIGINT, as shells count
_NO_ARGUMENTS = getattr(click.exceptions, "NoArgsIsHelpError", ())  # older versions of click print the help themselves


class _Group(click.Group):
    """Ends with one line on standard error and the error's own exit code, and never with a traceback for bad input."""

    def main(self, args=None, prog_name=None, **extra):
        extra.pop("standalone_mode", None)
        try:
            result = super().main(args, prog_name or "moegen", standalone_mode=False, **extra)
            if sys.stdout is not None:  # as it is where the shell closed it
                sys.stdout.flush()
        except BrokenPipeError:
            # Nobody reads on; the interpreter must not complain about it at exit either.
            with contextlib.suppress(OSError, ValueError, AttributeError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        except (KeyboardInterrupt, click.Abort):
            _complain("interrupted")
            sys.exit(INTERRUPTED)
        except _NO_ARGUMENTS as error:
            click.echo(error.format_message(), err=True)
            sys.exit(error.exit_code)
        except click.ClickException as error:
            _complain(error.format_message())
            sys.exit(error.exit_code)
        except (OSError, MemoryError) as error:
            _complain(str(error) or type(error).__name__)
            sys.exit(1)
        except Exception as error:
            from moegen.errors import MoegenError

            if not isinstance(error, MoegenError):
                raise
            _complain(str(error))
            sys.exit(error.exit_code)
        sys.exit(result if isinstance(result, int) else 0)


def _complain(text: str) -> None:
    """One line: a compiler's many are joined."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    with contextlib.suppress(OSError, ValueError):
        click.echo(f"moegen: {' | '.join(lines)}", err=True)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    help="Show the version and exit.",
    callback=lambda context, parameter, asked: _print_version(context) if asked else None,
)
def cli():
    """Kernel compiler and autotuner for Mixture-of-Experts layers."""


def _print_version(context) -> None:
    import moegen

    click.echo(f"moegen {moegen.__version__}")
    context.exit()


def _shape(context, parameter, text):
    from moegen.errors import SpecError
    from moegen.spec import parse_shape

    try:
        return None if text is None else parse_shape(text)
    except SpecError as error:
        raise click.BadParameter(str(error)) from error


def _token_counts(context, parameter, text):
    if text is None:
        return None
    try:
        counts = tuple(int(part) for part in text.split(","))
    except ValueError:
        raise click.BadParameter(f"must be numbers joined by commas, such as 1,8,64, got {text!r}") from None
    if not all(1 <= count < 2**31 for count in counts):
        raise click.BadParameter(f"each must be at least 1 and below 2**31, got {text!r}")
    return counts


_POSITIVE = click.IntRange(1, 2**31 - 1)
_SPEC_OPTIONS = (
    click.option("--intermediate", type=_POSITIVE, help="Width of an expert.  [default: 4 x hidden]"),
    click.option("--experts", type=_POSITIVE, default=8, show_default=True, help="Number of experts."),
    click.option("--top-k", type=_POSITIVE, default=2, show_default=True, help="Experts of each token."),
    click.option("--activation", default="relu", show_default=True, help="Activation of the experts."),
    click.option("--bias", is_flag=True, help="Experts have biases."),
    click.option("--dtype", default="f32", show_default=True, help="The weights' type in memory."),
    click.option(
        "--target", default="auto", show_default=True, help="Instruction set or GPU; `moegen doctor` lists them."
    ),
    click.option("--tokens", callback=_token_counts, help="Token buckets, such as 1,8,64.  [default: batch x seq_len]"),
)
_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON alone.")


def _spec_options(command):
    for option in reversed(_SPEC_OPTIONS):
        command = option(command)
    return command


def _spec(shape, intermediate, experts, top_k, activation, bias, dtype, tokens):
    """The spec and the token buckets that the options mean."""
    from moegen.spec import MoeSpec

    batch, seq_len, hidden = shape
    spec = MoeSpec(hidden, intermediate or 4 * hidden, experts, top_k, activation, bias, dtype)
    if tokens is None:
        if batch * seq_len >= 2**31:
            raise click.BadParameter(
                f"batch x seq_len must be below 2**31 tokens, got {batch * seq_len}", param_hint="--shape"
            )
        tokens = (batch * seq_len,)
    return spec, tokens


def _spec_of(shape, model, options):
    """The spec and the token buckets of a shape, or of the model in a folder."""
    if (shape is None) == (model is None):
        raise click.UsageError("give either --shape BATCHxSEQ_LENxHIDDEN or --model FOLDER")
    if model is None:
        return _spec(shape, **options)
    for name in given(name for name in options if name not in ("dtype", "tokens")):
        raise click.UsageError(f"{name} says what the model's config.json says; leave it out")
    from moegen import artifact, checkpoint

    return checkpoint.spec_from_pretrained(model, options["dtype"]), options["tokens"] or artifact.DEFAULT_TOKENS


def _find_target(name, spec):
    """The target by name; a name that no backend knows is a wrong value."""
    from moegen import backends
    from moegen.errors import TargetError

    try:
        return backends.find_target(name, spec)
    except TargetError as error:
        if name == "auto" or name in backends.NAMES:
            raise
        raise click.BadParameter(str(error), param_hint="--target") from error


def _print_json(value) -> None:
    click.echo(json.dumps(value, indent=2))


@cli.command()
@click.option("--shape", callback=_shape, metavar="BATCHxSEQ_LENxHIDDEN", help="Such as 64x1024x2048.")
@click.option("--model", type=click.Path(), metavar="FOLDER", help="Tune the MoE layer of the model in this folder.")
@_spec_options
@click.option("--threads", type=_POSITIVE, help="Threads of a call.  [default: the target's cores]")
@click.option("--trials", type=_POSITIVE, help="Configs tried for each bucket.  [default: 40]")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), help="Seconds for the whole run.  [default: 300]")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Of search and inputs.")
@click.option("--out", type=click.Path(file_okay=False), help="Folder for the artifact.  [default: MOEGEN_HOME's]")
@_json_option
def tune(shape, model, target, threads, trials, timeout, seed, out, as_json, **options):
    """Find, prove and keep the fastest kernel of a layer on this machine.

    The same command goes on where it was stopped, and returns at once when it had finished.
    """
    spec, tokens = _spec_of(shape, model, options)
    if out == "":
        raise click.BadParameter("must name a folder; `.` is this one", param_hint="--out")
    target = _find_target(target, spec)
    from moegen.tune import tune as run
    from moegen.tune.progress import for_terminal

    given = {name: value for name, value in (("trials", trials), ("timeout", timeout)) if value is not None}
    artifact = run(spec, target, tokens, threads=threads, seed=seed, out=out, progress=for_terminal(), **given)
    if as_json:
        _print_json(_details(artifact))
    else:
        _print_outcome(artifact, tokens, out)


def _print_outcome(artifact, tokens, out):
    from moegen.tune.progress import duration

    click.echo(artifact.key)
    for bucket in sorted(set(tokens) & set(artifact.tuned)):
        found = artifact.evidence[bucket]
        low, high = found["vs_default_ci"]
        gain = (
            "the default is the fastest"
            if found["vs_default"] == 1.0
            else (f"{found['vs_default']:.2f}x the default (95% interval {low:.2f} to {high:.2f})")
        )
        click.echo(
            f"  {bucket} tokens: {duration(found['time_s'])}, {found['gflops']:.4g} GFLOP/s, "
            f"{found['percent_of_roof']:.0f}% of the roof, {gain}"
        )
    for bucket in sorted(set(tokens) - set(artifact.tuned)):
        click.echo(f"  {bucket} tokens: not tuned yet; the same command goes on")
    reference = shlex.quote(artifact.key if out is None else str(artifact.folder))
    click.echo("next:")
    click.echo(f"  moegen show {reference}")
    click.echo(
        f"  moegen export {reference} --out libmoe/" if "export" in cli.commands else f"  moegen render {reference}"
    )


@cli.command("list")
@_json_option
def list_(as_json):
    """The tuned artifacts of this home."""
    from moegen import artifact

    found = [_summary(each) for each in _all_artifacts(artifact)]
    if as_json:
        _print_json(found)
        return
    if not found:
        click.echo("no artifacts yet; make one with `moegen tune --shape 8x128x256`")
    from moegen.tune.progress import duration

    for each in found:
        click.echo(f"{each['key']}  {each['target']}")
        for bucket in each["tokens"]:
            gain = each["vs_default"].get(str(bucket))
            click.echo(f"  {bucket} tokens: {duration(each['time_s'][str(bucket)])}, {gain:.2f}x the default")


def _all_artifacts(artifact):
    """Every artifact that can be read; what is wrong with another is said in a line of its own."""
    import warnings

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = artifact.all_artifacts()
    for warning in caught:
        _complain(str(warning.message))
    return found


def _summary(artifact) -> dict:
    import dataclasses

    tokens = sorted(bucket for bucket in artifact.tuned if bucket in artifact.evidence)
    return {
        "key": artifact.key,
        "spec": dataclasses.asdict(artifact.spec),
        "target": artifact.target.name,
        "tokens": tokens,
        "time_s": {str(bucket): artifact.evidence[bucket]["time_s"] for bucket in tokens},
        "vs_default": {str(bucket): artifact.evidence[bucket]["vs_default"] for bucket in tokens},
    }


def _details(artifact) -> dict:
    import dataclasses

    return {
        **_summary(artifact),
        "folder": str(artifact.folder),
        "layout": dataclasses.asdict(artifact.layout),
        "configs": {str(bucket): dataclasses.asdict(config) for bucket, config in sorted(artifact.configs.items())},
        "evidence": {str(bucket): found for bucket, found in sorted(artifact.evidence.items())},
        "machine": artifact.machine,
        "toolchain": artifact.toolchain,
    }


@cli.command()
@click.argument("key")
@_json_option
def show(key, as_json):
    """Spec, layout, configs and evidence of an artifact, by any unique beginning of its KEY, or by its folder."""
    from moegen import artifact

    details = _details(artifact.find(key))
    if as_json:
        _print_json(details)
        return
    for name in ("key", "target", "folder"):
        click.echo(f"{name}: {details[name]}")
    for name in ("spec", "layout", "machine", "toolchain"):
        click.echo(f"{name}: {_flat(details[name])}")
    for bucket, config in details["configs"].items():
        click.echo(f"{bucket} tokens: {_flat(config)}" + ("" if bucket in details["evidence"] else " (default)"))
        for name, value in details["evidence"].get(bucket, {}).items():
            click.echo(f"  {name}: {_flat(value) if isinstance(value, dict) else value}")


def _flat(values: dict) -> str:
    return ", ".join(
        f"{name} {' '.join(map(str, value)) if isinstance(value, list) else value}" for name, value in values.items()
    )


@cli.command()
@click.argument("what", metavar="KEY-OR-SHAPE")
@_spec_options
@_json_option
def render(what, target, as_json, **options):
    """The source of an artifact's kernels, or of the default ones for a shape such as 8x128x256."""
    import re

    if re.match(r"-?[0-9]+x", what):
        spec, tokens = _spec(_shape(None, None, what), **options)
        files = _render_default(spec, _find_target(target, spec), tokens)
    else:
        named = given(("target", *options))
        if named:
            raise click.UsageError(
                f"{', '.join(named)}: a key says all of it; leave that out, or give a shape such as 8x128x256"
            )
        from moegen import artifact

        found = artifact.find(what)
        files = {name: content.decode() for name, content in found.files().items() if name != found.library}
    if as_json:
        _print_json(files)
        return
    for name, text in files.items():
        if len(files) > 1:
            click.echo(f"// ---- {name}")
        click.echo(text, nl=not text.endswith("\n"))


def _render_default(spec, target, tokens):
    from moegen import backends
    from moegen.render import render as to_text

    rooms = backends.get(target.backend)
    layout = rooms.space.layouts(spec, target)[0]
    machine = rooms.target.machine()
    configs = {bucket: rooms.space.default(spec, target, layout, bucket, machine) for bucket in tokens}
    return to_text(spec, target, layout, configs).files


@cli.command()
@click.argument("key")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False),
    help="Folder for the library; an earlier export's files there are replaced.",
)
@click.option("--prefix", help="Name of the library and of its symbols.  [default: the key]")
@click.option(
    "--isa", metavar="SETS", help="Such as avx512,avx2,scalar.  [default: all of the artifact's architecture]"
)
@click.option("--single-file", is_flag=True, help="One .c and one .h.")
@click.option("--threads/--no-threads", default=True, show_default=True, help="Have a thread pool in the library.")
def export(key, out, prefix, isa, single_file, threads):
    """Write an artifact as a C library that needs no Python, with build files and a self-test."""
    from moegen import artifact
    from moegen.export import export as write

    folder = write(
        artifact.find(key), out, prefix, None if isa is None else tuple(isa.split(",")), single_file, threads
    )
    click.echo(folder)
    click.echo("next:")
    click.echo(f"  make -C {shlex.quote(str(folder))} check")


@cli.command()
@click.option("--roof", is_flag=True, help="Measure the peak and the bandwidth too (seconds).")
@_json_option
def doctor(roof, as_json):
    """What this machine offers, and what to do about what is missing. Exits with 1 if moegen cannot tune here."""
    from moegen.doctor import checks

    found = checks(roof)
    if as_json:
        _print_json([{"name": each.name, "ok": each.ok, "found": each.found, "mend": each.mend} for each in found])
    else:
        for each in found:
            click.echo(
                f"{'ok  ' if each.ok else 'no  ' if each.needed else '-   '} {each.name}: {each.found}"
                + (f"; {each.mend}" if each.mend else "")
            )
    return 0 if all(each.ok or not each.needed for each in found) else 1


cli.add_command(bench)
cli.add_command(report)


def main() -> None:
    """The console script."""
    cli()


if __name__ == "__main__":
    main()
