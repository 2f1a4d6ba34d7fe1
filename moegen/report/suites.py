"""What the suites measure: named parts, each a contest or a study, over the shapes of the first documents."""

from __future__ import annotations

import dataclasses

from moegen.backends.cpu import target as cpu
from moegen.errors import SpecError
from moegen.report.contest import Entry
from moegen.report.peers.ladder import STEPS
from moegen.report.peers.registry import IMPLEMENTATIONS
from moegen.report.problem import Problem, from_shape
from moegen.spec import MoeSpec

EVERYONE = tuple(entry.name for entry in IMPLEMENTATIONS if entry.name not in ("ladder", "moegen-default"))
_FLOATS = ("numpy", "torch", "torch-bf16", "onnxruntime", "ggml", "ggml-bf16", "mojo", "moegen", "moegen-bf16")
_INTEGERS = ("ggml-q8_0", "ggml-q4_0", "ggml-q4_0-repacked", "moegen-int8", "moegen-int4")
DECODE = _FLOATS + _INTEGERS  # few tokens
LARGE = (
    "numpy",
    "torch",
    "torch-bf16",
    "tensorflow",
    "onnxruntime",
    "ggml-bf16",
    "mojo",
    "max",
    "moegen",
    "moegen-bf16",
)
SOON = ("numpy", "torch", "torch-bf16", "tensorflow", "onnxruntime", "mojo", "moegen", "moegen-bf16")
LEAN = ("numpy", "torch", "moegen")  # where every contestant's weights are gigabytes
CUDA = ("torch-cuda-loop", "torch-cuda", "vllm", "sonicmoe", "moegen-cuda", "rocm", "tensorrt")
SUITES = ("quick", "full", "gpu", "smoke")
LIMIT_S = {"smoke": 120.0, "quick": 300.0, "full": 1800.0, "gpu": 1800.0}  # what a suite may take in all
_START_S, _BYTES_PER_S = 2.5, 4e8  # to start a contestant, and to make, read, convert and prove its weights


@dataclasses.dataclass(frozen=True)
class Part:
    """One thing to measure. `study` names what runs inside one contestant's process instead of a contest."""

    name: str
    title: str
    entries: tuple[Entry, ...]
    seconds: float
    rounds: int = 15
    roof: bool = True
    study: str = ""
    arguments: dict = dataclasses.field(default_factory=dict)

    @property
    def setup_s(self) -> float:
        """What starting and proving the contestants will take, roughly."""
        return sum(_START_S + entry.problem.weight_bytes / _BYTES_PER_S for entry in self.entries)

    @property
    def expected_s(self) -> float:
        return self.setup_s + self.seconds


def in_time(part: Part, later: list[Part], left_s: float) -> Part:
    """`part` with its share of the time that is left, where that is too short for it and the `later` ones as planned.

    A contest may shrink to a quarter of its time; studies keep theirs.
    """
    flexible = [each for each in (part, *later) if not each.study]
    fixed = sum(each.setup_s for each in (part, *later)) + sum(each.seconds for each in (part, *later) if each.study)
    wanted = sum(each.seconds for each in flexible)
    if part.study or not wanted or fixed + wanted <= left_s:
        return part
    return dataclasses.replace(part, seconds=part.seconds * max(0.25, (left_s - fixed) / wanted))


def _contest(problem: Problem, names, seconds, rounds=15, name=None) -> Part:
    return Part(
        name or f"contest {problem.shape}",
        f"Implementations at {problem.shape}",
        tuple(Entry(peer, problem) for peer in names),
        seconds,
        rounds,
    )


def _variant(tokens, hidden, inner, experts, top_k=2, routing="balanced") -> Problem:
    spec = MoeSpec(hidden, inner, experts, top_k)
    return Problem(spec, tokens, f"1x{tokens}x{hidden}", cold=tokens <= 64, routing=routing)


def _ablation(problem: Problem) -> Part:
    entries = [
        Entry("ladder", problem, {"steps": list(STEPS[:n])}, f"+ {STEPS[n - 1]}" if n else "plain C")
        for n in range(len(STEPS) + 1)
    ]
    entries += [
        Entry("ladder", problem, {"steps": [s for s in STEPS if s != step]}, f"without {step}") for step in STEPS
    ]
    entries += [
        Entry("moegen-default", problem),
        Entry("moegen", problem),
        Entry("moegen", problem, {"variant": "fresh"}, "workspace allocated each call"),
    ]
    return Part("ablation", "Where it comes from", tuple(entries), 90.0, 9)


def _sparsity() -> Part:
    problems = [_variant(1024, 512, 2048, 8, top_k) for top_k in (1, 2, 4, 8)]
    entries = [
        Entry(peer, problem, label=f"K={problem.spec.top_k}") for problem in problems for peer in ("moegen", "torch")
    ]
    return Part("sparsity", "Dense against sparse", tuple(entries), 20.0, 9)


def _size(problem, axis):
    return {"T": problem.num_tokens, "H": problem.spec.hidden_size, "E": problem.spec.num_experts}[axis]


def _scaling() -> list[Part]:
    threads = cpu.default_threads()
    over = {
        "T": [_variant(tokens, 512, 2048, 8) for tokens in (1, 4, 16, 64, 256, 1024, 4096)],
        "H": [_variant(1024, hidden, 4 * hidden, 8) for hidden in (128, 256, 512, 1024)],
        "E": [_variant(1024, 512, 1024, experts) for experts in (4, 8, 16, 32, 64)],
    }
    parts = [
        Part(
            f"scaling {axis}",
            f"Time over {axis}",
            tuple(Entry(peer, p, label=f"{axis}={_size(p, axis)}") for p in problems for peer in ("moegen", "torch")),
            25.0,
            9,
        )
        for axis, problems in over.items()
    ]
    problem = _variant(1024, 512, 2048, 8)
    counts = sorted({1, *(n for n in (2, 4, 8, 16, 32, 64) if n <= threads), threads})
    parts.append(
        Part(
            "scaling threads",
            "Time over threads",
            tuple(
                Entry(peer, problem, label=f"threads={n}", threads=n) for n in counts for peer in ("moegen", "torch")
            ),
            10.0,
            9,
        )
    )
    return parts


def _routing() -> Part:
    problems = [_variant(1024, 512, 2048, 8, routing=routing) for routing in ("balanced", "skewed", "crowded")]
    return Part(
        "routing",
        "Load balance against time",
        tuple(Entry(peer, p, label=p.routing) for p in problems for peer in ("moegen", "torch")),
        15.0,
        9,
    )


def _serving(seconds: float, problem: Problem) -> Part:
    return Part(
        "serving",
        "Concurrent callers on one loaded layer",
        (Entry("moegen", problem),),
        seconds,
        1,
        study="serve",
        arguments={"seconds": seconds, "callers": 4},
    )


def _studies() -> list[Part]:
    small = from_shape("8x128x256", 1024, 4)
    return [
        Part(
            "micro",
            "Router softmax, activation and GEMM, SIMD against scalar",
            (Entry("ladder", small, {"steps": list(STEPS)}),),
            20.0,
            15,
            study="micro",
        ),
        Part(
            "pool",
            "Workspace pool against allocation at each call",
            (Entry("moegen", small),),
            30.0,
            1,
            study="pool",
            arguments={"calls": 600},
        ),
    ]


def parts(
    suite: str,
    against: tuple[str, ...] | None = None,
    shape: str | None = None,
    intermediate: int | None = None,
    experts: int = 8,
    top_k: int = 2,
    serve_s: float | None = None,
) -> list[Part]:
    """The parts of a suite; of one shape alone where `shape` is given.

    smoke is a tiny contest, search and serving: it shows in a minute that all that a long run needs is there.
    `serve_s` is how long serving lasts, else 120 seconds in full, 5 in quick and 2 in smoke.

    Raises
    ------
    SpecError
        If the suite is unknown, or the sizes make no layer.
    """
    if suite not in SUITES:
        raise SpecError(f"unknown suite {suite!r}; known: {', '.join(SUITES)}")
    if shape:
        names = against or (CUDA if suite == "gpu" else EVERYONE)
        return [_contest(from_shape(shape, intermediate, experts, top_k), names, 60.0 if suite == "quick" else 180.0)]
    if suite == "gpu":
        return [
            _contest(problem, against or CUDA, 60.0)
            for problem in (
                from_shape("8x128x256", 1024, 4),
                from_shape("32x512x1024", 4096, 8),
                from_shape("64x1024x2048", 8192, 16),
                from_shape("128x2048x4096", 16384, 32),
            )
        ]
    search = Part("search", "What the searches in this home tried", (), 0.0, study="search")
    if suite == "smoke":
        smallest = from_shape("1x16x32", 64, 4)
        contest = _contest(smallest, against or ("numpy", "moegen"), 2.0, 7)
        return [contest, _serving(serve_s or 2.0, smallest), search]
    tiny, served = from_shape("1x4x32", 64, 4), _variant(16, 512, 2048, 8)
    quick = [
        _contest(tiny, against or ("python", "numpy-f64", "numpy", "torch-naive", "torch", "moegen"), 4.0, 11),
        _contest(from_shape("8x128x256", 1024, 4), against or EVERYONE, 40.0, 15),
    ]
    if suite == "quick":
        return [
            *quick,
            _contest(from_shape("1x1x1024", 4096, 8), against or SOON, 12.0, 11),
            _contest(
                from_shape("32x512x1024", 4096, 8, max_tokens=1024),
                against or SOON,
                25.0,
                7,
                "contest 32x512x1024 quick",
            ),
            _serving(serve_s or 5.0, served),
        ]
    several = [
        from_shape(f"32x{seq_len}x{hidden}", 4 * hidden, 8, max_experts=4, max_tokens=seq_len)
        for hidden in (2048, 4096)
        for seq_len in (512, 1024, 2048)
    ]
    return [
        *quick,
        *(_contest(from_shape(f"1x{tokens}x1024", 4096, 8), against or DECODE, 25.0, 11) for tokens in (1, 16, 64)),
        _contest(from_shape("32x512x1024", 4096, 8, max_tokens=2048), against or LARGE, 75.0, 9),
        _contest(from_shape("64x1024x2048", 8192, 16, max_experts=4, max_tokens=2048), against or LEAN, 30.0, 7),
        _contest(from_shape("128x2048x4096", 16384, 32, max_experts=4, max_tokens=512), against or LEAN, 25.0, 5),
        *(_contest(problem, against or LEAN, 25.0, 5) for problem in several),
        _ablation(from_shape("8x128x256", 1024, 4)),
        _sparsity(),
        *_scaling(),
        _routing(),
        *_studies(),
        _serving(serve_s or 120.0, served),
        search,
    ]


def select(chosen: list[Part], patterns: tuple[str, ...], exact: bool = False) -> list[Part]:
    """Those parts whose name holds, or `exact`ly is, one of `patterns`; all of them without any.

    Raises
    ------
    SpecError
        If that leaves none.
    """
    kept = [
        part
        for part in chosen
        if not patterns or any(pattern == part.name if exact else pattern in part.name for pattern in patterns)
    ]
    if not kept:
        raise SpecError(f"no part is called {' or '.join(patterns)}; known: {', '.join(part.name for part in chosen)}")
    return kept
