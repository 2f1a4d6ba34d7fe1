"""Each family's MoE block in bfloat16: moegen's module beside transformers' own, its grouped_mm, and torch.compile.

    python bench/families.py [--families mixtral,olmoe] [--tokens 1,16,1024] [--rounds 6] [--seconds 12] [--tune 0]

A block has its model's H, I, top-k, router and shared experts; E is cut where the table says so, so that a checkpoint
and a copy for each contestant fit in memory. For each family a random model of one layer is saved as transformers saves
it, and every contestant loads that checkpoint. Contestants take turns, all but one stopped; at 1 and 16 tokens caches
are swept before every call. Each is first proved against the float64 oracle, with bfloat16's tolerance. `--tune` gives
each layer that many seconds of `moegen tune` first. Rows go to bench/results/families.json, by family and tokens, after
each family. Needs torch and transformers.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np

from moegen import artifact, checkpoint, oracle, quantization
from moegen.backends.cpu import target
from moegen.report import rows, tables
from moegen.report.contest import Contest, Entry, Process
from moegen.report.peers.registry import BLOCKS
from moegen.report.problem import Arrays, Problem
from moegen.report.stats import speedup

MOEGEN = "moegen-module"
COLD_TOKENS = 16
TARGETS = ((COLD_TOKENS, 2.5), (math.inf, 1.15))  # up to so many tokens, how many times faster than the best peer


@dataclasses.dataclass(frozen=True)
class Model:
    """A published model's configuration; `experts` is how many of its `published` ones are kept."""

    name: str
    config: str
    field: str  # that counts experts
    published: int
    experts: int
    fields: dict


def _latent(**fields):
    return dict(q_lora_rank=8, kv_lora_rank=8, qk_rope_head_dim=8, qk_nope_head_dim=8, v_head_dim=8, **fields)


MODELS = {
    "mixtral": Model(
        "Mixtral-8x7B",
        "Mixtral",
        "num_local_experts",
        8,
        4,
        dict(hidden_size=4096, intermediate_size=14336, num_experts_per_tok=2),
    ),
    "qwen2_moe": Model(
        "Qwen1.5-MoE-A2.7B",
        "Qwen2Moe",
        "num_experts",
        60,
        60,
        dict(hidden_size=2048, moe_intermediate_size=1408, shared_expert_intermediate_size=5632, num_experts_per_tok=4),
    ),
    "qwen3_moe": Model(
        "Qwen3-30B-A3B",
        "Qwen3Moe",
        "num_experts",
        128,
        128,
        dict(hidden_size=2048, moe_intermediate_size=768, num_experts_per_tok=8, norm_topk_prob=True),
    ),
    "olmoe": Model(
        "OLMoE-1B-7B",
        "Olmoe",
        "num_experts",
        64,
        64,
        dict(
            hidden_size=2048,
            intermediate_size=1024,
            num_experts_per_tok=8,
            num_attention_heads=16,
            num_key_value_heads=16,
        ),
    ),
    "deepseek_v3": Model(
        "DeepSeek-V3",
        "DeepseekV3",
        "n_routed_experts",
        256,
        24,
        _latent(
            hidden_size=7168,
            moe_intermediate_size=2048,
            num_experts_per_tok=8,
            n_group=8,
            topk_group=4,
            n_shared_experts=1,
            first_k_dense_replace=0,
            routed_scaling_factor=2.5,
            norm_topk_prob=True,
        ),
    ),
    "gpt_oss": Model(
        "gpt-oss-20b",
        "GptOss",
        "num_local_experts",
        32,
        32,
        dict(hidden_size=2880, intermediate_size=2880, num_experts_per_tok=4, head_dim=8),
    ),
    "granitemoe": Model(
        "granite-3.0-3b-a800m",
        "GraniteMoe",
        "num_local_experts",
        40,
        40,
        dict(
            hidden_size=1536,
            intermediate_size=512,
            num_experts_per_tok=8,
            num_attention_heads=16,
            num_key_value_heads=16,
        ),
    ),
    "phimoe": Model(
        "Phi-3.5-MoE",
        "Phimoe",
        "num_local_experts",
        16,
        8,
        dict(
            hidden_size=4096,
            intermediate_size=6400,
            num_experts_per_tok=2,
            num_attention_heads=32,
            num_key_value_heads=8,
        ),
    ),
    "llama4_text": Model(
        "Llama-4-Scout",
        "Llama4Text",
        "num_local_experts",
        16,
        4,
        dict(
            hidden_size=5120,
            intermediate_size=8192,
            intermediate_size_mlp=64,
            num_experts_per_tok=1,
            head_dim=8,
            moe_layers=[0],
        ),
    ),
    "glm4_moe": Model(
        "GLM-4.5-Air",
        "Glm4Moe",
        "n_routed_experts",
        128,
        32,
        dict(
            hidden_size=4096,
            moe_intermediate_size=1408,
            num_experts_per_tok=8,
            n_group=1,
            topk_group=1,
            n_shared_experts=1,
            first_k_dense_replace=0,
            head_dim=8,
            norm_topk_prob=True,
        ),
    ),
}
_COMMON = dict(
    vocab_size=8,
    num_hidden_layers=1,
    num_attention_heads=1,
    num_key_value_heads=1,
    intermediate_size=64,
    max_position_embeddings=64,
    pad_token_id=0,
    bos_token_id=1,
    eos_token_id=2,
)


def save_model(model: Model, folder: pathlib.Path) -> None:
    """A random model of one layer, whose biases count; attention is as small as the configuration lets it be."""
    import torch
    import transformers

    fields = {**_COMMON, model.field: model.experts, **model.fields}
    config = getattr(transformers, f"{model.config}Config")(**fields)
    with torch.device("meta"):
        made = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    made = made.to_empty(device="cpu")
    torch.manual_seed(0)
    with torch.no_grad():
        for name, value in [*made.named_parameters(), *made.named_buffers()]:
            if not value.is_floating_point() or "rotary" in name:
                continue
            small = value.ndim == 1 or name.endswith("bias")
            value.normal_(0, 0.1 if small else max(value.shape[-2:]) ** -0.5)
    made.save_pretrained(folder)


class BlockArrays(Arrays):
    """Inputs of one block and the oracle's answers; weights stay in the checkpoint.

    Tokens have a routing that is the same when logits are off by as much as bfloat16 routers get them wrong: the same
    experts, and weights that move no more than the logits do (a sparsemixer's jump at its threshold).
    """

    def __init__(self, problem: Problem, weights, folder: pathlib.Path):
        self.problem, self.folder, self.weights = problem, folder, weights
        folder.mkdir()
        self._answer()

    def _tokens(self, seed):
        spec, want, kept = self._f32, self.problem.num_tokens, []
        random = np.random.default_rng(seed)
        while sum(map(len, kept)) < want:
            x = oracle.make_tokens(spec, max(64, want), int(random.integers(2**31)))
            x = quantization.from_bf16(quantization.to_bf16(x))
            logits = oracle.router_logits(x, self.weights)
            chosen, mix = self._routing(logits)
            clear = np.full(len(x), True)
            for _ in range(8):
                others, moved = self._routing(logits + random.choice([-0.5, 0.5], logits.shape) * self.margin)
                clear &= (others == chosen).all(axis=1)
                clear &= (np.abs(moved - mix) <= self.margin * spec.routed_scaling).all(axis=1)
            kept.append(x[clear])
        return np.ascontiguousarray(np.concatenate(kept)[:want])

    def _routing(self, logits):
        """The chosen experts (T,K) in the order of their numbers, and their weights."""
        chosen = oracle.choose(logits, self.weights, self._f32)
        order = np.argsort(chosen, axis=1)
        mix = oracle.routing_weights(logits, chosen, self._f32)
        return np.take_along_axis(chosen, order, 1), np.take_along_axis(mix, order, 1)


class BlockContest(Contest):
    """A contest whose processes stay for the next one: they have imported PyTorch and loaded the block."""

    def __init__(self, entries, threads, arrays: BlockArrays, processes: dict[str, Process], **options):
        super().__init__(entries, threads, **options)
        self.block_arrays, self.processes = arrays, processes

    def _arrays_of(self, problem):
        return self.block_arrays

    def _start(self, threads, name):
        if name not in self.processes:
            self.processes[name] = Process(threads, self.block_arrays.folder.parent / f"{name}.log")
        return self.processes[name]

    def _drop(self, process):
        for name in [name for name, each in self.processes.items() if each is process]:
            self.processes.pop(name).close()


def measure(family: str, options, head: dict, processes: dict, progress) -> list[dict]:
    """Rows of one family."""
    model = MODELS[family]
    scratch = "/dev/shm" if pathlib.Path("/dev/shm").is_dir() else None
    folder = pathlib.Path(tempfile.mkdtemp(prefix="moegen-families-", dir=scratch))
    try:
        progress(f"{family}: writing the checkpoint")
        save_model(model, folder / "model")
        if options.tune:
            tune(folder / "model", options)
        spec, weights = checkpoint.from_pretrained(folder / "model", dtype="bf16")
        found = []
        for tokens in options.tokens:
            cut = "" if model.experts == model.published else f"{model.experts} of {model.published} experts"
            problem = Problem(spec, tokens, f"{family} T={tokens}", cut, cold=tokens <= COLD_TOKENS)
            arrays = BlockArrays(problem, weights, folder / f"tokens{tokens}")
            entries = [Entry(peer.name, problem, {"model": str(folder / "model")}) for peer in BLOCKS]
            seconds = options.seconds * (1 if problem.cold else 3)
            contest = BlockContest(
                entries, head["threads"], arrays, processes, rounds=options.rounds, seconds=seconds, progress=progress
            )
            outcomes = contest.run()
            part = f"family {problem.shape}"
            made = [rows.from_outcome(part, outcome, head) | {"model": model.name} for outcome in outcomes]
            compare(made, {outcome.entry.peer: outcome.by_round for outcome in outcomes}, tokens)
            found += made + rows.roof_rows(part, contest.roofs, head)
        return found
    finally:
        shutil.rmtree(folder)


def tune(folder: pathlib.Path, options) -> None:
    spec = checkpoint.spec_from_pretrained(folder, "bf16")
    if artifact.for_spec(spec, "cpu") is not None:
        return
    subprocess.run(
        [
            sys.executable,
            "-m",
            "moegen.cli",
            "tune",
            "--model",
            str(folder),
            "--dtype",
            "bf16",
            "--tokens",
            ",".join(map(str, options.tokens)),
            "--timeout",
            str(options.tune),
        ],
        check=True,
        cwd=ROOT,
    )


def compare(found: list[dict], by_round: dict, tokens: int) -> None:
    """Tell moegen's row how many times faster it is than the best of the others."""
    timed = {row["impl"]: row for row in found if row["status"] == "timed"}
    peers = sorted((row for name, row in timed.items() if name != MOEGEN), key=lambda row: row["median_s"])
    if MOEGEN not in timed or not peers:
        return
    ratio, low, high = speedup(by_round[peers[0]["impl"]], by_round[MOEGEN])
    timed[MOEGEN] |= {
        "best_peer": peers[0]["impl"],
        "speedup": ratio,
        "speedup_ci": [low, high],
        "speedup_wanted": next(wanted for most, wanted in TARGETS if tokens <= most),
    }


def table(found: list[dict]) -> str:
    """A line for each block and number of tokens: every contestant's time, and moegen over the best peer."""
    names = [peer.name for peer in BLOCKS]
    heads = "".join(f"{name.replace('transformers', 'tf'):>19}" for name in names)
    lines = [f"{'block':24}{heads}   moegen over the best"]
    for part in dict.fromkeys(row["part"] for row in found):
        by_name = {row["impl"]: row for row in found if row["part"] == part}
        cells = [
            tables.seconds(row["median_s"])
            if (row := by_name.get(name, {})).get("status") == "timed"
            else row.get("status", "")
            for name in names
        ]
        ours = by_name.get(MOEGEN, {})
        ratio = ""
        if "speedup" in ours:
            low, high = ours["speedup_ci"]
            under = "" if ours["speedup"] >= ours["speedup_wanted"] else f", under {ours['speedup_wanted']}"
            ratio = f"{ours['speedup']:.2f}x [{low:.2f}, {high:.2f}], {tables.variant(ours)}{under}"
        lines.append(f"{part.removeprefix('family '):24}" + "".join(f"{cell:>19}" for cell in cells) + f"   {ratio}")
    notes = {f"{row['impl']} in {row['part']}: {row['status']}: {row['note']}" for row in found if row.get("note")}
    cuts = {f"{row['model']}: {row['slice']}" for row in found if row.get("slice")}
    return "\n".join([*lines, *sorted(notes), *sorted(cuts)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--families", type=lambda text: text.split(","), default=list(MODELS))
    parser.add_argument("--tokens", type=lambda text: [int(part) for part in text.split(",")], default=[1, 16, 1024])
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=12.0, help="of timing; thrice that beyond 16 tokens")
    parser.add_argument("--tune", type=float, default=0.0, help="seconds of search for each layer that is not tuned")
    parser.add_argument("--threads", type=int, default=target.default_threads())
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "bench" / "results" / "families.json")
    options = parser.parse_args()
    head, processes, start = rows.header("families", options.threads), {}, time.monotonic()

    def progress(text):
        print(f"{time.monotonic() - start:6.0f} s  {text}", file=sys.stderr, flush=True)

    try:
        for family in options.families:
            found = measure(family, options, head, processes, progress)
            old = rows.load(options.out) if options.out.exists() else None
            rows.save(options.out, rows.merge(old, {**head, "rows": found}))
            print(table(found), flush=True)
    finally:
        for process in processes.values():
            process.close()


if __name__ == "__main__":
    main()
