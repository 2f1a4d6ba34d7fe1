"""What a study asks a trial: every choice of the CUDA kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moegen.backends.cuda import space
from moegen.backends.cuda.space import Config

if TYPE_CHECKING:
    from moegen.backends import Target
    from moegen.spec import MoeSpec

_FEW_TOKENS = 2048  # up to which blocks of a GEMM may find rows by themselves: it is a kernel's work, done by each


def suggest(trial, spec: MoeSpec, target: Target, num_tokens: int) -> Config:
    """Ask an Optuna trial for each choice. The result may be illegal: see `space.why_illegal`."""
    math = trial.suggest_categorical("math", space.maths(spec, target))
    wide = space.element_bytes(spec) == 2
    router = trial.suggest_categorical("router_tokens", (16, 32, 64, 128) if wide else (4, 8, 16, 32, 64))
    group = trial.suggest_categorical("group", (1, 4, 8, 16, 32))
    few, clusters = num_tokens <= 64, space.capability(target) >= (9, 0, False)
    split = trial.suggest_categorical("router_splits", (1, 4, 8, 16) if few else (1, 2, 4, 8) if clusters else (1,))
    router_cluster = split > 1 and clusters and (not few or trial.suggest_categorical("router_cluster", (False, True)))
    many = trial.suggest_categorical("router_wide", (False, True)) if split == 1 else False
    gathers = (False,) if spec.scale_input else (False, True)
    turns = () if spec.dtype == "fp8" else ("pingpong1", "pingpong2")
    if math == "fma":
        return Config(
            math,
            trial.suggest_categorical("bm", (16, 32, 64, 128)),
            trial.suggest_categorical("bn1", (64, 128)),
            trial.suggest_categorical("bn2", (64, 128)),
            stages := trial.suggest_int("stages1", 2, 4),
            stages,
            group,
            router_tokens=router, router_splits=split, router_wide=many, router_cluster=router_cluster,
            ctas=trial.suggest_int("ctas", 1, 2),
        )
    if math == "mma":
        return Config(
            math,
            trial.suggest_categorical("mma_bm", (16, 32, 64, 128)),
            trial.suggest_categorical("mma_bn1", (64, 128, 256)),
            trial.suggest_categorical("mma_bn2", (64, 128, 256)),
            trial.suggest_int("mma_stages1", 2, 5),
            trial.suggest_int("mma_stages2", 2, 5),
            group,
            router_tokens=router, router_splits=split, router_wide=many, router_cluster=router_cluster,
            ctas=trial.suggest_int("ctas", 1, 2),
        )
    if spec.dtype != "fp8" and trial.suggest_categorical("swap", (False, True)):
        bm, bn = (
            trial.suggest_categorical("swap_bm", (8, 16, 24, 32, 48, 64, 96, 128, 192, 256)),
            trial.suggest_categorical("swap_bn", (64, 128)),
        )
        return Config(
            math, bm, bn, bn,
            trial.suggest_int("swap_stages1", 3, 12),
            trial.suggest_int("swap_stages2", 3, 12),
            group,
            True,
            trial.suggest_categorical("splits", (1, 2, 4, 8)) if bm < 128 else 1,
            trial.suggest_int("swap_ctas", 1, 4),
            router,
            split,
            gather := trial.suggest_categorical("gather", gathers),
            trial.suggest_categorical("cluster", (1, 2)) if bm >= 128 else 1,
            trial.suggest_categorical("paced", (False, True)) if bm >= 128 else False,
            *(trial.suggest_categorical(name, (False, True)) for name in turns if bm >= 128),
            router_wide=many,
            router_cluster=router_cluster,
            rows_by_gemm=gather and _may_find_rows(trial, num_tokens),
        )
    cluster = trial.suggest_categorical("wgmma_cluster", (1, 2))
    return Config(
        math,
        trial.suggest_categorical("wgmma_bm", (64, 128)) * cluster,
        trial.suggest_categorical("wgmma_bn1", (128, 192, 256)),
        trial.suggest_categorical("wgmma_bn2", (128, 192, 256)),
        trial.suggest_int("stages1", 3, 7),
        trial.suggest_int("stages2", 3, 7),
        group,
        ctas=trial.suggest_int("ctas", 1, 2),
        router_tokens=router, router_splits=split, router_wide=many, router_cluster=router_cluster,
        gather=(gather := trial.suggest_categorical("gather", gathers)),
        rows_by_gemm=gather and _may_find_rows(trial, num_tokens),
        cluster=cluster,
        paced=trial.suggest_categorical("paced", (False, True)),
        **{name: trial.suggest_categorical(name, (False, True)) for name in turns},
    )


def _may_find_rows(trial, num_tokens):
    return num_tokens <= _FEW_TOKENS and trial.suggest_categorical("rows_by_gemm", (False, True))
