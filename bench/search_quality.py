"""Two checks of the search: that a slice of the tokens ranks configs as the whole does, and what a long search adds.

    python bench/search_quality.py slice [--shape 8x2048x1024] [--configs 12] [--json F]
    python bench/search_quality.py long [--shape 8x128x256 --experts 4] [--seconds 1200] [--json F]
    python bench/search_quality.py long --tuned --target cuda --dtype bf16 --shape 16x1024x1024 [--seconds 150]

`slice` times default and random configs on a slice and on all tokens, interleaved, and prints Spearman's rank
correlation and how much slower on the whole the slice's winner is than the whole's own. `long` tunes twice, by default
and for `--seconds`, from other draws, in homes of their own, and times both winners interleaved, on each routing that
counts on the target. With --tuned, the artifact of MOEGEN_HOME, or that ships, stands for the search by default.
"""

from __future__ import annotations

import json
import math
import os
import pathlib
import random
import tempfile

import click
import numpy as np

from moegen import artifact, backends, oracle
from moegen.compile import build
from moegen.report import rows
from moegen.runtime import kernels
from moegen.spec import MoeSpec, parse_shape
from moegen.tune import evidence, tune


class Random:
    """What `space.suggest` asks of an Optuna trial, answered at random."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def suggest_categorical(self, name, choices):
        return self.random.choice(choices)

    def suggest_int(self, name, low, high, **extra):
        return self.random.randint(low, high)


def sampler(kernel, packed, inputs, threads):
    """A function of no arguments: seconds of a call with weights out of the caches, the mean over `inputs`."""
    inputs = [kernel.as_used(kernel.accept(x)) for x in inputs]
    num_tokens = len(inputs[0])
    workspace = kernel.allocate(kernel.workspace_bytes(num_tokens, 1 << 30))
    y = kernel.empty(num_tokens, like=inputs[0])
    return lambda: math.fsum(kernel.sample(x, packed, y, workspace, threads=threads) for x in inputs) / len(inputs)


def interleaved(samplers, rounds):
    """Seconds, (rounds, samplers); the order turns by one in each round."""
    times = np.empty((rounds, len(samplers)))
    for each in range(rounds):
        for place in range(len(samplers)):
            which = (place + each) % len(samplers)
            times[each, which] = samplers[which]()
    return times


def save(path, kind, spec, target, result):
    """Print the result and keep it, with machine, versions and commit."""
    kept = {
        **rows.header(f"search quality: {kind}", result["threads"], target.backend),
        "toolchain": backends.get(target.backend).build.toolchain(target),
        "layer": spec.key,
        "target": target.name,
        "result": result,
    }
    click.echo(json.dumps(result, indent=2))
    if path:
        pathlib.Path(path).write_text(json.dumps(kept, indent=1) + "\n")


def options(function):
    for option in (
        click.option("--intermediate", type=int),
        click.option("--experts", type=int, default=8),
        click.option("--json", "path", type=click.Path(dir_okay=False)),
    ):
        function = option(function)
    return function


@click.group()
def main():
    """Checks of the search."""


@main.command("slice")
@click.option("--shape", default="8x2048x1024", show_default=True)
@click.option("--slice-tokens", default=2048, show_default=True)
@click.option("--configs", default=12, show_default=True)
@click.option("--rounds", default=5, show_default=True)
@options
def slice_(shape, slice_tokens, configs, rounds, intermediate, experts, path):
    """Rank correlation between times on a slice and on the whole."""
    batch, length, hidden = parse_shape(shape)
    whole, spec = batch * length, MoeSpec(hidden, intermediate or 4 * hidden, experts)
    rooms = backends.get("cpu")
    target, threads = rooms.target.detect(spec), rooms.target.default_threads()
    layout = rooms.space.layouts(spec, target)[0]
    chosen = [rooms.space.default(spec, target, layout, whole, rooms.target.machine())]
    draw = Random(0)
    while len(chosen) < configs:
        config = rooms.space.suggest(draw, spec, target, layout, whole)
        if config not in chosen and rooms.space.why_illegal(spec, target, layout, config) is None:
            chosen.append(config)
    built = [build(spec, target, layout, {whole: config}) for config in chosen]
    kernels = [rooms.kernel.Kernel(each.folder, each.library, spec, target, layout) for each in built]
    packed = kernels[0].pack(oracle.make_weights(spec))
    medians = {}
    for tokens in (slice_tokens, whole):
        x = oracle.make_tokens(spec, tokens)
        medians[tokens] = np.median(
            interleaved([sampler(each, packed, [x], threads) for each in kernels], rounds), axis=0
        )
    ranks = [np.argsort(np.argsort(times)) for times in medians.values()]
    correlation = 1 - 6 * float(((ranks[0] - ranks[1]) ** 2).sum()) / (configs * (configs**2 - 1))
    regret = medians[whole][int(np.argmin(medians[slice_tokens]))] / medians[whole].min() - 1
    save(
        path,
        "slice",
        spec,
        target,
        {
            "slice_tokens": slice_tokens,
            "whole_tokens": whole,
            "threads": threads,
            "configs": configs,
            "rounds": rounds,
            "spearman": correlation,
            "slice_winner_slower_on_whole_by": float(regret),
            "slice_s": medians[slice_tokens].tolist(),
            "whole_s": medians[whole].tolist(),
        },
    )


def _tuned(spec, target, tokens):
    """The artifact of this home, else the one that ships, which must have that bucket tuned."""
    found = artifact.for_spec(spec, target.backend)
    if found is None or tokens not in found.tuned:
        raise click.UsageError(
            f"{spec.key} is not tuned for {tokens} tokens on {target.name}; "
            f"`{artifact.tune_command(spec, [tokens], target.name)}`"
        )
    return found


@main.command("long")
@click.option("--shape", default="8x128x256", show_default=True)
@click.option("--tuned", is_flag=True, help="Compare the artifact that is there; no search by default is made.")
@click.option("--seconds", default=1200.0, show_default=True, help="Of the long search.")
@click.option("--rounds", default=200, show_default=True)
@click.option("--target", default="auto", show_default=True)
@click.option("--top-k", default=2, show_default=True)
@click.option("--activation", default="relu", show_default=True)
@click.option("--dtype", default="f32", show_default=True)
@options
def long_(shape, tuned, seconds, rounds, target, top_k, activation, dtype, intermediate, experts, path):
    """The default search's winner beside a long search's."""
    batch, length, hidden = parse_shape(shape)
    tokens = batch * length
    spec = MoeSpec(hidden, intermediate or 4 * hidden, experts, top_k, activation, dtype=dtype)
    target = backends.find_target(target, spec)
    rooms = backends.get(target.backend)
    threads = rooms.target.default_threads()
    found = [_tuned(spec, target, tokens)] if tuned else []
    with tempfile.TemporaryDirectory() as homes:
        for name, limits in (("default", {}), ("long", {"trials": 10**6, "timeout": seconds, "seed": 1}))[len(found) :]:
            os.environ["MOEGEN_HOME"] = str(pathlib.Path(homes, name))
            found.append(tune(spec, target, tokens=(tokens,), threads=threads, **limits))
        weights, samplers = rooms.target.nearby(oracle.make_weights(spec)), []
        inputs = [oracle.make_tokens(spec, tokens, routing=routing) for routing in rooms.target.TIMED_ROUTINGS]
        for each in found:
            _, kernel = kernels.ready(each)
            samplers.append(sampler(kernel, kernel.pack(weights), inputs, threads))
        times = interleaved(samplers, rounds)
    centre, low, high = evidence.estimate(np.log(times[:, 0] / times[:, 1]))
    save(
        path,
        "long",
        spec,
        target,
        {
            "tokens": tokens,
            "threads": threads,
            "rounds": rounds,
            **{
                f"{name}_{what}": each.evidence[tokens][what]
                for name, each in zip(("default", "long"), found)
                for what in ("search_s", "trials")
                if what in each.evidence[tokens]
            },
            "default_config": str(found[0].configs[tokens]),
            "long_config": str(found[1].configs[tokens]),
            "default_winner_s": float(np.median(times[:, 0])),
            "long_winner_s": float(np.median(times[:, 1])),
            "default_over_long": math.exp(centre),
            "default_over_long_ci": [math.exp(low), math.exp(high)],
        },
    )


if __name__ == "__main__":
    main()
