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

EVERYONE = tuple(
    entry.name
    for entry in IMPLEMENTATIONS
    if entry.module not in ("cuda_", "ladder") and entry.name not in ("moegen-cuda", "moegen-default")
)
FAST = ("numpy", "torch", "torch-bf16", "tensorflow", "onnxruntime", "ggml", "mojo", "max", "moegen", "moegen-bf16")
SOON = tuple(name for name in FAST if name != "max")  # MAX takes minutes to compile large experts
LEAN = ("numpy", "torch", "moegen")  # where every contestant's weights are gigabytes
CUDA = ("torch-cuda-loop", "torch-cuda", "vllm", "sonicmoe", "moegen-cuda", "rocm", "tensorrt")


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
    return Part("ablation", "Where it comes from", tuple(entries), 100.0, 9)


def _sparsity() -> Part:
    problems = [_variant(1024, 512, 2048, 8, top_k) for top_k in (1, 2, 4, 8)]
    entries = [
        Entry(peer, problem, label=f"K={problem.spec.top_k}") for problem in problems for peer in ("moegen", "torch")
    ]
    return Part("sparsity", "Dense against sparse", tuple(entries), 30.0, 11)


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
            40.0,
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
            20.0,
            11,
        )
    )
    return parts


def _routing() -> Part:
    problems = [_variant(1024, 512, 2048, 8, routing=routing) for routing in ("balanced", "skewed", "crowded")]
    return Part(
        "routing",
        "Load balance against time",
        tuple(Entry(peer, p, label=p.routing) for p in problems for peer in ("moegen", "torch")),
        25.0,
        11,
    )


def _studies(serve_s: float) -> list[Part]:
    small = from_shape("8x128x256", 1024, 4)
    serving = _variant(16, 512, 2048, 8)
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
            20.0,
            1,
            study="pool",
            arguments={"calls": 1000},
        ),
        Part(
            "serving",
            "Concurrent callers on one loaded layer",
            (Entry("moegen", serving),),
            serve_s,
            1,
            study="serve",
            arguments={"seconds": serve_s, "callers": 4},
        ),
    ]


def parts(
    suite: str,
    against: tuple[str, ...] | None = None,
    shape: str | None = None,
    intermediate: int | None = None,
    experts: int = 8,
    top_k: int = 2,
    serve_s: float = 120.0,
) -> list[Part]:
    """The parts of a suite; of one shape alone where `shape` is given.

    Raises
    ------
    SpecError
        If the suite is unknown, or the sizes make no layer.
    """
    if suite not in ("quick", "full", "gpu"):
        raise SpecError(f"unknown suite {suite!r}; known: quick, full, gpu")
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
    tiny = from_shape("1x4x32", 64, 4)
    quick = [
        _contest(tiny, against or ("python", "numpy-f64", "numpy", "torch-naive", "torch", "moegen"), 6.0),
        _contest(from_shape("8x128x256", 1024, 4), against or EVERYONE, 45.0, 21),
        _contest(
            from_shape("32x512x1024", 4096, 8, max_tokens=1024), against or SOON, 40.0, 9, "contest 32x512x1024 quick"
        ),
        _contest(from_shape("1x1x1024", 4096, 8), against or SOON, 20.0),
    ]
    if suite == "quick":
        return quick
    several = [
        from_shape(f"32x{seq_len}x{hidden}", 4 * hidden, 8, max_experts=4, max_tokens=seq_len)
        for hidden in (2048, 4096)
        for seq_len in (512, 1024, 2048)
    ]
    full = [part for part in quick if "1024" not in part.name]
    full += [
        _contest(from_shape("1x1x1024", 4096, 8), against or FAST, 20.0),
        _contest(from_shape("32x512x1024", 4096, 8, max_tokens=2048), against or FAST, 90.0, 15),
        _contest(from_shape("64x1024x2048", 8192, 16, max_experts=4, max_tokens=2048), against or FAST, 120.0, 9),
        _contest(from_shape("128x2048x4096", 16384, 32, max_experts=4, max_tokens=512), against or LEAN, 60.0, 7),
        *(_contest(problem, against or LEAN, 45.0, 7) for problem in several),
        _ablation(from_shape("8x128x256", 1024, 4)),
        _sparsity(),
        *_scaling(),
        _routing(),
        *_studies(serve_s),
        Part("search", "What the searches in this home tried", (), 0.0, study="search"),
    ]
    return full


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
