# The Mixture-of-Experts layer as a Mojo program: softmax router, top-k, rows grouped by expert, two GEMMs over packed
# weights with the activation in between, weighted combine. Sizes are compile-time: mojo build -D H=.. -D I=.. -D E=.. -D K=..
# Arrays, float32: gate (H,E), w1 (E,H,I), w2 (E,I,H), x (T,H), y (T,H).
from max.algorithm import sync_parallelize
from std.math import exp
from std.memory import Pointer
from std.sys import simd_width_of
from std.sys.defines import get_defined_int

comptime H = get_defined_int["H"]()
comptime I = get_defined_int["I"]()
comptime E = get_defined_int["E"]()
comptime K = get_defined_int["K"]()

comptime W = simd_width_of[DType.float32]()
comptime NV = 3  # vectors in a row of the register tile
comptime NR = NV * W
comptime MR = 8 if W == 16 else 4
comptime MB = 12 * MR  # rows of one task: their h stays in the L2 cache
comptime KC = 512

comptime Floats = Pointer[Float32, MutUntrackedOrigin]
comptime Ints = Pointer[Int32, MutUntrackedOrigin]
comptime Vector = SIMD[DType.float32, W]


def panels(columns: Int) -> Int:
    return (columns + NR - 1) // NR


# Floats of one expert's (rows, columns) matrix, packed as panels of NR columns, zeros beyond the last.
def packed_size(rows: Int, columns: Int) -> Int:
    return panels(columns) * rows * NR


def pack(source: Floats, rows: Int, columns: Int, packed: Floats):
    for p in range(panels(columns)):
        for r in range(rows):
            for c in range(NR):
                var column = p * NR + c
                var value = source[unsafe_offset=r * columns + column] if column < columns else Float32(0)
                packed[unsafe_offset=(p * rows + r) * NR + c] = value


@export
def moe_packed_floats() abi("C") -> Int:
    return E * (packed_size(H, I) + packed_size(I, H))


@export
def moe_workspace_floats(tokens: Int) abi("C") -> Int:
    return tokens * K * H + (tokens * K // MB + E) * (MB * panels(I) * NR + MR * NR) + tokens * E


@export
def moe_pack(w1: Floats, w2: Floats, packed: Floats) abi("C"):
    comptime per_expert = packed_size(H, I) + packed_size(I, H)
    for e in range(E):
        pack(w1.unsafe_offset(e * H * I), H, I, packed.unsafe_offset(e * per_expert))
        pack(w2.unsafe_offset(e * I * H), I, H, packed.unsafe_offset(e * per_expert + packed_size(H, I)))


# c (MR, NR) (+)= a @ panel over `depth`; row m of a begins at rows[m]. Relu at the end of the first GEMM's reduction.
@always_inline
def tile[relu: Bool](rows: Array[Int, MR], a: Floats, panel: Floats, depth: Int, c: Floats, stride: Int,
                     first: Bool, last: Bool):
    var sums = Array[Vector, MR * NV](fill=Vector(0))
    if not first:
        comptime for m in range(MR):
            comptime for v in range(NV):
                sums[m * NV + v] = c.unsafe_load[width=W](m * stride + v * W)
    for k in range(depth):
        var b = Array[Vector, NV](fill=Vector(0))
        comptime for v in range(NV):
            b[v] = panel.unsafe_load[width=W](k * NR + v * W)
        comptime for m in range(MR):
            var value = Vector(a[unsafe_offset=rows[m] + k])
            comptime for v in range(NV):
                sums[m * NV + v] = value.fma(b[v], sums[m * NV + v])
    comptime for m in range(MR):
        comptime for v in range(NV):
            var out = sums[m * NV + v]
            comptime if relu:
                if last:
                    out = max(out, Vector(0))
            c.unsafe_store(m * stride + v * W, out)


# logits (E,) of one token; w is 1 row of gate at a time, so that gate is read along its rows.
def choose(x: Floats, gate: Floats, logits: Floats, chosen: Ints, share: Floats):
    for e in range(E):
        logits[unsafe_offset=e] = 0
    for h in range(H):
        var value = x[unsafe_offset=h]
        for e in range(E):
            logits[unsafe_offset=e] += value * gate[unsafe_offset=h * E + e]
    var total = Float32(0)
    for k in range(K):
        var best = -1
        for e in range(E):
            var taken = False
            for j in range(k):
                taken = taken or Int(chosen[unsafe_offset=j]) == e
            if not taken and (best < 0 or logits[unsafe_offset=e] > logits[unsafe_offset=best]):
                best = e
        chosen[unsafe_offset=k] = Int32(best)
        share[unsafe_offset=k] = exp(logits[unsafe_offset=best] - logits[unsafe_offset=Int(chosen[unsafe_offset=0])])
        total += share[unsafe_offset=k]
    for k in range(K):
        share[unsafe_offset=k] /= total


# One block of at most MB rows of one expert: h = relu(x @ w1), then its rows of `each` (T*K,H) = h @ w2. A tile of the
# second GEMM is finished after `h`, since H need not be a multiple of NR.
def block(x: Floats, tokens: Ints, count: Int, packed: Floats, h: Floats, each: Floats):
    comptime h_stride = panels(I) * NR
    var edge = h.unsafe_offset(MB * h_stride)
    for p in range(panels(I)):
        for m0 in range(0, count, MR):
            var rows = Array[Int, MR](fill=0)
            for m in range(MR):
                rows[m] = Int(tokens[unsafe_offset=min(m0 + m, count - 1)]) // K * H
            for k0 in range(0, H, KC):
                tile[True](rows, x.unsafe_offset(k0), packed.unsafe_offset((p * H + k0) * NR), min(KC, H - k0),
                           h.unsafe_offset(m0 * h_stride + p * NR), h_stride, k0 == 0, k0 + KC >= H)
    comptime second = packed_size(H, I)
    for p in range(panels(H)):
        for m0 in range(0, count, MR):
            var rows = Array[Int, MR](fill=0)
            for m in range(MR):
                rows[m] = (m0 + m) * h_stride
            for k0 in range(0, I, KC):
                tile[False](rows, h.unsafe_offset(k0), packed.unsafe_offset(second + (p * I + k0) * NR), min(KC, I - k0),
                            edge, NR, k0 == 0, False)
            for m in range(min(MR, count - m0)):
                var to = Int(tokens[unsafe_offset=m0 + m]) * H
                for c in range(min(NR, H - p * NR)):
                    each[unsafe_offset=to + p * NR + c] = edge[unsafe_offset=m * NR + c]


# chosen: (T*K,) int32; order: (T*K + 3(E+1),) int32; share: (T*K,); work: moe_workspace_floats(T). `order`
# begins with token * K + slot, by expert.
@export
def moe_forward(x: Floats, tokens: Int, gate: Floats, packed: Floats, work: Floats, chosen: Ints, order: Ints,
                share: Floats, y: Floats) abi("C"):
    comptime per_expert = packed_size(H, I) + packed_size(I, H)
    comptime h_block = MB * panels(I) * NR + MR * NR
    comptime chunk = 64
    var logits = work
    var each = work.unsafe_offset(tokens * E)
    var blocks = each.unsafe_offset(tokens * K * H)

    def route(i: Int) {var x, var tokens, var gate, var logits, var chosen, var share}:
        for t in range(i * chunk, min((i + 1) * chunk, tokens)):
            choose(x.unsafe_offset(t * H), gate, logits.unsafe_offset(t * E), chosen.unsafe_offset(t * K),
                   share.unsafe_offset(t * K))

    sync_parallelize(route, (tokens + chunk - 1) // chunk)

    var starts = order.unsafe_offset(tokens * K)
    var task_starts = starts.unsafe_offset(E + 1)
    var next = task_starts.unsafe_offset(E + 1)
    for e in range(E + 1):
        starts[unsafe_offset=e] = 0
        task_starts[unsafe_offset=e] = 0
    for i in range(tokens * K):
        starts[unsafe_offset=Int(chosen[unsafe_offset=i]) + 1] += 1
    for e in range(E):
        var count = Int(starts[unsafe_offset=e + 1])
        task_starts[unsafe_offset=e + 1] = task_starts[unsafe_offset=e] + Int32((count + MB - 1) // MB)
        starts[unsafe_offset=e + 1] += starts[unsafe_offset=e]
        next[unsafe_offset=e] = starts[unsafe_offset=e]
    for i in range(tokens * K):
        var e = Int(chosen[unsafe_offset=i])
        order[unsafe_offset=Int(next[unsafe_offset=e])] = Int32(i)
        next[unsafe_offset=e] += 1

    def expert(i: Int) {var x, var order, var packed, var blocks, var each, var starts, var task_starts}:
        var e = 0
        while Int(task_starts[unsafe_offset=e + 1]) <= i:
            e += 1
        var first = Int(starts[unsafe_offset=e]) + (i - Int(task_starts[unsafe_offset=e])) * MB
        block(x, order.unsafe_offset(first), min(MB, Int(starts[unsafe_offset=e + 1]) - first),
              packed.unsafe_offset(e * per_expert), blocks.unsafe_offset(i * h_block), each)

    sync_parallelize(expert, Int(task_starts[unsafe_offset=E]))

    def combine(i: Int) {var tokens, var each, var share, var y}:
        for t in range(i * chunk, min((i + 1) * chunk, tokens)):
            for c in range(H):
                var total = Float32(0)
                for k in range(K):
                    total += share[unsafe_offset=t * K + k] * each[unsafe_offset=(t * K + k) * H + c]
                y[unsafe_offset=t * H + c] = total

    sync_parallelize(combine, (tokens + chunk - 1) // chunk)
