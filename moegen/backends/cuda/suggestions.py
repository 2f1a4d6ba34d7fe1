"""What a search asks of Optuna: the choices of a config, and the values of each."""

from __future__ import annotations

from moegen.backends import Target
from moegen.backends.cuda import fused, legality, sizes, space
from moegen.spec import MoeSpec

_MANY_ROWS = 256  # of an expert, from which one kernel for both GEMMs may gain


def suggest(trial, spec: MoeSpec, target: Target, num_tokens: int) -> space.Config:
    """Ask an Optuna trial for each choice. The result may be illegal: see `why_illegal`."""
    math = trial.suggest_categorical("math", sizes.maths(spec, target))
    wide = sizes.element_bytes(spec) == 2
    router = trial.suggest_categorical("router_tokens", (16, 32, 64, 128) if wide else (4, 8, 16, 32, 64))
    group = trial.suggest_categorical("group", (1, 4, 8, 16, 32))
    split = trial.suggest_categorical("router_splits", (1, 4, 8, 16)) if num_tokens <= space.SCAN_TOKENS else 1
    many = trial.suggest_categorical("router_wide", (False, True)) if split == 1 else False
    gathers = (False,) if spec.scale_input else (False, True)
    turns = () if spec.dtype == "fp8" else ("pingpong1", "pingpong2")
    if math == "fma":
        return space.Config(
            math,
            trial.suggest_categorical("bm", (16, 32, 64, 128)),
            trial.suggest_categorical("bn1", (64, 128)),
            trial.suggest_categorical("bn2", (64, 128)),
            stages := trial.suggest_int("stages1", 2, 4),
            stages,
            group,
            router_tokens=router,
            router_splits=split,
            router_wide=many,
            ctas=trial.suggest_int("ctas", 1, 2),
        )
    if math == "mma":
        return space.Config(
            math,
            trial.suggest_categorical("mma_bm", (16, 32, 64, 128)),
            trial.suggest_categorical("mma_bn1", (64, 128, 256)),
            trial.suggest_categorical("mma_bn2", (64, 128, 256)),
            trial.suggest_int("mma_stages1", 2, 5),
            trial.suggest_int("mma_stages2", 2, 5),
            group,
            router_tokens=router,
            router_splits=split,
            router_wide=many,
            ctas=trial.suggest_int("ctas", 1, 2),
        )
    if spec.dtype != "fp8" and fused.holds_weights(spec):
        slices = trial.suggest_categorical("slices", (1, 2, 4, 8))
        if slices > 1:
            first, second = sizes.columns(spec)
            bm = trial.suggest_int("fused_bm", 32, 128, step=16)
            stages = trial.suggest_int("fused_stages", 3, 6)
            return space.Config(
                math,
                bm,
                first // slices,
                second,
                stages,
                stages,
                swap=True,
                gather=True,
                router_tokens=router,
                router_splits=split,
                router_wide=many,
                slices=slices,
            )
    if many:
        split = trial.suggest_categorical("router_cluster", (1, 2, 4, 8))
    carries = (False,) if spec.dtype == "fp8" or spec.scale_input else (False, True)
    if spec.dtype != "fp8" and trial.suggest_categorical("swap", (False, True)):
        bm = trial.suggest_categorical("swap_bm", (*space.SWAPPED_ROWS, 2 * 160, 2 * 192))
        if bm < space.DIRECT_ROWS:
            bn1 = bn2 = trial.suggest_categorical("direct_bn", (64, 128))
        elif spec.gated or trial.suggest_categorical("two_warpgroups", (False, True)):
            bn1, bn2 = (trial.suggest_categorical(name, (128, 256)) for name in ("swap_bn1", "swap_bn2"))
        else:
            bn1 = bn2 = 64
        by_turns = [name for name, bn in zip(turns, (bn1, bn2)) if bn == 128 <= bm]
        return space.Config(
            math,
            bm,
            bn1,
            bn2,
            trial.suggest_int("swap_stages1", 3, 12),
            trial.suggest_int("swap_stages2", 3, 12),
            group,
            True,
            trial.suggest_categorical("splits", (1, 2, 4, 8)) if bm < space.DIRECT_ROWS else 1,
            1 if 256 in (bn1, bn2) else trial.suggest_int("swap_ctas", 1, 4),
            router,
            split,
            gather := trial.suggest_categorical("gather", gathers),
            2 if bm > space.SWAPPED_ROWS[-1] else trial.suggest_categorical("cluster", (1, 2)) if bm >= 128 else 1,
            router_wide=many,
            carry=bm >= space.DIRECT_ROWS and not gather and trial.suggest_categorical("carry", carries),
            **{name: trial.suggest_categorical(name, (False, True)) for name in by_turns},
            **{name: trial.suggest_categorical(name, (False, True)) for name in ("stream1", "stream2") if bm < 128},
        )
    columns = tuple(bn for bn in (128, 192, 256) if not legality.why_not_columns(spec, bn))
    rows = num_tokens * spec.top_k / spec.num_experts
    joins = rows >= _MANY_ROWS and spec.dtype != "fp8" and not spec.scale_input
    if joins and trial.suggest_categorical("joined", (False, True)):
        return space.Config(
            math,
            trial.suggest_categorical("wgmma_bm", (64, 128)),
            bn := trial.suggest_categorical("wgmma_bn1", columns),
            bn,
            stages := trial.suggest_int("stages1", 3, 7),
            stages,
            group,
            router_tokens=router,
            router_splits=split,
            router_wide=many,
            gather=True,
            joined=True,
        )
    cluster = trial.suggest_categorical("wgmma_cluster", (1, 2))
    gather = trial.suggest_categorical("gather", gathers)
    pairs = legality.takes_steps_in_pairs(spec)
    return space.Config(
        math,
        trial.suggest_categorical("wgmma_bm", (64, 128)) * cluster,
        trial.suggest_categorical("wgmma_bn1", columns),
        trial.suggest_categorical("wgmma_bn2", (128, 192, 256)),
        trial.suggest_int("stages1", 3, 7),
        trial.suggest_int("stages2", 4, 6, step=2) if pairs else trial.suggest_int("stages2", 3, 7),
        group,
        ctas=1 if spec.dtype == "fp8" else trial.suggest_int("ctas", 1, 2),  # e4m3's sums leave no registers for two
        router_tokens=router,
        router_splits=split,
        router_wide=many,
        gather=gather,
        cluster=cluster,
        carry=not gather and trial.suggest_categorical("carry", carries),
        **{name: trial.suggest_categorical(name, (False, True)) for name in turns},
    )
