"""The worker: a process of its own that loads, proves and times kernels, since any of them may crash or hang.

It holds the layer's weights, packed once for each layout, and the oracle's answers, so that a trial costs little more
than running the kernel. It speaks to `moegen.tune.trial.Worker` over a pipe: (method, arguments) in, ("ok", value) or
("error", type, message) out. It ends when the pipe closes, and where the system can do it, when its parent dies.
"""

from __future__ import annotations

import copy
import ctypes
import dataclasses
import functools
import gc
import math
import multiprocessing.connection
import os
import resource
import signal
import sys
import time

import numpy as np

from moegen import backends, oracle
from moegen.errors import AccuracyError, MoegenError
from moegen.spec import MoeSpec
from moegen.tune import evidence

_PR_SET_PDEATHSIG = 1
_SAMPLED_ROWS = 64
_LARGE_BYTES = 1 << 27


@dataclasses.dataclass(frozen=True)
class Binary:
    """A library that can be loaded: its folder, its file name, and the layout it wants its weights in."""

    folder: str
    library: str
    layout: object


class Bench:
    """What the worker can be asked to do for one spec on one target; its public methods are the protocol."""

    def __init__(self, spec: MoeSpec, target: backends.Target, threads: int, seed: int, workspace_limit: int):
        self.spec, self.target, self.threads, self.seed = spec, target, threads, seed
        self.workspace_limit = workspace_limit
        self.rooms = backends.get(target.backend)
        self._packed: dict = {}
        self._kernels: dict = {}
        self._inputs: dict = {}
        self._accepted: dict = {}
        self._references: dict = {}
        self._workspaces: dict = {}

    @functools.cached_property
    def weights(self):
        """The layer's weights, made once, when they are first needed; large ones where the target wants them.

        Their router is one that such weights come with, which kernels may multiply sooner; those of hard cases are not.
        """
        weights = oracle.make_weights(self.spec, self.seed)
        weights.gate = self.rooms.target.as_used(self.spec, weights.gate)
        large = weights.w1.nbytes >= _LARGE_BYTES
        return self.rooms.target.nearby(weights) if large else weights

    def prepare(self, cases: list[tuple[int, str, int]]) -> dict:
        """Make the weights, the inputs and the oracle's answers of `cases`, each (num_tokens, routing, seed).

        No generated code runs here, so that the time limit of `prove` is the kernel's own.

        Returns
        -------
        dict
            `tolerance`: of a kernel's error; `oracle_s`: seconds that the oracle took for the cases that were new.
        """
        new = [case for case in dict.fromkeys(cases) if case not in self._references]
        started = time.monotonic()
        if new:
            gate = self.weights.gate
            started = time.monotonic()  # the weights are there now
            inputs = [
                self._make_tokens(num_tokens, seed, routing=routing, gate=gate) for num_tokens, routing, seed in new
            ]
            # All in one go, since taking the weights to float64 is most of the oracle's work.
            answers = oracle.forward(np.concatenate(inputs), self.weights, self.spec)
            start = 0
            for case, x in zip(new, inputs):
                self._references[case] = (x, _rows(answers, slice(start, start + len(x))))
                start += len(x)
        return {
            "tolerance": oracle.kernel_tolerance(self.spec, self.target.backend),
            "oracle_s": time.monotonic() - started,
        }

    def quantization_error(self, num_tokens: int, seed: int) -> float:
        """What the dtype itself costs: the oracle's error on these numbers beside that on float32 weights and rows."""
        return oracle.quantization_error(oracle.make_tokens(self.spec, num_tokens, seed), self.weights, self.spec)

    def pack(self, binary: Binary) -> int:
        """Pack the weights for the binary's layout, which a binary already trusted should do; bytes of the packed."""
        if binary.layout not in self._packed:
            self._packed[binary.layout] = self._load(binary).pack(self.weights)
        return self._packed[binary.layout].nbytes

    def prove(self, binary: Binary, cases: list[tuple[int, str, int]]) -> float:
        """The largest error against the oracle over `cases`, which `prepare` has seen; AccuracyError if one fails."""
        kernel = self._load(binary)
        self.pack(binary)
        worst = 0.0
        for case in cases:
            x, reference = self._references[case]
            worst = max(worst, self._compare(kernel, x, self._packed[binary.layout], self.weights, reference))
        return worst

    def prove_hard(self, binary: Binary, num_tokens: int, seed: int) -> float:
        """The largest error on the oracle's hard routings, each with a router of its own, and on a repeated call.

        Raises
        ------
        AccuracyError
            If a result is wrong, or if the same call gives other bits the second time.
        """
        kernel, worst = self._load(binary), 0.0
        self._workspaces.clear()
        for name, x, weights, reference in self._hard_cases(num_tokens, seed):
            packed = kernel.pack(weights)
            worst = max(worst, self._compare(kernel, x, packed, weights, reference))
            for tokens in forms(kernel, x):
                first, second = (self._forward(kernel, tokens, x, packed)[0] for _ in range(2))
                if not np.array_equal(first, second, equal_nan=True):
                    raise AccuracyError(f"two equal calls gave different bits ({name})")
            del packed, weights
            gc.collect()
        return worst

    def _hard_cases(self, num_tokens, seed):
        """Yield (name, x, weights, the oracle's answer) of each hard case.

        Where making weights takes seconds, these are a case's tokens and router in front of the experts that are here,
        and the oracle, whose time goes into taking those to float64, answers for all cases at once.
        """
        if self.weights.w1.nbytes < _LARGE_BYTES:
            for number, name in enumerate(self.rooms.target.hard_routings(self.spec)):
                x, weights = oracle.make_case(self.spec, num_tokens, name, seed + number)
                x = self.rooms.target.as_used(self.spec, x)
                yield name, x, weights, oracle.forward(x, weights, self.spec)
            return
        narrow = dataclasses.replace(
            self.spec, intermediate_size=1, shared_intermediate_size=min(1, self.spec.shared_intermediate_size)
        )
        cases, routings = [], []
        for number, name in enumerate(self.rooms.target.hard_routings(self.spec)):
            x, routers = oracle.make_case(narrow, num_tokens, name, seed + number)
            x = self.rooms.target.as_used(self.spec, x)
            weights = copy.copy(self.weights)
            weights.gate, weights.gate_bias, weights.score_bias = routers.gate, routers.gate_bias, routers.score_bias
            weights.packed = {}
            logits = oracle.router_logits(x, weights)
            indices = oracle.choose(logits, weights, self.spec)
            cases.append((name, x, weights))
            routings.append((indices, oracle.routing_weights(logits, indices, self.spec), logits))
        indices, mix, logits = (np.concatenate(each) for each in zip(*routings))
        y = oracle.experts_sum(np.concatenate([x for _, x, _ in cases]), self.weights, self.spec, indices, mix)
        answers = oracle.Reference(y, indices, mix, np.zeros(self.spec.num_experts, np.int64), logits)
        start = 0
        for name, x, weights in cases:
            yield name, x, weights, _rows(answers, slice(start, start + len(x)))
            start += len(x)

    def make_inputs(self, binary: Binary, num_tokens: int) -> None:
        """Make what `duel` and `contest` time, and take it to where kernels run: so that kernels alone are timed."""
        self._timed_inputs(self._load(binary), num_tokens)

    def duel(self, binary: Binary, incumbent: Binary, num_tokens: int, budget_s: float, least: int, most: int) -> dict:
        """Time `binary` beside `incumbent`, one call of each in turn, until the budget is spent or it is hopeless.

        One that seems faster, but not beyond doubt, gets up to three times the pairs and the budget.

        Returns
        -------
        dict
            `log_ratios`: log(time / incumbent's time) of each pair; `time_s` and `incumbent_s`: medians;
            `stopped`: whether it was given up as slower.
        """
        calls = [self._sampler(each, num_tokens) for each in (binary, incumbent)]
        started = time.monotonic()
        for call in calls:  # first calls pay for page faults and cold instruction caches
            call()
        times: list[tuple[float, float]] = []
        ratios: list[float] = []
        stopped = False
        while True:
            factor = 3 if evidence.doubtful(ratios) else 1
            if len(times) >= least and (len(times) >= factor * most or time.monotonic() - started > factor * budget_s):
                break
            order = (0, 1) if len(times) % 2 == 0 else (1, 0)
            pair = {which: calls[which]() for which in order}
            times.append((pair[0], pair[1]))
            ratios.append(math.log(pair[0] / pair[1]))
            if evidence.hopeless(ratios):
                stopped = True
                break
        medians = np.median(np.array(times), axis=0)
        return {"log_ratios": ratios, "time_s": float(medians[0]), "incumbent_s": float(medians[1]), "stopped": stopped}

    def contest(
        self, binaries: list[Binary], num_tokens: int, budget_s: float, least: int, most: int, with_roof: bool
    ) -> list[dict]:
        """Rounds in which every binary runs once, in an order that turns; beside each, if asked, the roof.

        Returns a list of {"times": [seconds of each], "roof": Roof or None}.
        """
        calls = [self._sampler(each, num_tokens) for each in binaries]
        started = time.monotonic()
        for call in calls:
            call()
        rounds: list[dict] = []
        while len(rounds) < most and (len(rounds) < least or time.monotonic() - started < budget_s):
            roof = self.roof() if with_roof else None
            times = [0.0] * len(calls)
            for place in range(len(calls)):
                which = (place + len(rounds)) % len(calls)
                times[which] = calls[which]()
            rounds.append({"times": times, "roof": roof})
        return rounds

    def whole(self, binary: Binary, num_tokens: int, seed: int) -> dict:
        """Run all `num_tokens` once and prove a sample of the rows: {"time_s", "error"}; AccuracyError if wrong."""
        kernel = self._load(binary)
        self.pack(binary)
        self._inputs.clear()
        self._accepted.clear()
        self._workspaces.clear()
        x = self._make_tokens(num_tokens, seed)
        rows = np.unique(np.linspace(0, num_tokens - 1, _SAMPLED_ROWS).astype(np.int64))
        reference = oracle.forward(x[rows], self.weights, self.spec)
        packed, tokens = self._packed[binary.layout], forms(kernel, x)[-1]
        started = time.perf_counter()
        y, indices, mix, counts = self._forward(kernel, tokens, x, packed)
        elapsed = time.perf_counter() - started
        if self.rooms.target.OWN_DEVICE:  # without what went to the device and back
            elapsed = kernel.sample(
                tokens,
                packed,
                kernel.empty(num_tokens, like=tokens),
                self._workspace(kernel, num_tokens),
                threads=self.threads,
            )
        if int(counts.sum()) != num_tokens * self.spec.top_k:
            raise AccuracyError(f"the kernel counted {int(counts.sum())} routed rows of {num_tokens * self.spec.top_k}")
        error = self._judge(y[rows], indices[rows], mix[rows], None, x[rows], self.weights, reference)
        return {"time_s": elapsed, "error": error}

    def chosen(self, binary: Binary, num_tokens: list[int]) -> list[int]:
        """The bucket whose variant serves each of `num_tokens`."""
        return [self._load(binary).chosen(each) for each in num_tokens]

    def active_experts(self, num_tokens: int) -> float:
        """Experts that get tokens in what is timed, on average over its routings."""
        active = []
        for x in self._timed_tokens(num_tokens):
            logits = oracle.router_logits(x, self.weights)
            active.append(len(np.unique(oracle.choose(logits, self.weights, self.spec))))
        return float(np.mean(active))

    def roof(self) -> backends.Roof:
        """The machine's roof, measured now."""
        return self.rooms.target.measure_roof(self.target, self.spec, self.threads)

    def forget(self, keep: list[Binary]) -> None:
        """Unload every library, packing and workspace that `keep` does not need."""
        layouts = {each.layout for each in keep}
        self._kernels = {key: value for key, value in self._kernels.items() if key in keep}
        self._packed = {key: value for key, value in self._packed.items() if key in layouts}
        self._workspaces.clear()
        gc.collect()

    def _load(self, binary):
        if binary not in self._kernels:
            self._kernels[binary] = self.rooms.kernel.Kernel(
                binary.folder, binary.library, self.spec, self.target, binary.layout
            )
        return self._kernels[binary]

    def _workspace(self, kernel, num_tokens):
        nbytes = kernel.workspace_bytes(num_tokens, limit=self.workspace_limit)
        if nbytes not in self._workspaces:
            if len(self._workspaces) >= 2:
                self._workspaces.pop(next(iter(self._workspaces)))
            self._workspaces[nbytes] = kernel.allocate(nbytes)
        return self._workspaces[nbytes]

    def _make_tokens(self, num_tokens, seed, **routing):
        """The oracle's tokens, rounded to a type that kernels read, so that its answers are to the same numbers."""
        return self.rooms.target.as_used(self.spec, oracle.make_tokens(self.spec, num_tokens, seed, **routing))

    def _timed_tokens(self, num_tokens):
        """Inputs that are timed, one of each routing that matters on the target; kept until other ones are."""
        if num_tokens not in self._inputs:
            self._inputs.clear()
            self._accepted.clear()
            self._inputs[num_tokens] = [
                self._make_tokens(num_tokens, self.seed + 1, routing=routing, gate=self.weights.gate)
                for routing in self.rooms.target.TIMED_ROUTINGS
            ]
        return self._inputs[num_tokens]

    def _timed_inputs(self, kernel, num_tokens):
        """The same where kernels run, in the type that is timed."""
        hosts = self._timed_tokens(num_tokens)
        if num_tokens not in self._accepted:
            self._accepted[num_tokens] = [forms(kernel, x)[-1] for x in hosts]
        return self._accepted[num_tokens]

    def _sampler(self, binary, num_tokens):
        """A function that gives the seconds of a call: the mean over the timed routings, one call of each."""
        kernel = self._load(binary)
        self.pack(binary)
        inputs = self._timed_inputs(kernel, num_tokens)
        y, workspace = kernel.empty(num_tokens, like=inputs[0]), self._workspace(kernel, num_tokens)
        packed = self._packed[binary.layout]
        return lambda: (
            math.fsum(kernel.sample(x, packed, y, workspace, threads=self.threads, cold=True) for x in inputs)
            / len(inputs)
        )

    def _forward(self, kernel, tokens, x, packed):
        """One call on poisoned output, of x as tokens: (y, indices, weights, counts) as NumPy arrays."""
        num_tokens = tokens.shape[0]
        y, routing = kernel.empty(num_tokens, like=tokens), kernel.routing_arrays(num_tokens)
        y.view(np.uint8).fill(0xFF)  # NaN: a row that the kernel forgets must not look right from an earlier call
        kernel.forward(tokens, packed, y, self._workspace(kernel, num_tokens), routing=routing, threads=self.threads)
        return (kernel.hand_back(y, x), *(on_host(each) for each in (routing.indices, routing.weights, routing.counts)))

    def _compare(self, kernel, x, packed, weights, reference):
        return max(
            self._judge(*self._forward(kernel, tokens, x, packed), x, weights, reference) for tokens in forms(kernel, x)
        )

    def _judge(self, y, indices, mix, counts, x, weights, reference):
        """The error of y; whatever differs from the cached reference is left to oracle.check, which knows of ties."""
        same = np.array_equal(indices, reference.indices) and (
            counts is None or np.array_equal(counts, reference.counts)
        )
        error = oracle.error(y, reference.y) if same else math.inf
        backend = self.target.backend
        if error <= oracle.kernel_tolerance(self.spec, backend) and np.allclose(
            mix, reference.weights, rtol=1e-3, atol=1e-5
        ):
            return error
        if counts is None:
            counts = np.bincount(indices.ravel(), minlength=self.spec.num_experts)
        return oracle.check(y, backends.Routing(indices, mix, counts), x, weights, self.spec, backend=backend)


def forms(kernel, x) -> list:
    """Tokens as the kernel reads them: as they are, and last in the type that is timed, where that is another.

    Other code reads and writes either.
    """
    tokens = kernel.accept(x)
    used = kernel.as_used(tokens)
    return [tokens] if used is tokens else [tokens, used]


def _rows(reference, rows):
    """The part of an oracle's answer that belongs to these tokens."""
    indices = reference.indices[rows]
    counts = np.bincount(indices.ravel(), minlength=len(reference.counts))
    return oracle.Reference(reference.y[rows], indices, reference.weights[rows], counts, reference.logits[rows])


def on_host(array) -> np.ndarray:
    """An array of the host's or of CuPy's as NumPy's."""
    return array.get() if hasattr(array, "get") else np.asarray(array)


def _die_with(parent: int) -> None:
    """Have the kernel end this process when its parent dies, even inside a kernel that never returns."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before the request was made
        os._exit(1)


def main(descriptor: int, parent: int) -> None:
    """Serve the pipe at `descriptor` until it closes."""
    _die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer: it wants the evidence yet
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    connection = multiprocessing.connection.Connection(descriptor)
    try:
        bench = Bench(**connection.recv())
        while True:
            method, arguments = connection.recv()
            try:
                answer = ("ok", getattr(bench, method)(**arguments))
            except MoegenError as error:
                answer = ("error", type(error).__name__, str(error))
            except Exception as error:  # noqa: BLE001  told to the parent, which fails the trial with it
                answer = ("error", type(error).__name__, f"{type(error).__name__}: {error}")
            connection.send(answer)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass  # the parent is gone, or done with this worker
