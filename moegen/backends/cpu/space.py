"""The choices for a CPU kernel: how weights lie, how loops are cut, which of it is legal, and a default from a model.

The default follows "Analytical Modeling Is Enough for High-Performance BLIS" (Low et al., 2016): the register tile
fills the vector file, KC x NR of packed weights stay near while rows stream past, and MC x KC of rows fill half of L2.
"""

from __future__ import annotations

import dataclasses
import math

from moegen.backends import Target


@dataclasses.dataclass(frozen=True)
class Layout:
    """How weights lie: panels of `nr` columns, the whole depth of each contiguous, the last one only as wide as needed.

    Within a panel, `kpack` elements along the reduction lie together for each column, as a multiplication takes them.
    """

    nr: int
    kpack: int = 1


@dataclasses.dataclass(frozen=True)
class Config:
    """What was chosen for one token bucket.

    Attributes
    ----------
    mr : rows of the register tile
    vl : floats in a vector
    kc : depth of a pass; a depth of at most twice that, or any where it is 0, is one pass, so no partial sums
        are written; nor are they by a gated first GEMM, whose gate and up have no place in h
    mc : rows of a block, of which each is one task's
    nc : columns of a task
    unroll : steps along the depth in the innermost loop
    prefetch : how many steps ahead weights are prefetched; 0 for not at all
    prefetch_panel : lines of the next panel of weights that are brought into L2 every `unroll` steps while rows pass by
        this one; 0 for none
    gather : read rows of x where they lie, or one copy in the type that they are multiplied in, instead of a copy
        sorted by expert
    rows_outer : keep a row panel in L1 and walk weights past it, instead of the reverse
    wave_rows : rows for which h is kept at a time; 0 for all
    streams : a call is one run of tasks, the router among them, in which each waits for what it needs, and weights
        are read in so many streams, one for a thread; 0: a run for each stage
    """

    mr: int
    vl: int
    kc: int
    mc: int
    nc: int
    unroll: int
    prefetch: int
    prefetch_panel: int
    gather: bool
    rows_outer: bool
    wave_rows: int
    streams: int = 0


@dataclasses.dataclass(frozen=True)
class Kind:
    """How weights of one type are multiplied: what a step along the depth takes from A and B (templates/cpu/gemm.c.j2).

    Attributes
    ----------
    name : of the hooks in templates/cpu/prelude/*_kinds.h.j2
    kpack : elements of the depth in one step of a column of B
    step_bytes : bytes of it
    a : what A's rows hold: f32, bf16, s8, u8 (signed, plus 128) or i16
    parts : operands that a step of B is taken apart into, each multiplied by one element of A (a float, or a word)
    shifts : where in B's word each of the `kpack` numbers begins; empty where B holds whole numbers of their own
    raw, operand : "_words" where a loaded step, and an operand, are integer vectors
    sums : "" for sums in float32; "depth" for int32 over the whole depth; "group" over 32 of it
    """

    name: str
    kpack: int
    step_bytes: int
    a: str
    parts: int = 1
    shifts: tuple[int, ...] = ()
    raw: str = ""
    operand: str = ""
    sums: str = ""

    @property
    def a_per_element(self) -> int:
        """Numbers in one element of A."""
        return self.kpack // self.parts

    @property
    def a_type(self) -> str:
        return "float" if self.a == "f32" else "uint32_t"

    @property
    def a_offset(self) -> bool:
        return self.a == "u8"

    @property
    def depth_unit(self) -> int:
        """What the depth is filled up to a multiple of."""
        return GROUP if self.sums == "group" else self.kpack

    @property
    def group_bytes(self) -> int:
        """Bytes of a column's group: its numbers and a scale in bfloat16."""
        return GROUP // self.kpack * self.step_bytes + 2

    def column_bytes(self, depth: int) -> int:
        """Bytes of one column of a panel of this depth, with its scales."""
        if self.sums == "group":
            return -(-depth // GROUP) * self.group_bytes
        tail = 0 if not self.sums else 8 if self.a_offset else 4
        return -(-depth // self.kpack) * self.step_bytes + tail


GROUP = 32  # of int4: elements along the reduction that share a scale
F32 = Kind("f32", 1, 4, "f32")
KINDS = {
    kind.name: kind
    for kind in (
        F32,
        Kind("f16", 1, 2, "f32"),
        Kind("bf16", 2, 4, "f32", 2, (0, 16), "_words"),
        Kind("bf16_pairs", 2, 4, "bf16", 1, (0, 16), "_words", "_words"),
        Kind("int8", 4, 4, "i16", 2, (0, 16, 8, 24), "_words", "_words", "depth"),
        Kind("int8_signed", 4, 4, "s8", 1, (0, 8, 16, 24), "_words", "_words", "depth"),
        Kind("int8_quads", 4, 4, "u8", 1, (0, 8, 16, 24), "_words", "_words", "depth"),
        Kind("int4", 8, 4, "i16", 4, (0, 16, 4, 20, 8, 24, 12, 28), "_words", "_words", "group"),
        Kind("int4_quads", 8, 4, "s8", 2, (0, 8, 16, 24, 4, 12, 20, 28), "_words", "_words", "group"),
    )
}
_ARM_INTEGERS = {"int8": "int8_signed", "int4": "int4_quads"}
_WIDENING = {"f32": "f32", "bf16": "bf16", "f16": "f16", "int8": "int8", "int4": "int4"}


@dataclasses.dataclass(frozen=True)
class Isa:
    """What an instruction set offers. `widths`: floats in a vector, each with the registers there are of it.

    `architecture`: that of its processors, empty where it runs everywhere; `by_element`: the kinds whose multiplication
    takes one element of a vector of A; `kinds`: how weights of each dtype are multiplied.
    """

    widths: dict[int, int]
    preludes: dict[int, str]
    flags: tuple[str, ...]
    architecture: str = ""
    by_element: tuple[str, ...] = ()
    kinds: dict[str, str] = dataclasses.field(default_factory=lambda: {"f32": "f32"})

    @property
    def lanes(self) -> int:
        return max(self.widths)


_AVX2 = ("-mavx2", "-mfma", "-mf16c")
_AVX512 = ("-mavx512f", "-mavx512vl", "-mavx512bw", "-mavx512dq", *_AVX2, "-mprefer-vector-width=512")
ISAS = {
    "avx512_bf16": Isa({16: 32}, {16: "avx512"}, (*_AVX512, "-mavx512bf16"), "x86_64", kinds={"bf16": "bf16_pairs"}),
    "avx512_vnni": Isa(
        {16: 32},
        {16: "avx512"},
        (*_AVX512, "-mavx512vnni"),
        "x86_64",
        kinds={"int8": "int8_quads", "int4": "int4_quads"},
    ),
    "avx512": Isa({16: 32, 8: 32}, {16: "avx512", 8: "avx2"}, _AVX512, "x86_64", kinds=_WIDENING),
    "avx2": Isa({8: 16}, {8: "avx2"}, _AVX2, "x86_64", kinds=_WIDENING),
    "neon_bf16": Isa(
        {4: 32}, {4: "neon"}, ("-march=armv8.2-a+bf16",), "aarch64", ("f32", "bf16_pairs"), {"bf16": "bf16_pairs"}
    ),
    "neon_dotprod": Isa(
        {4: 32}, {4: "neon"}, ("-march=armv8.2-a+dotprod",), "aarch64", ("f32", *_ARM_INTEGERS.values()), _ARM_INTEGERS
    ),
    "neon": Isa({4: 32}, {4: "neon"}, (), "aarch64", ("f32", "bf16", "f16"), {**_WIDENING, **_ARM_INTEGERS}),
    "scalar": Isa({1: 32}, {1: "scalar"}, (), kinds=_WIDENING),
}
# What of MoeSpec.features the templates do.
FEATURES = frozenset(
    {
        "sigmoid",
        "sparsemixer",
        "no_renormalize",
        "router_bias",
        "score_bias",
        "groups",
        "routed_scaling",
        "scale_input",
        "shared",
        "shared_gate",
        "swiglu_clamp",
    }
)
RULES = ("panels.py",)
MIN_LAYOUT_NR = 4
MAX_SUM_DEPTH = (2**31 - 1) // (255 * 127) // GROUP * GROUP
WAVES = (0, 512, 1024, 2048, 4096)
STREAMS = (0, 1, 2, 4, 8, 16)
PANEL_LINES = (0, 1, 2, 4, 8)
TALL = 12  # rows of a default tile at most: what is left of 32 registers keeps compilers from spilling
LOW = 8  # rows of one that sums in int32 over the whole depth: from 9 on GCC spills sums, which costs up to a fifth
AHEAD_BYTES = 8192  # how far ahead of their use weights are asked for that come from memory


def isa(target: Target) -> Isa:
    return ISAS[target.name]


def kind(spec, target: Target) -> Kind | None:
    """How the target multiplies weights of the spec's dtype; None where it does not."""
    name = isa(target).kinds.get(spec.dtype)
    return None if name is None else KINDS[name]


def layouts(spec, target: Target) -> tuple[Layout, ...]:
    """Candidate layouts, the favourite first: two vectors wide, so that a register tile takes many rows.

    Where an expert has a dozen rows, they then pass its weights once, while these come from memory. A second pass over
    a panel would compute while nothing is read.
    """
    lanes, how = isa(target).lanes, kind(spec, target)
    per_panel = {16: (2, 3, 4), 8: (2, 3, 4), 4: (2, 3, 4), 1: (4, 8)}[lanes]
    if spec.gated:  # gate and up halves of a panel are whole vectors each
        per_panel = tuple(n for n in per_panel if n % 2 == 0)
    return tuple(Layout(n * lanes, how.kpack if how else 1) for n in per_panel)


def tallest(target: Target, layout: Layout, vl: int) -> int:
    """The largest MR whose accumulators, one row of weights and one broadcast fit the vector registers.

    Where the multiply takes an element of a vector, each row of the tile holds such a vector in place of the broadcast,
    and two registers are left to the compiler, which moves loads ahead: without them GCC spills. Weights that are taken
    apart are held whole and in parts. The float sums of int4's groups come on top, in memory: they are touched once in
    32 steps.
    """
    vectors, this = layout.nr // vl, isa(target)
    if this.by_element:
        how = next((KINDS[name] for name in this.kinds.values() if KINDS[name].kpack == layout.kpack), F32)
        alone = how.name not in this.by_element  # a broadcast and two products
        taken = vectors * min(how.parts, 2) + 2 + (how.parts > 1) + 2 * alone
        return (this.widths[vl] - taken) // (vectors + (not alone))
    return (this.widths[vl] - vectors - 1) // vectors


def default(spec, target: Target, layout: Layout, num_tokens: int, machine: dict) -> Config:
    """The analytic default for `num_tokens` tokens on a machine with these caches (`l1_bytes`, `l2_bytes`)."""
    lanes = isa(target).lanes
    rows = max(1, math.ceil(num_tokens * spec.top_k / spec.num_experts))  # of one expert, if tokens spread evenly
    how = kind(spec, target) or F32
    mr = min(tallest(target, layout, lanes), TALL)  # fewer rows have tiles of their own
    if how.sums == "group":  # a group's sums in int32 and its float sums share three quarters of the registers
        each = 2 * layout.nr // lanes + (how.name in isa(target).by_element)
        mr = max(1, min(mr, isa(target).widths[lanes] * 3 // 4 // each))
    few = rows <= 2 * mr  # weights stream by once or twice, straight from memory
    if how.sums == "depth" and not few:
        mr = min(mr, LOW)
    bytes_each, a_bytes = how.step_bytes / how.kpack, 4 // how.a_per_element
    kc = 0
    if rows > mr and not how.sums:
        near = machine["l2_bytes"] // 8 // int(layout.nr * bytes_each)
        kc = max(128, min(int(2048 / bytes_each), near // 64 * 64))
        if kc >= max(spec.hidden_size, spec.intermediate_size):
            kc = 0
    depth = kc or max(spec.hidden_size, spec.intermediate_size)
    # A block holds all rows that an expert of few is likely to get, so that no second task reads its weights again.
    mc = min(max(machine["l2_bytes"] // 2 // (a_bytes * depth), mr), 32 * mr, max(rows, 4 * mr)) // mr * mr
    # Few rows: tasks small enough that both GEMMs of a single token keep all cores busy to the end, and wide where more
    # experts are active, since each begins with weights that nothing asked for ahead of time and asks for more at its
    # end. Many: so small that the last ones of a wave cost little, and else wide, as before.
    wave = 512 if how.sums else 2048  # where h is read again as a whole, it should still be in a cache
    if few:
        each = min(spec.hidden_size, spec.intermediate_size) // layout.nr
        blocks = min(spec.num_experts, num_tokens * spec.top_k)
        panels = max(each // (4 * machine["threads"]), each * blocks // (32 * machine["threads"]))
    else:
        blocks = min(wave, num_tokens * spec.top_k) // min(rows, mc)
        panels = max(spec.hidden_size, spec.intermediate_size) // layout.nr * blocks // (64 * machine["threads"])
    nc = layout.nr * max(1 if few else 2, min(16 if few else 8, panels))
    unroll = 8 if how.sums == "depth" and not isa(target).by_element else 4
    # Lines that a row tile must bring in each turn of its loop so that all of them together bring a panel.
    lines = layout.nr * how.step_bytes * unroll / 64 / math.ceil(min(rows, mc) / mr)
    prefetch_panel = min((n for n in PANEL_LINES if n >= lines), default=PANEL_LINES[-1]) if rows > mr else 0
    return Config(
        mr=mr,
        vl=lanes,
        kc=kc,
        mc=max(mc, mr),
        nc=nc,
        unroll=unroll,
        prefetch=AHEAD_BYTES // (layout.nr * how.step_bytes) if few else 0,
        prefetch_panel=prefetch_panel,
        gather=few or mr <= 10 and multiplied_as_is(spec, how),
        rows_outer=False,
        wave_rows=0 if few else max(wave, mc),
        streams=max(n for n in STREAMS if n <= machine["threads"]) if few else 0,
    )


def multiplied_as_is(spec, how: Kind) -> bool:
    """Whether rows of x can be multiplied where they lie, without a copy in another form."""
    return how.a == "f32" and spec.hidden_size % how.kpack == 0


def suggest(trial, spec, target: Target, layout: Layout, num_tokens: int) -> Config:
    """Ask an Optuna trial for each choice. What it proposes may be illegal: see `why_illegal`."""
    widths = sorted(isa(target).widths, reverse=True)
    vl = trial.suggest_categorical("vl", widths) if len(widths) > 1 else widths[0]
    top = min(max(tallest(target, layout, vl), 1), 14)
    mr = min(trial.suggest_int("mr", 1, max(2, max(tallest(target, layout, w) for w in widths))), top)
    how = kind(spec, target)
    kc = 0 if how.sums else trial.suggest_categorical("kc", [0, 128, 256, 512, 1024])
    gather = trial.suggest_categorical("gather", [False, True])
    wave_rows = trial.suggest_categorical("wave_rows", list(WAVES))
    return Config(
        mr=mr,
        vl=vl,
        kc=kc if kc < max(spec.hidden_size, spec.intermediate_size) else 0,
        mc=mr * trial.suggest_categorical("row_panels", [1, 2, 4, 8, 16, 32, 64]),
        nc=layout.nr * trial.suggest_categorical("column_panels", [1, 2, 4, 8, 16, 32]),
        unroll=trial.suggest_categorical("unroll", [1, 2, 4, 8]),
        prefetch=trial.suggest_categorical("prefetch", [0, 8, 16, 32, 64, 128]),
        prefetch_panel=trial.suggest_categorical("prefetch_panel", list(PANEL_LINES)),
        gather=gather,
        rows_outer=trial.suggest_categorical("rows_outer", [False, True]),
        wave_rows=wave_rows,
        streams=trial.suggest_categorical("streams", list(STREAMS)) if gather and not wave_rows else 0,
    )


def why_illegal(spec, target: Target, layout: Layout, config: Config) -> str | None:
    """Why this config cannot be built or would be wrong; None where it can."""
    if target.name not in ISAS:
        return f"no template for target {target.name}"
    how = kind(spec, target)
    if how is None:
        return f"{target.name} has no way to multiply weights of type {spec.dtype}"
    if layout.kpack != how.kpack:
        return f"kpack={layout.kpack} is not the {how.kpack} of weights of type {spec.dtype} on {target.name}"
    if how.sums and spec.shared_intermediate_size:
        return f"the CPU templates do not hold a shared expert in {spec.dtype}"
    if how.sums and max(spec.hidden_size, spec.intermediate_size) > MAX_SUM_DEPTH:
        return f"sums of more than {MAX_SUM_DEPTH} products of bytes may not fit 32 bits"
    if spec.features - FEATURES:
        return f"the CPU templates do not do {', '.join(sorted(spec.features - FEATURES))}"
    if layout.nr < MIN_LAYOUT_NR or layout.nr % isa(target).lanes:
        return f"nr={layout.nr} is not a multiple of the {isa(target).lanes} floats of a vector"
    if config.vl not in isa(target).widths:
        return f"vl={config.vl} is not a vector width of {target.name}"
    if spec.gated and (layout.nr // config.vl % 2 or (layout.nr // 2) % isa(target).lanes):
        return f"nr={layout.nr} does not split into gate and up halves of whole vectors"
    tallest_mr = tallest(target, layout, config.vl)
    if not 1 <= config.mr <= tallest_mr:
        return f"mr={config.mr} x {layout.nr} does not fit the vector registers (mr at most {tallest_mr})"
    if config.gather and config.mr > 12:
        return f"mr={config.mr} row pointers do not fit the general registers"
    if config.kc and how.sums:
        return f"{spec.dtype} sums over the whole depth: kc must be 0"
    if config.kc % how.kpack:
        return f"kc={config.kc} is not a multiple of kpack={how.kpack}"
    if config.streams < 0 or config.streams and not (config.gather and config.wave_rows == 0):
        return (
            f"streams={config.streams}: one run of tasks has no stage in which x is sorted, and no waves; it needs "
            "gather and wave_rows=0"
        )
    if config.kc < 0 or 0 < config.kc < 16:
        return f"kc={config.kc} is shorter than the loads that move partial sums"
    if config.mc < 1 or config.mc % config.mr:
        return f"mc={config.mc} is not a multiple of mr={config.mr}"
    if config.nc < 1 or config.nc % layout.nr:
        return f"nc={config.nc} is not a multiple of nr={layout.nr}"
    if config.unroll not in (1, 2, 4, 8, 16) or config.prefetch < 0 or not 0 <= config.prefetch_panel <= 16:
        return (
            f"unroll={config.unroll}, prefetch={config.prefetch}, prefetch_panel={config.prefetch_panel}: not in the "
            "templates' range"
        )
    if config.wave_rows and config.wave_rows < config.mc:
        return f"a wave of {config.wave_rows} rows does not hold a block of mc={config.mc}"
    if config.mr * (layout.nr // config.vl) * config.unroll * how.parts > 1024:
        return "the unrolled tile exceeds 1024 multiply-adds, more code than the instruction cache holds"
    return None


def template(spec, target: Target) -> dict[str, str]:
    """Files of a rendered library and the template of each."""
    return {name: f"cpu/{name}.j2" for name in ("moe.h", "moe.c", "pool.h", "pool.c")}


def names(spec, target: Target, layout: Layout, configs: dict[int, Config], prefix: str) -> dict:
    """What the templates are given, derived once and in one place."""
    from moegen.backends.cpu import panels  # made of what stands here

    return panels.names(spec, target, layout, configs, prefix)
