"""The report's figures: what is drawn from which rows. How they look is in `canvas`."""

from __future__ import annotations

from moegen.report import claims, tables
from moegen.report.canvas import (
    CYCLE,
    MARKERS,
    OTHER,
    OURS,
    STYLE,
    TEXT,
    THEIRS,
    WIDTH,
    axes_of,
    beside,
    colour,
    plt,
    reach,
)


def figures(rows: list[dict]) -> dict[str, tuple[str, object]]:
    """{name: (caption, matplotlib figure)} for whatever `rows` hold enough of, in the page's order."""
    made = {}
    with plt.rc_context(STYLE):
        for part in dict.fromkeys(row["part"] for row in rows if row["part"].startswith("contest")):
            timed = [row for row in rows if row["part"] == part and row["status"] == "timed" and row["impl"] != "roof"]
            if timed:
                made[_slug(part)] = (_contest_caption(timed), _bars(timed))
        for name, draw in (
            ("gpu", _gpu),
            ("throughput", _throughput),
            ("roofline", _roofline),
            ("sparsity", _sparsity),
            ("ablation", _ablation),
            ("ablation-off", _ablation_off),
            ("simd", _micro),
            ("scaling", _scaling),
            ("memory", _memory),
            ("routing", _routing),
            ("pool", _pool),
            ("serving", _serving),
            ("search", _search),
            ("importance", _importance),
        ):
            drawn = draw(rows)
            if drawn is not None:
                made[name] = drawn
    return made


def _slug(part):
    return part.replace(" ", "-")


def _contest_caption(timed):
    row = timed[0]
    cut = f" Slice: {row['slice']}." if row["slice"] else ""
    spec = row["spec"]
    return (
        f"Time of one call at {row['shape']}, I={spec['I']} E={spec['E']} K={spec['K']}, {row['mode']} weights, "
        f"with 95% intervals. Beside each bar: its time, and how many times as fast moegen is "
        f"with weights of the same type (float32 beside float64).{cut}"
    )


def _bars(timed):
    ordered = sorted(timed, key=lambda row: -row["median_s"])
    figure, axes = axes_of(0.6 + 0.27 * len(ordered))
    for at, row in enumerate(ordered):
        low, high = row["ci_s"]
        axes.barh(at, row["median_s"], 0.7, color=colour(row))
        axes.errorbar(
            row["median_s"], at, xerr=[[row["median_s"] - low], [high - row["median_s"]]], color=TEXT, capsize=2, lw=1
        )
        value = claims.ratio(row, claims.counterpart(row, timed))
        note = f"{tables.seconds(row['median_s'])}" + (f" ({value[0]:.2f}x)" if value else "")
        beside(axes, max(high, row["median_s"]), at, note)
    axes.set_yticks(range(len(ordered)), [tables.who(row) for row in ordered])
    reach(axes, [row["ci_s"][1] for row in timed], "seconds a call")
    return figure


def _gpu(rows):
    """Every shape of bench/gpu.py: how many times as fast as the fastest of the others."""
    found = []
    for part in dict.fromkeys(row["part"] for row in rows if row["part"].startswith("gpu")):
        timed = [row for row in rows if row["part"] == part and row["status"] == "timed"]
        peers = [(row, claims.counterpart(row, timed)) for row in timed]
        peers = [pair for pair in peers if pair[1]]
        if peers:
            found.append(min(peers, key=lambda pair: pair[0]["median_s"]))
    if not found:
        return None
    figure, axes = axes_of(0.7 + 0.27 * len(found))
    values = [claims.ratio(*pair) for pair in reversed(found)]
    _ratio_bars(axes, values, 0.7, 2)
    axes.axvline(1, color=TEXT, lw=1)
    axes.set_yticks(range(len(found)), [row["shape"] for row, _ in reversed(found)])
    reach(axes, [value[2] for value in values], "times as fast as the fastest other implementation", 0.2)
    names = ", ".join(dict.fromkeys(row["name"] for row, _ in found))
    mine = found[0][1]
    return f"On {mine['device']}: moegen in {mine['dtype']} over {names}, by the shapes of bench/gpu.py.", figure


def _throughput(rows):
    parts = [
        part
        for part in dict.fromkeys(row["part"] for row in rows)
        if part.startswith("contest") and claims.pick(rows, part, "moegen") and "quick" not in part
    ]
    names = [
        name
        for name in ("moegen", "numpy", "torch", "tensorflow", "max", "mojo")
        if sum(claims.pick(rows, part, name) is not None for part in parts) >= min(2, len(parts))
    ]
    if not parts or not names:
        return None
    figure, axes = axes_of(2.9)
    for number, name in enumerate(names):
        found = [(at, claims.pick(rows, part, name)) for at, part in enumerate(parts)]
        found = [(at, row) for at, row in found if row]
        axes.plot(
            [at for at, _ in found],
            [row["tokens_per_s"] for _, row in found],
            MARKERS[number],
            ls="",
            color=CYCLE[number],
            label=tables.who(found[0][1]),
        )
    axes.set_xticks(range(len(parts)), [part.removeprefix("contest ") for part in parts], rotation=30, ha="right")
    axes.set_yscale("log")
    axes.set_ylabel("tokens / s (log)")
    axes.legend(fontsize=8)
    return "Throughput by shape. Shapes that were cut are listed with their slices in the table of results.", figure


def _roofline(rows):
    roofs = [
        row for row in rows if row["impl"] == "roof" and row["part"].startswith("contest") and row["dtype"] == "f32"
    ]
    points = [
        row
        for row in rows
        if row["part"].startswith("contest")
        and row["status"] == "timed"
        and row["dtype"] == "f32"
        and row["impl"] in ("moegen", "numpy", "torch", "max", "onnxruntime")
    ]
    if not roofs or not points:
        return None
    best = max(roofs, key=lambda row: row["flops_per_s"])
    peak, read = best["flops_per_s"], max(row["bytes_per_s"] for row in roofs)
    figure, axes = axes_of(3.0)
    reach = [0.1, peak / read, max(4 * peak / read, 2 * max(_intensity(row) for row in points))]
    axes.plot(reach, [min(peak, read * x) / 1e9 for x in reach], color=TEXT, lw=1)
    axes.text(reach[2], peak / 1e9, f"{peak / 1e9:.0f} GFLOP/s ", ha="right", va="bottom")
    axes.text(reach[0], read * reach[0] / 1e9, f"{read / 1e9:.0f} GB/s", va="top", ha="left")
    for number, impl in enumerate(dict.fromkeys(row["impl"] for row in points)):
        own = [row for row in points if row["impl"] == impl]
        axes.plot(
            [_intensity(row) for row in own],
            [row["gflops"] for row in own],
            MARKERS[number],
            ls="",
            color=OURS if impl == "moegen" else CYCLE[1 + number % 5],
            label=tables.who(own[0]),
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("operations for each byte of weights, x and y (log)")
    axes.set_ylabel("GFLOP/s (log)")
    axes.legend(fontsize=8)
    return "Roofline: the machine's measured peak and read bandwidth, and what was reached at each shape.", figure


def _intensity(row):
    spec = row["spec"]
    active = sum(count > 0 for count in row["counts"])
    return row["flops"] / (8 * active * spec["H"] * spec["I"] + 8 * row["tokens"] * spec["H"])


def _lines(axes, rows, value, over, names=("moegen", "torch")):
    for number, name in enumerate(names):
        own = sorted((row for row in rows if row["impl"] == name and row["status"] == "timed"), key=over)
        if own:
            axes.errorbar(
                [over(row) for row in own],
                [row["median_s"] * value for row in own],
                marker=MARKERS[number],
                yerr=[
                    [(row["median_s"] - row["ci_s"][0]) * value for row in own],
                    [(row["ci_s"][1] - row["median_s"]) * value for row in own],
                ],
                color=OURS if name == "moegen" else CYCLE[number],
                capsize=2,
                label=tables.who(own[0]).split(",")[0] if name == "moegen" else "PyTorch f32",
            )


def _sparsity(rows):
    own = [row for row in rows if row["part"] == "sparsity"]
    dense = claims.pick(rows, "sparsity", "moegen", "K=8")
    if not dense:
        return None
    figure, axes = axes_of(2.6)
    _lines(axes, own, 1e3, lambda row: row["spec"]["K"])
    ks = (1, 2, 4, 8)
    axes.plot(ks, [dense["median_s"] * 1e3 * k / 8 for k in ks], ":", color=TEXT, label="in proportion to operations")
    axes.set_xticks(ks)
    axes.set_xlabel("experts of each token, of 8 (8 is the dense layer)")
    axes.set_ylabel("ms a call")
    axes.legend(fontsize=8)
    return "Dense against sparse: the same layer with 1 to 8 of its 8 experts for each token.", figure


def _ablation(rows):
    own = [row for row in rows if row["part"] == "ablation" and row["status"] == "timed"]
    steps = [row for row in own if row["impl"] == "ladder" and not row["label"].startswith("without")]
    steps += [row for row in own if row["impl"].startswith("moegen") and not row["label"]]
    if len(steps) < 3:
        return None
    figure, axes = axes_of(0.8 + 0.26 * len(steps))
    previous = None
    for at, row in enumerate(reversed(steps)):
        place = len(steps) - 1 - at
        axes.barh(at, row["median_s"], 0.7, color=colour(row))
        previous = steps[place - 1] if place else None
        value = claims.ratio(previous, row) if previous else None
        beside(axes, row["median_s"], at, tables.seconds(row["median_s"]) + (f", {value[0]:.2f}x" if value else ""))
    labels = [row["label"] or row["name"] for row in reversed(steps)]
    axes.set_yticks(range(len(steps)), labels)
    reach(axes, [row["median_s"] for row in steps], "seconds a call")
    return (
        "Ablation, from plain C upward: each step added to those above it, and how many times faster it made it. "
        "The last bars are moegen's kernels with the analytic default and as loaded."
    ), figure


def _ablation_off(rows):
    whole = claims.pick(rows, "ablation", "ladder", "+ threads")
    off = [
        row
        for row in rows
        if row["part"] == "ablation" and row.get("label", "").startswith("without") and row["status"] == "timed"
    ]
    off = [(row, claims.ratio(row, whole)) for row in off]
    off = sorted(((row, value) for row, value in off if value), key=lambda pair: pair[1][0])
    if not off:
        return None
    figure, axes = axes_of(0.7 + 0.26 * len(off))
    _ratio_bars(axes, [value for _, value in off], 0.7, 2)
    axes.axvline(1, color=TEXT, lw=1)
    axes.set_yticks(range(len(off)), [row["label"] for row, _ in off])
    reach(axes, [value[2] for _, value in off], "times slower than with every step", 0.2)
    return "Ablation, each step switched off alone.", figure


def _ratio_bars(axes, values, height, digits):
    """A bar for each (middle, low, high), its interval across it and its number beside it."""
    for at, (middle, low, high) in enumerate(values):
        axes.barh(at, middle, height, color=OTHER)
        axes.errorbar(middle, at, xerr=[[middle - low], [high - middle]], color=TEXT, capsize=2, lw=1)
        beside(axes, high, at, f"{middle:.{digits}f}x")


def _micro(rows):
    names = list(dict.fromkeys(row["name"] for row in rows if row["part"] == "micro" and row["status"] == "timed"))
    values = [
        (
            name,
            claims.ratio(
                claims.pick(rows, "micro", "ladder", f"{name}: scalar"),
                claims.pick(rows, "micro", "ladder", f"{name}: SIMD"),
            ),
        )
        for name in names
    ]
    values = [(name, value) for name, value in values if value]
    if not values:
        return None
    figure, axes = axes_of(0.7 + 0.3 * len(values))
    _ratio_bars(axes, [value for _, value in values], 0.6, 1)
    axes.set_yticks(range(len(values)), [name for name, _ in values])
    reach(axes, [value[2] for _, value in values], "times faster than the scalar form", 0.2)
    return "SIMD against scalar, step by step: one thread, operands in cache.", figure


def _scaling(rows):
    value_of = {
        "T": lambda row: row["tokens"],
        "H": lambda row: row["spec"]["H"],
        "E": lambda row: row["spec"]["E"],
        "threads": lambda row: row["threads"],
    }
    present = [
        axis for axis in value_of if any(row["part"] == f"scaling {axis}" and row["status"] == "timed" for row in rows)
    ]
    if not present:
        return None
    figure, grid = plt.subplots(
        (len(present) + 1) // 2,
        2,
        figsize=(WIDTH, 2.3 * ((len(present) + 1) // 2)),
        layout="constrained",
        squeeze=False,
    )
    for axes, axis in zip(grid.flat, present):
        _lines(axes, [row for row in rows if row["part"] == f"scaling {axis}"], 1e3, value_of[axis])
        axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        axes.set_xlabel(axis)
        axes.set_ylabel("ms a call (log)")
    for axes in list(grid.flat)[len(present) :]:
        axes.set_visible(False)
    grid.flat[0].legend(fontsize=8)
    return "Scaling: time over tokens T, hidden size H (with I = 4H), experts E and threads.", figure


def _memory(rows):
    own = {
        axis: sorted(
            (
                row
                for row in rows
                if row["part"] == f"scaling {axis}" and row["impl"] == "moegen" and row.get("packed_bytes")
            ),
            key=over,
        )
        for axis, over in (
            ("T", lambda r: r["tokens"]),
            ("H", lambda r: r["spec"]["H"]),
            ("E", lambda r: r["spec"]["E"]),
        )
    }
    own = {axis: found for axis, found in own.items() if found}
    if not own:
        return None
    figure, grid = axes_of(2.7, len(own), squeeze=False)
    for axes, (axis, found) in zip(grid.flat, own.items()):
        over = [row["tokens"] if axis == "T" else row["spec"][axis] for row in found]
        axes.plot(over, [row["packed_bytes"] / 1e6 for row in found], "o-", color=OURS, label="packed weights")
        axes.plot(over, [row["workspace_bytes"] / 1e6 for row in found], "s--", color=THEIRS, label="workspace")
        axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        axes.set_xlabel(axis)
    grid.flat[0].set_ylabel("MB (log)")
    figure.legend(*grid.flat[0].get_legend_handles_labels(), loc="outside upper center", ncols=2, fontsize=8)
    return "Memory of one loaded layer over tokens, hidden size and experts.", figure


def _routing(rows):
    own = [row for row in rows if row["part"] == "routing" and row["status"] == "timed" and row["impl"] == "moegen"]
    if not own:
        return None
    figure, (left, right) = axes_of(2.5, 2)
    experts = own[0]["spec"]["E"]
    for number, row in enumerate(own):
        left.bar(
            [e + 0.26 * (number - 1) for e in range(experts)],
            row["counts"],
            0.24,
            color=CYCLE[number],
            label=row["routing"],
        )
    left.set_xlabel("expert")
    left.set_ylabel("tokens")
    left.legend(fontsize=8)
    for number, impl in enumerate(("moegen", "torch")):
        mine = [row for row in rows if row["part"] == "routing" and row["impl"] == impl and row["status"] == "timed"]
        right.bar(
            [at + 0.38 * number for at in range(len(mine))],
            [row["median_s"] * 1e3 for row in mine],
            0.36,
            color=OURS if impl == "moegen" else THEIRS,
            label="moegen" if impl == "moegen" else "PyTorch",
        )
        right.set_xticks([at + 0.19 for at in range(len(mine))], [row["routing"] for row in mine], fontsize=8)
    right.set_ylabel("ms a call")
    right.margins(y=0.35)
    right.legend(fontsize=8)
    return "Load balance: tokens of each expert under three routings, and the time each takes.", figure


def _pool(rows):
    own = [row for row in rows if row["part"] == "pool" and row["status"] == "timed"]
    if not own:
        return None
    figure, axes = axes_of(2.2)
    for number, row in enumerate(own):
        axes.bar(
            [at + 0.38 * number for at in range(3)],
            [row[f"p{p}_s"] * 1e3 for p in (50, 95, 99)],
            0.36,
            color=(OURS, THEIRS)[number % 2],
            label=row["label"],
        )
    axes.set_xticks([0.19, 1.19, 2.19], ["p50", "p95", "p99"])
    axes.set_ylabel("ms a call")
    axes.legend(fontsize=8)
    return "Workspace from the pool, and allocated at each call: percentiles of latency.", figure


def _serving(rows):
    row = next((row for row in rows if row["part"] == "serving" and row["status"] == "timed"), None)
    if not row:
        return None
    figure, (left, right) = axes_of(2.3, 2)
    left.bar(["p50", "p95", "p99"], [row[f"p{p}_s"] * 1e3 for p in (50, 95, 99)], color=OURS)
    left.set_ylabel("ms a call")
    right.plot([at for at, _ in row["memory"]], [size / 1e6 for _, size in row["memory"]], color=OURS)
    right.set_ylim(bottom=0)
    right.set_xlabel("seconds")
    right.set_ylabel("resident MB")
    return (
        f"Serving: {row['callers']} callers on one loaded layer for {row['seconds']:.0f} s, "
        f"{row['calls_per_s']:,.0f} calls "
        f"a second of {row['tokens']} tokens, {row['success_rate']:.2%} right, "
        f"{row['pool_hit_rate']:.2%} of workspaces "
        "from the pool."
    ), figure


def _searched(rows):
    return sorted((row for row in rows if row["part"] == "search"), key=lambda row: -len(row["history"]))[:3]


def _search(rows):
    own = [row for row in _searched(rows) if any(trial["time_s"] for trial in row["history"])]
    if not own:
        return None
    figure, axes = axes_of(2.8)
    for number, row in enumerate(own):
        measured = [(at, trial["time_s"]) for at, trial in enumerate(row["history"]) if trial["time_s"]]
        first = measured[0][1]
        axes.plot(
            [at for at, _ in measured],
            [seconds / first for _, seconds in measured],
            MARKERS[number],
            ls="",
            ms=3,
            color=CYCLE[number],
            alpha=0.6,
        )
        best = [min(seconds for _, seconds in measured[: n + 1]) / first for n in range(len(measured))]
        axes.plot(
            [at for at, _ in measured], best, color=CYCLE[number], label=f"{row['shape'].split('-')[0]}, {row['label']}"
        )
    axes.set_ylim(0.5, 2)
    axes.set_xlabel("trial")
    axes.set_ylabel("time / the default's")
    axes.legend(fontsize=7)
    return (
        "Search history: each trial's time (dots) and the best so far (lines), relative to the analytic default.",
        figure,
    )


def _importance(rows):
    own = [row for row in _searched(rows) if row["importance"]]
    if not own:
        return None
    names = sorted(
        {name for row in own for name in row["importance"]},
        key=lambda name: sum(row["importance"].get(name, 0) for row in own),
    )
    figure, axes = axes_of(0.6 + 0.3 * len(names))
    height = 0.8 / len(own)
    for number, row in enumerate(own):
        axes.barh(
            [at + height * number for at in range(len(names))],
            [row["importance"].get(name, 0) for name in names],
            height,
            color=CYCLE[number],
            label=f"{row['shape'].split('-')[0]}, {row['label']}",
        )
    axes.set_yticks([at + height * (len(own) - 1) / 2 for at in range(len(names))], names)
    axes.set_xlabel("share of the variation explained (PED-ANOVA)")
    axes.legend(fontsize=7, loc="center right")
    return "Which choices of the search mattered.", figure
