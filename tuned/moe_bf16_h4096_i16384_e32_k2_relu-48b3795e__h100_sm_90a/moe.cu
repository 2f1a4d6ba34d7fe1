// moe_bf16_h4096_i16384_e32_k2_relu-48b3795e for h100_sm_90a
// x (T,H), gate (H,E), w1 (E,H,I), w2 (E,I,H), y (T,H); T varies, the rest
// is fixed below.
//
//   p = softmax(x @ gate);  y = sum over the top K experts of weight * (act(x @ w1 + b1) @ w2 + b2)
//
// Six kernels a call, in this order: `router` (logits, top-k, rank of each choice within its block of tokens), `scan`
// (where each expert's rows begin), `permute` (tokens copied to their experts' rows), `first` and `second` (the GEMMs)
// and `combine` (each token's weighted sum); `first` may do what `permute` does; `joined` may be both GEMMs; for small
// layers, `fused` does what `scan`, `first` and `second` do, and `combine` too where a token has two experts at most.
// `pack_weights`, `pack_gate`, `pack_bias` run once per set of weights.
//
// Everything a GEMM reads is kept as atoms: 64 rows of 128 bytes (64 elements of the reduction), where the
// 16-byte chunk c of row r lies at chunk c ^ (r % 8). That is the 128-byte swizzle of wgmma, and it keeps ldmatrix and
// vector loads free of bank conflicts, so a tile travels from global to shared memory as one contiguous piece.
//
//   weights  [E][reduction / 64][columns / 64] atoms, a row being a column of the matrix
//   rows     [tile of BM rows][reduction / 64] tiles of BM x 128 bytes; each expert's rows are padded to BM;
//            those of the second GEMM, which `combine` reads one by one, as tiles of BM x PIECE * 128 bytes

constexpr int H = 4096, E = 32, K = 2;
constexpr int SHARED = 0, EXPERTS = E + SHARED;   // experts that make up the shared one, and all
constexpr int HP = 4096, IP = 16384;   // multiples of 64
constexpr int N1 = 16384;   // columns of packed w1
constexpr int ELEMENT = 2, CHUNK = 16 / ELEMENT;   // bytes of an element of x and y
constexpr int OPERAND = 2, ATOM_K = 128 / OPERAND;   // bytes of an element that GEMMs multiply
constexpr bool FP8 = false;
constexpr bool GATED = false, BIAS = false;

struct Variant0 {   // num_tokens 4
    static constexpr int BM = 8, ROUTER_TOKENS = 16,
        ROUTER_SPLITS = 16;
    static constexpr bool FUSED = false;
    static constexpr bool JOINED = false;
    static constexpr bool SWAP = true,
        DIRECT = FUSED || (SWAP && BM < 64);
    static constexpr bool WRITES_Y = FUSED && true;   // without `combine`
    static constexpr bool GATHER = true;
    static constexpr bool CARRY = false;
    static constexpr bool KEEPS_TOKENS = GATHER || CARRY;   // of rows, by which the first GEMM reads x
    static constexpr int SPLITS = 1, GROUP = 4, CLUSTER = 1;
    static constexpr bool SHARES_ROWS = false;   // a CLUSTER; else it shares weights
    static constexpr int PIECE = 1;   // atoms whose parts of a row of `outputs` lie beside each other
    static constexpr bool ROUTER_WIDE = false,
        HOPPER = true;
    // Who adds up the parts of the logits that ROUTER_SPLITS make: a cluster of the router's blocks, or `scan`.
    static constexpr int ROUTER_CLUSTER = 1;
    static constexpr bool SCAN_CHOOSES = true;
};
struct First0 : Variant0 {
    static constexpr bool FIRST = true;
    static constexpr bool PINGPONG = false;
    static constexpr bool STREAM = false;
    static constexpr int BN = 128,
        STAGES = 5;
    static constexpr int CTAS = 2;
    static constexpr int REDUCTION = HP,
        COLUMNS = N1;
    static constexpr int SPLITS = 1;
    static constexpr int PARTS = 1;   // in which a warpgroup stores its outputs, to leave room for stages
};
struct Second0 : Variant0 {
    static constexpr bool FIRST = false;
    static constexpr bool PINGPONG = false;
    static constexpr bool STREAM = true;
    static constexpr int BN = 128,
        STAGES = 5;
    static constexpr int CTAS = 2;
    static constexpr int REDUCTION = IP,
        COLUMNS = HP;
    static constexpr int SPLITS = 1;
    static constexpr int PARTS = 1;   // in which a warpgroup stores its outputs, to leave room for stages
};
struct Variant1 {   // num_tokens 512
    static constexpr int BM = 64, ROUTER_TOKENS = 32,
        ROUTER_SPLITS = 4;
    static constexpr bool FUSED = false;
    static constexpr bool JOINED = false;
    static constexpr bool SWAP = true,
        DIRECT = FUSED || (SWAP && BM < 64);
    static constexpr bool WRITES_Y = FUSED && true;   // without `combine`
    static constexpr bool GATHER = true;
    static constexpr bool CARRY = false;
    static constexpr bool KEEPS_TOKENS = GATHER || CARRY;   // of rows, by which the first GEMM reads x
    static constexpr int SPLITS = 1, GROUP = 4, CLUSTER = 1;
    static constexpr bool SHARES_ROWS = false;   // a CLUSTER; else it shares weights
    static constexpr int PIECE = 1;   // atoms whose parts of a row of `outputs` lie beside each other
    static constexpr bool ROUTER_WIDE = true,
        HOPPER = true;
    // Who adds up the parts of the logits that ROUTER_SPLITS make: a cluster of the router's blocks, or `scan`.
    static constexpr int ROUTER_CLUSTER = 4;
    static constexpr bool SCAN_CHOOSES = false;
};
struct First1 : Variant1 {
    static constexpr bool FIRST = true;
    static constexpr bool PINGPONG = false;
    static constexpr bool STREAM = false;
    static constexpr int BN = 128,
        STAGES = 4;
    static constexpr int CTAS = 2;
    static constexpr int REDUCTION = HP,
        COLUMNS = N1;
    static constexpr int SPLITS = 1;
    static constexpr int PARTS = 2;   // in which a warpgroup stores its outputs, to leave room for stages
};
struct Second1 : Variant1 {
    static constexpr bool FIRST = false;
    static constexpr bool PINGPONG = false;
    static constexpr bool STREAM = true;
    static constexpr int BN = 128,
        STAGES = 4;
    static constexpr int CTAS = 2;
    static constexpr int REDUCTION = IP,
        COLUMNS = HP;
    static constexpr int SPLITS = 1;
    static constexpr int PARTS = 2;   // in which a warpgroup stores its outputs, to leave room for stages
};
struct Variant2 {   // num_tokens 262144
    static constexpr int BM = 192, ROUTER_TOKENS = 128,
        ROUTER_SPLITS = 1;
    static constexpr bool FUSED = false;
    static constexpr bool JOINED = false;
    static constexpr bool SWAP = true,
        DIRECT = FUSED || (SWAP && BM < 64);
    static constexpr bool WRITES_Y = FUSED && true;   // without `combine`
    static constexpr bool GATHER = false;
    static constexpr bool CARRY = false;
    static constexpr bool KEEPS_TOKENS = GATHER || CARRY;   // of rows, by which the first GEMM reads x
    static constexpr int SPLITS = 1, GROUP = 8, CLUSTER = 2;
    static constexpr bool SHARES_ROWS = true;   // a CLUSTER; else it shares weights
    static constexpr int PIECE = 2;   // atoms whose parts of a row of `outputs` lie beside each other
    static constexpr bool ROUTER_WIDE = true,
        HOPPER = true;
    // Who adds up the parts of the logits that ROUTER_SPLITS make: a cluster of the router's blocks, or `scan`.
    static constexpr int ROUTER_CLUSTER = 1;
    static constexpr bool SCAN_CHOOSES = false;
};
struct First2 : Variant2 {
    static constexpr bool FIRST = true;
    static constexpr bool PINGPONG = false;
    static constexpr bool STREAM = false;
    static constexpr int BN = 256,
        STAGES = 3;
    static constexpr int CTAS = 1;
    static constexpr int REDUCTION = HP,
        COLUMNS = N1;
    static constexpr int SPLITS = 1;
    static constexpr int PARTS = 2;   // in which a warpgroup stores its outputs, to leave room for stages
};
struct Second2 : Variant2 {
    static constexpr bool FIRST = false;
    static constexpr bool PINGPONG = false;
    static constexpr bool STREAM = false;
    static constexpr int BN = 256,
        STAGES = 3;
    static constexpr int CTAS = 1;
    static constexpr int REDUCTION = IP,
        COLUMNS = HP;
    static constexpr int SPLITS = 1;
    static constexpr int PARTS = 2;   // in which a warpgroup stores its outputs, to leave room for stages
};

// ---- types, conversions, small PTX wrappers -------------------------------------------------------------------------
// No header is included, so that NVRTC needs none.

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

// One call's arrays, the same for all its kernels.
struct Call {
    const u8* x;            // (T,H) row-major
    u8* y;                  // (T,H) row-major
    const u8 *gate, *w1, *w2;       // packed
    const float *b1, *b2;   // (EXPERTS,N1) in packed order, (EXPERTS,HP); unused without biases
    const float *s1, *s2;   // fp8: scales of the weights' columns, as b1 and b2
    const float *gate_bias, *score_bias;    // (E); unused where the router has none
    const u8* given_indices;        // (T,K) int, or long long where `given_wide`: the caller's choices
    const float* given_weights;     // (T,K) their weights; null where the router chooses
    int* indices;           // (T,K) chosen experts
    float* weights;         // (T,K)
    float* shared_weight;   // (T) of the shared expert, where it has a gate
    long long* counts;      // (E) tokens of each expert
    float* partial_logits;  // (router splits,T,EP), where `scan` chooses
    int* rank;              // (T,K) rank of a choice in its block's share of the expert; its row once permuted
    int* histogram;         // (E,router blocks) choices of an expert in a block of tokens
    int* base;              // (E,router blocks) the rows of the expert that lie before the block's
    int* expert_row;        // (EXPERTS) first row of each expert
    int* expert_split;      // (EXPERTS) how many of its rows lie before its last tile, where weights are on M
    int4* tiles;            // of each tile of BM rows: expert, rows in use, first tile of its group, tiles in the group
    int* num_tiles;         // (1)
    u32* pace;              // (PACE_TILES) units that clusters of the first and of the second GEMM have drawn, unused
                            // where DIRECT, and shares of rows that carriers have; (tiles) rows that these brought.
                            // Where one kernel is both GEMMs: tickets drawn, unused, unused; (tiles) column tiles of
                            // the first that a warpgroup has stored
    int* row_token;         // token of each row in use, where the first GEMM gathers or carries
    u8* rows;               // x as tiles; or as (T,HP) where the first GEMM gathers and x is not that itself
    const u8* gathered;     // (T,HP) that the first GEMM gathers from, x or `rows`, or carries from, x alone
    u8* hidden;             // act(x @ w1 + b1) as tiles
    u8* outputs;            // second GEMM: as tiles, or float32 (split,row,HP) where DIRECT, (T,HP) where WRITES_Y
    float* row_scales;      // fp8: scales of the rows of x, by row; by token where the first GEMM gathers
    float* hidden_scales;   // fp8: scales of `hidden`, (row tile, block of columns, BM)
    long long split_stride;         // elements between two splits of `outputs`
    int gate_parts;         // bfloat16 parts of the router's matrix that are not all zeros
    // `scan` also gives choices their rows, and `permute` does not run: few tokens that are gathered or carried
    int rows_by_scan;
    int given_wide;
    int num_tokens;
    int later_chunk;        // not the first chunk of a call cut into chunks of tokens: counts are added to
};
constexpr int PACE_TILES = 3;   // of `pace`: where the counts of tiles begin
// With CARRY: whether x is what can be carried as it is. Else `permute` copies it.
__device__ __forceinline__ bool carries(const Call& call) { return call.gathered != call.rows; }

__device__ __forceinline__ u32 shared_address(const void* p) { return (u32)__cvta_generic_to_shared(p); }
// 16 bytes; who waits for them says so.
__device__ __forceinline__ void copy_async(u32 to, const u8* from) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" :: "r"(to), "l"(from) : "memory");
}

// 16 bytes that nobody reads again: the L2 cache gives them up first.
__device__ __forceinline__ uint4 read_last(const u8* from) {
    uint4 v;
    asm volatile("ld.global.cs.v4.u32 { %0,%1,%2,%3}, [%4];" : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "l"(from));
    return v;
}

// The sum of a warp's values up to and with this lane's.
__device__ __forceinline__ int warp_sum_upto(int value, int lane) {
#pragma unroll
    for (int d = 1; d < 32; d *= 2) {
        const int other = __shfl_up_sync(~0u, value, d);
        if (lane >= d) value += other;
    }
    return value;
}

// With programmatic launches a kernel may start while the one before still runs: wait for all that it writes.
__device__ __forceinline__ void begin_kernel() {
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.wait;" ::: "memory");
    asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}

__device__ __forceinline__ u32 pack2_bf16(float low, float high) {
    u32 word;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low));
    return word;
}
__device__ __forceinline__ float2 unpack2_bf16(u32 word) {
    return make_float2(__uint_as_float(word << 16), __uint_as_float(word & 0xffff0000u));
}
__device__ __forceinline__ u32 pack2(float low, float high) { return pack2_bf16(low, high); }
__device__ __forceinline__ float2 unpack2(u32 word) { return unpack2_bf16(word); }

__device__ __forceinline__ void unpack_chunk(uint4 chunk, float (&value)[CHUNK]) {
    const u32 word[4] = {chunk.x, chunk.y, chunk.z, chunk.w};
#pragma unroll
    for (int i = 0; i < 4; i++) {
        float2 pair = unpack2(word[i]);
        value[2 * i] = pair.x;
        value[2 * i + 1] = pair.y;
    }
}
__device__ __forceinline__ uint4 pack_chunk(const float (&v)[CHUNK]) {
    return make_uint4(pack2(v[0], v[1]), pack2(v[2], v[3]), pack2(v[4], v[5]), pack2(v[6], v[7]));
}
// An operand of the tensor cores is already of their type.
__device__ __forceinline__ uint4 as_operand(uint4 chunk) { return chunk; }
__device__ __forceinline__ void store_element(u8* array, u64 index, float value) {
    ((u16*)array)[index] = (u16)pack2(value, 0.f);
}
__device__ __forceinline__ float load_element(const u8* array, u64 index) {
    return unpack2(((const u16*)array)[index]).x;
}

// What x and y may be made of: float32, or the elements of the weights.
struct Float {
    static constexpr int BYTES = 4;
    static __device__ __forceinline__ float load(const u8* array, u64 index) { return ((const float*)array)[index]; }
    static __device__ __forceinline__ void store(u8* array, u64 index, float value) { ((float*)array)[index] = value; }
    static __device__ __forceinline__ void load4(const u8* array, u64 index, float* value) {
        const float4 v = *(const float4*)((const float*)array + index);
        value[0] = v.x, value[1] = v.y, value[2] = v.z, value[3] = v.w;
    }
    static __device__ __forceinline__ void store4(u8* array, u64 index, const float* v) {
        *(float4*)((float*)array + index) = make_float4(v[0], v[1], v[2], v[3]);
    }
};
struct Element {
    static constexpr int BYTES = ELEMENT;
    static __device__ __forceinline__ float load(const u8* array, u64 index) { return load_element(array, index); }
    static __device__ __forceinline__ void store(u8* array, u64 index, float value) {
        store_element(array, index, value);
    }
};
template <class A, class B> constexpr bool SAME = false;
template <class A> constexpr bool SAME<A, A> = true;

// Elements k .. k + COUNT - 1 of a row of x as float32; zeros past its end.
template <class X, int COUNT>
__device__ __forceinline__ void load_values(const u8* array, u64 row, int k, float (&value)[COUNT]) {
    if constexpr (SAME<X, Float> && H % COUNT == 0) {
#pragma unroll
        for (int i = 0; i < COUNT; i += 4) {
            if (k < H) X::load4(array, row * H + k + i, value + i);
            else value[i] = value[i + 1] = value[i + 2] = value[i + 3] = 0.f;
        }
    } else {
#pragma unroll
        for (int i = 0; i < COUNT; i++) value[i] = k + i < H ? X::load(array, row * H + k + i) : 0.f;
    }
}

// The same as one chunk of the GEMMs' elements.
template <class X>
__device__ __forceinline__ uint4 load_row_chunk(const u8* array, u64 row, int k) {
    if constexpr (X::BYTES == ELEMENT && H % CHUNK == 0) {
        return k < H ? *(const uint4*)(array + (row * H + k) * ELEMENT) : make_uint4(0, 0, 0, 0);
    } else {
        float value[CHUNK];
        load_values<X>(array, row, k, value);
        return pack_chunk(value);
    }
}

// Byte offset of a chunk within tiles of `tile_rows` rows: `row` counts over all tiles, `chunk` along the whole row,
// which lies in pieces of PIECE atoms.
template <int PIECE = 1>
__device__ __forceinline__ u64 tile_offset(int tile_rows, int chunks_per_row, int row, int chunk) {
    constexpr int CHUNKS = 8 * PIECE;
    const u32 tile = (u32)row / tile_rows, r = (u32)row % tile_rows;
    return (((u64)tile * (chunks_per_row / CHUNKS) + chunk / CHUNKS) * tile_rows + r) * (CHUNKS * 16) +
        ((chunk % CHUNKS ^ (r & 7)) << 4);
}

// A GEMM's work is cut into units: column tile n of row tile m.
struct __align__(16) Unit {
    int m, n, expert, rows;   // rows in use
};

// The q-th. The row tiles of one expert, in groups of at most GROUP, share each column tile while it is in the L2
// cache: weights come from memory once a group. `tile` is that of number q / column_tiles.
__device__ __forceinline__ Unit unit_of(const Call& call, int4 tile, int q, int column_tiles) {
    const int r = q - tile.z * column_tiles, n = r / tile.w, m = tile.z + r - n * tile.w;
    return {m, n, tile.x, m == q / column_tiles ? tile.y : call.tiles[m].y};
}
__device__ __forceinline__ Unit unit_of(const Call& call, int q, int column_tiles) {
    return unit_of(call, call.tiles[q / column_tiles], q, column_tiles);
}

// ---- activation: relu ----
__device__ __forceinline__ float relu(float v) {
    float r;   // a NaN stays one
    asm("max.NaN.f32 %0, %1, 0f00000000;" : "=f"(r) : "f"(v));
    return r;
}

__device__ __forceinline__ float activate(float v) {
    return relu(v);
}
// Never called: lets code that serves plain and gated layers compile.
__device__ __forceinline__ float activate(float gate, float) { return gate; }

// ---- packing, once per set of weights -------------------------------------------------------------------------------

struct PackCall {
    const float* source;    // pack_weights: (rows,columns) of one expert; pack_gate: (H,GATES); pack_bias: (columns)
    u8* packed;
    const float* scales;    // pack_weights of fp8: (columns_padded)
    int rows, columns;      // of the source
    int rows_padded, columns_padded;
    int interleave;         // the source holds all gate columns, then all up columns
    int makes_hidden;       // fp8: columns become those of `hidden`
    int scaled;             // fp8: the source is in units of `scales` already
};

// The source's column that packed column n holds; negative for padding.
__device__ __forceinline__ int source_column(const PackCall& call, int n) {
    int column = call.interleave ? (n >> 4) * 8 + (n & 7) : n;
    if (!call.interleave) return column < call.columns ? column : -1;
    const int half = call.columns / 2;
    return column < half ? column + ((n & 8) ? half : 0) : -1;
}

// One thread a chunk: 16 bytes of one column. Neighbouring threads take neighbouring columns.
__device__ void pack_weights(const PackCall& call) {
    constexpr int PER_CHUNK = 16 / OPERAND;
    const long long chunks = (long long)(call.rows_padded / PER_CHUNK) * call.columns_padded;
    for (long long q = blockIdx.x * 256ll + threadIdx.x; q < chunks; q += gridDim.x * 256ll) {
        const int n = (int)(q % call.columns_padded), chunk = (int)(q / call.columns_padded);
        const int column = source_column(call, n);
        float value[PER_CHUNK];
#pragma unroll
        for (int i = 0; i < PER_CHUNK; i++) {
            const int k = chunk * PER_CHUNK + i;
            value[i] = column >= 0 && k < call.rows ? call.source[(u64)k * call.columns + column] : 0.f;
        }
        const u64 atom = (u64)(chunk / 8) * (call.columns_padded / 64) + n / 64;
        *(uint4*)(call.packed + atom * 8192 + (n & 63) * 128 + (((chunk & 7) ^ (n & 7)) << 4)) =
            as_operand(pack_chunk(value));
    }
}

__device__ void pack_bias(const PackCall& call) {
    for (int n = blockIdx.x * 256 + threadIdx.x; n < call.columns_padded; n += gridDim.x * 256) {
        const int column = source_column(call, n);
        ((float*)call.packed)[n] = column >= 0 ? call.source[column] : 0.f;
    }
}

// The router's columns: experts, and behind them the shared expert's gate where it has one.
constexpr int GATES = E + 0, EP = (GATES + 7) / 8 * 8;

// The router's matrix is kept as the sum of three bfloat16 parts, which hold all of its bits, so that no choice of
// experts turns on its rounding: [HP / 32][part][EP / 8][lane] chunks. Lane (4 g + t) of an mma takes elements
// 8 t .. 8 t + 7 of 32 of column g: not the order of the instruction, but the same one as x's, and a sum does not mind.
constexpr int GATE_PARTS = 3;

__device__ void pack_gate(const PackCall& call) {
    const int chunks = HP / 32 * (EP / 8) * GATE_PARTS * 32;
    for (int q = blockIdx.x * 256 + threadIdx.x; q < chunks; q += gridDim.x * 256) {
        const int lane = q & 31, group = (q >> 5) % (EP / 8), at = (q >> 5) / (EP / 8);
        const int part = at % GATE_PARTS, block = at / GATE_PARTS, e = group * 8 + lane / 4;
        float value[8];
#pragma unroll
        for (int i = 0; i < 8; i++) {
            const int k = block * 32 + (lane & 3) * 8 + i;
            value[i] = e < GATES && k < H ? call.source[(u64)k * GATES + e] : 0.f;
            for (int p = 0; p < part; p++) value[i] -= unpack2_bf16(pack2_bf16(value[i], 0.f)).x;
        }
        ((uint4*)call.packed)[q] = make_uint4(pack2_bf16(value[0], value[1]), pack2_bf16(value[2], value[3]),
                                              pack2_bf16(value[4], value[5]), pack2_bf16(value[6], value[7]));
    }
}

// ---- router: logits = x @ gate, and the experts of each token -------------------------------------------------------
// A block takes ROUTER_TOKENS tokens; dynamic shared memory: chosen [ROUTER_TOKENS * K], counts [E], then logits
// [ROUTER_TOKENS][LOGITS] and the stages of x and gate, in one place where all experts are multiplied in one pass.

constexpr int ROUTER_THREADS = 256, ROUTER_WARPS = 8;
constexpr int LOGITS = EP + 4;   // floats between two tokens' logits

template <class V>
__device__ __forceinline__ float* router_logits_at(u8* shared) {
    return (float*)(shared + (V::ROUTER_TOKENS * K + E + 3) / 4 * 16);
}

__device__ __forceinline__ void mma_router(float (&d)[4], u32 a0, u32 a1, u32 a2, u32 a3, u32 b0, u32 b1) {
    asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 { %0,%1,%2,%3}, { %4,%5,%6,%7}, { %8,%9}, { %0,%1,%2,%3};"
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
                 : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
}
// The last 16 - `bytes` bytes are zeros.
__device__ __forceinline__ void copy_or_zero(u32 to, const u8* from, u32 bytes) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" :: "r"(to), "l"(from), "r"(bytes) : "memory");
}

// 8 elements of x as the sum of PARTS bfloat16 vectors, which hold all of its bits: itself where it is bfloat16.
template <class X>
struct Parts {
    static constexpr int PARTS = SAME<X, Float> ? 3 : 1;
    uint4 part[PARTS];
    __device__ __forceinline__ void split(const uint4 (&raw)[X::BYTES / 2]) {
        if constexpr (PARTS == 1) {
            part[0] = raw[0];
        } else {
            float value[8];
            if constexpr (SAME<X, Float>) {
                const u32 word[8] = {raw[0].x, raw[0].y, raw[0].z, raw[0].w, raw[1].x, raw[1].y, raw[1].z, raw[1].w};
#pragma unroll
                for (int i = 0; i < 8; i++) value[i] = __uint_as_float(word[i]);
            } else {
                unpack_chunk(raw[0], value);
            }
#pragma unroll
            for (int p = 0; p < PARTS; p++) {
                u32 word[4];
#pragma unroll
                for (int i = 0; i < 4; i++) {
                    word[i] = pack2_bf16(value[2 * i], value[2 * i + 1]);
                    const float2 taken = unpack2_bf16(word[i]);
                    value[2 * i] -= taken.x, value[2 * i + 1] -= taken.y;
                }
                part[p] = make_uint4(word[0], word[1], word[2], word[3]);
            }
        }
    }
};

// Warps stand as [parts of H][groups of experts][groups of MT * 16 tokens]. x, as it lies in memory, and the gate's
// first GATES parts come through STAGES stages of BLOCKS * 32 elements of H, for PASS * 8 experts at a time.
template <class V, class X, int GATES>
struct RouterTile {
    static constexpr int GROUPS = EP / 8, PASS = GROUPS < 16 ? GROUPS : 16;
    static constexpr int MT = V::ROUTER_TOKENS >= 128 && PASS > 8 && GATES == 1 && Parts<X>::PARTS == 1 ? 2 : 1;
    static constexpr int TOKEN_WARPS = V::ROUTER_TOKENS / (16 * MT), OTHERS = ROUTER_WARPS / TOKEN_WARPS;
    static constexpr int EXPERT_WARPS = PASS >= 16 && OTHERS >= 8 ? 8 : PASS >= 8 && OTHERS >= 4 ? 4 :
        PASS >= 4 && OTHERS >= 2 ? 2 : 1;
    static constexpr int MINE = (PASS + EXPERT_WARPS - 1) / EXPERT_WARPS;   // groups of 8 experts a warp
    static constexpr int PARTS_OF_H = OTHERS / EXPERT_WARPS;
    static constexpr int BLOCKS = PARTS_OF_H > 1 ? PARTS_OF_H : X::BYTES == 2 && GATES == 1 ? 2 : 1;
    static constexpr int STEPS = (HP / 32 + BLOCKS - 1) / BLOCKS;
    static constexpr int ROW_CHUNKS = BLOCKS * 2 * X::BYTES, X_BYTES = V::ROUTER_TOKENS * ROW_CHUNKS * 16;
    static constexpr int STAGE = X_BYTES + BLOCKS * GATES * PASS * 512;
    static constexpr int FIT = (GROUPS > PASS ? 65536 : 98304) / STAGE, MOST = STEPS < 5 ? STEPS + 1 : 6;
    static constexpr int STAGES = FIT < 2 ? 2 : FIT > MOST ? MOST : FIT;
    static_assert(TOKEN_WARPS * OTHERS == ROUTER_WARPS, "router_tokens must be 16, 32, 64 or 128");

    // Bytes from the stage's begin to chunk `c` of row `r`: two rows that a warp reads at once must not share banks.
    static __device__ __forceinline__ u32 chunk_at(int r, int c) {
        return (u32)(r * ROW_CHUNKS + (c ^ ((r & 1) * (X::BYTES == 4 ? 1 : BLOCKS > 1 ? 4 : 0)))) * 16;
    }

    static __device__ __forceinline__ void load_x(const Call& call, int first_token, int step, u8* stage) {
        constexpr int ROWS = ROUTER_THREADS / ROW_CHUNKS;   // at a time
        const int r = threadIdx.x / ROW_CHUNKS, c = threadIdx.x % ROW_CHUNKS;
        const int k = step * BLOCKS * 32 + c * (16 / X::BYTES), rows = k < H ? call.num_tokens - first_token : 0;
#pragma unroll
        for (int i = 0; i < V::ROUTER_TOKENS; i += ROWS) {
            if (ROWS > V::ROUTER_TOKENS && r >= V::ROUTER_TOKENS) break;
            u8* to = stage + chunk_at(r, c) + i * ROW_CHUNKS * 16;
            if constexpr (H * X::BYTES % 16 == 0) {
                const bool there = r + i < rows;
                copy_or_zero(shared_address(to),
                    call.x + (there ? ((u64)(first_token + r + i) * H + k) * X::BYTES : 0), there ? 16 : 0);
            } else if constexpr (X::BYTES == 4) {
                float value[4] = {};
                if (r + i < rows) load_values<X>(call.x, first_token + r + i, k, value);
                *(float4*)to = make_float4(value[0], value[1], value[2], value[3]);
            } else {
                *(uint4*)to = r + i < rows ? load_row_chunk<X>(call.x, first_token + r + i, k) : make_uint4(0, 0, 0, 0);
            }
        }
    }

    static __device__ __forceinline__ void load_gate(const Call& call, int group, int step, u8* to) {
        const int bytes = min(PASS, GROUPS - group) * 512;
#pragma unroll
        for (int b = 0; b < BLOCKS; b++) {
            const int block = step * BLOCKS + b;
#pragma unroll 1
            for (int part = 0; part < GATES; part++) {
                const bool there = (HP / 32 % BLOCKS == 0 || block < HP / 32) && (GATES == 1 || part < call.gate_parts);
                const u8* from = call.gate + ((u64)(block * GATE_PARTS + part) * GROUPS + group) * 512;
#pragma unroll
                for (int at = threadIdx.x * 16; at < PASS * 512; at += ROUTER_THREADS * 16)
                    copy_or_zero(shared_address(to) + (b * GATES + part) * PASS * 512 + at,
                        there && at < bytes ? from + at : call.gate, there && at < bytes ? 16 : 0);
            }
        }
    }
};

// With ROUTER_SPLITS the blocks of blockIdx.y share the steps of H as well.
template <class V, class X, int GATES>
__device__ void router_logits(const Call& call, int first_token, u8* shared) {
    using Tile = RouterTile<V, X, GATES>;
    constexpr int PASS = Tile::PASS, MINE = Tile::MINE, MT = Tile::MT;
    float* logits = router_logits_at<V>(shared);
    u8* stages = (u8*)(logits + (Tile::GROUPS > PASS ? V::ROUTER_TOKENS * LOGITS : 0));
    const int warp = threadIdx.x / 32, lane = threadIdx.x % 32, token_warp = warp % Tile::TOKEN_WARPS;
    const int expert_warp = warp / Tile::TOKEN_WARPS % Tile::EXPERT_WARPS,
        part_of_h = warp / (Tile::TOKEN_WARPS * Tile::EXPERT_WARPS);
    const int local = token_warp * 16 * MT + lane / 4;
    for (int group = 0; group < Tile::GROUPS; group += PASS) {
        auto load = [&](int turn) {
            const int step = blockIdx.y + turn * V::ROUTER_SPLITS;
            if (step < Tile::STEPS) {
                u8* stage = stages + turn % Tile::STAGES * Tile::STAGE;
                Tile::load_x(call, first_token, step, stage);
                Tile::load_gate(call, group, step, stage + Tile::X_BYTES);
            }
            asm volatile("cp.async.commit_group;" ::: "memory");
        };
        float acc[MT][MINE][4] = {};
#pragma unroll 1
        for (int turn = 0; turn < Tile::STAGES - 1; turn++) load(turn);
#pragma unroll 1
        for (int turn = 0; blockIdx.y + turn * V::ROUTER_SPLITS < Tile::STEPS; turn++) {
            asm volatile("cp.async.wait_group %0;" :: "n"(Tile::STAGES - 2) : "memory");
            __syncthreads();
            load(turn + Tile::STAGES - 1);
            const u8* stage = stages + turn % Tile::STAGES * Tile::STAGE;
#pragma unroll 1
            for (int j = 0; j < Tile::BLOCKS / Tile::PARTS_OF_H; j++) {
                const int block = j * Tile::PARTS_OF_H + part_of_h;
                Parts<X> a[MT][2];   // 16 rows: 8, and the 8 after
#pragma unroll
                for (int m = 0; m < MT; m++)
#pragma unroll
                    for (int half = 0; half < 2; half++) {
                        uint4 raw[X::BYTES / 2];
#pragma unroll
                        for (int i = 0; i < X::BYTES / 2; i++)
                            raw[i] = *(const uint4*)(stage + Tile::chunk_at(local + m * 16 + half * 8,
                                (block * 4 + (lane & 3)) * (X::BYTES / 2) + i));
                        a[m][half].split(raw);
                    }
                const uint4* gate = (const uint4*)(stage + Tile::X_BYTES) + block * GATES * PASS * 32 + lane;
#pragma unroll
                for (int g = 0; g < MINE; g++) {
                    if (MINE * Tile::EXPERT_WARPS > PASS && expert_warp * MINE + g >= PASS) break;
                    // The tensor cores cut sums off where others round them: so only short sums are theirs.
                    float sum[MT][4] = {};
#pragma unroll
                    for (int of_gate = 0; of_gate < GATES; of_gate++) {
                        if (of_gate && of_gate >= call.gate_parts) break;
                        const uint4 b = gate[(of_gate * PASS + expert_warp * MINE + g) * 32];
#pragma unroll
                        for (int m = 0; m < MT; m++)
#pragma unroll
                            // the rest is below float32's rounding
                            for (int p = 0; p < Parts<X>::PARTS && p + of_gate < 3; p++) {
                                const uint4 &upper = a[m][0].part[p], &lower = a[m][1].part[p];
                                mma_router(sum[m], upper.x, lower.x, upper.y, lower.y, b.x, b.y);
                                mma_router(sum[m], upper.z, lower.z, upper.w, lower.w, b.z, b.w);
                            }
                    }
#pragma unroll
                    for (int m = 0; m < MT; m++)
#pragma unroll
                        for (int i = 0; i < 4; i++) acc[m][g][i] += sum[m][i];
                }
            }
        }
        asm volatile("cp.async.wait_group 0;" ::: "memory");
        __syncthreads();   // the logits may lie where the stages were, and so may the next pass's stages
        for (int turn = 0; turn < Tile::PARTS_OF_H; turn++) {   // always in one order
            if (turn == part_of_h) {
#pragma unroll
                for (int m = 0; m < MT; m++)
#pragma unroll
                    for (int g = 0; g < MINE; g++)
#pragma unroll
                        for (int i = 0; i < 4; i++) {
                            const int of_pass = expert_warp * MINE + g;
                            if (of_pass >= PASS || group + of_pass >= Tile::GROUPS) break;
                            float* at = logits + (local + m * 16 + (i >> 1) * 8) * LOGITS + (group + of_pass) * 8 +
                                (lane & 3) * 2 + (i & 1);
                            *at = turn ? *at + acc[m][g][i] : acc[m][g][i];
                        }
            }
            __syncthreads();
        }
    }
}

// Of router_hopper.cuh.j2, behind the GEMMs.
template <class V>
struct RouterWgmma;
template <class V>
__device__ void router_logits_wgmma(const Call& call, int first_token, u8* shared);
template <class V>
__device__ void add_parts_of_cluster(float* logits, int tokens);

template <class V, class X>
__device__ __forceinline__ void router_logits(const Call& call, int first_token, u8* shared) {
    if constexpr (SAME<X, Element> && RouterWgmma<V>::SERVES)
        if (call.gate_parts == 1) return router_logits_wgmma<V>(call, first_token, shared);
    if (call.gate_parts == 1) router_logits<V, X, 1>(call, first_token, shared);
    else router_logits<V, X, GATE_PARTS>(call, first_token, shared);
}

// ---- choice: the K experts of each token, their weights, and each choice's rank -------------------------------------
// logits (+ gate_bias) as `router` leaves them, one token a warp.

// Scores as integers in the same order: 0 is taken or none, 1 a NaN, which comes after every number.
__device__ __forceinline__ u32 sort_key(float score) {
    const u32 bits = __float_as_uint(score + 0.f);   // -0 becomes +0, so that they tie
    if (score != score) return 1;
    return (bits & 0x80000000u) ? ~bits : bits | 0x80000000u;
}
__device__ __forceinline__ float score_of(u32 key) {
    if (key == 1) return __uint_as_float(0x7fc00000u);
    return __uint_as_float((key & 0x80000000u) ? key & 0x7fffffffu : ~key);
}
// The sum over the first LANES lanes, a power of two, in each of them; always in the same order.
template <int LANES>
__device__ __forceinline__ float warp_sum(float value) {
#pragma unroll
    for (int d = LANES / 2; d; d /= 2) value += __shfl_xor_sync(~0u, value, d);
    return value;
}
__device__ __forceinline__ float biased_logit(const Call& call, const float* logits, int e) {
    return logits[e];
}

// K times the best expert left, the lower index where two are equal; then the weights of the chosen. Experts are
// compared by logits wherever the score is monotone in them and nothing is added to it. A NaN among a token's logits
// makes its weights NaN; its indices stay distinct.
__device__ void top_k(const Call& call, const float* logits, int lane, int* chosen, int* indices, float* weights) {
    constexpr int MINE = (E + 31) / 32, OURS = (K + 31) / 32;
    u32 key[MINE];
    bool spoiled = false;
#pragma unroll
    for (int j = 0; j < MINE; j++) {
        const int e = lane + 32 * j;
        key[j] = e < E ? sort_key(biased_logit(call, logits, e)) : 0;
        spoiled |= key[j] == 1;
    }
    const float spoil = __any_sync(~0u, spoiled) ? __uint_as_float(0x7fc00000u) : 0.f;
    for (int k = 0; k < K; k++) {
        u32 mine = 0;
        int at = 0;
#pragma unroll
        for (int j = 0; j < MINE; j++)
            if (key[j] > mine) mine = key[j], at = j;
        const u32 best = __reduce_max_sync(~0u, mine);
        const u32 e = __reduce_min_sync(~0u, mine == best ? (u32)(lane + 32 * at) : ~0u);
#pragma unroll
        for (int j = 0; j < MINE; j++)
            if (e == lane + 32 * j) key[j] = 0;
        if (lane == 0) chosen[k] = indices[k] = (int)e;
    }
    __syncwarp();
    float weight[OURS];   // of choice lane + 32 i
#pragma unroll
    for (int i = 0; i < OURS; i++) {
        const int k = lane + 32 * i;
        weight[i] = k < K ? biased_logit(call, logits, chosen[k]) : -__uint_as_float(0x7f800000u);
    }
    u32 mine = 0;
#pragma unroll
    for (int i = 0; i < OURS; i++) {
        const u32 logit = sort_key(weight[i]);
        if (lane + 32 * i < K && logit > mine) mine = logit;
    }
    const float highest = score_of(__reduce_max_sync(~0u, mine));
#pragma unroll
    for (int i = 0; i < OURS; i++) weight[i] = expf(weight[i] - highest);
    float sum = 0.f;
#pragma unroll
    for (int i = 0; i < OURS; i++) sum += lane + 32 * i < K ? weight[i] : 0.f;
    sum = warp_sum<2>(sum);
#pragma unroll
    for (int i = 0; i < OURS; i++)
        if (lane + 32 * i < K)
            weights[lane + 32 * i] = weight[i] / sum + spoil;
}

// The experts of one token, by one warp: those that the caller has chosen, else the router's. A given index that is no
// expert's stands for expert 0 with a NaN as its weight: nothing else is read or written, and the token's y shows it.
__device__ __forceinline__ void choose(const Call& call, const float* logits, int token, int lane, int* chosen) {
    const u64 at = (u64)token * K;
    if (call.given_weights) {
        for (int k = lane; k < K; k += 32) {
            const long long e = call.given_wide ? ((const long long*)call.given_indices)[at + k] :
                ((const int*)call.given_indices)[at + k];
            const bool known = e >= 0 && e < E;
            chosen[k] = call.indices[at + k] = known ? (int)e : 0;
            call.weights[at + k] = known ? call.given_weights[at + k] : __uint_as_float(0x7fc00000u);
        }
        __syncwarp();
    } else {
        top_k(call, logits, lane, chosen, call.indices + at, call.weights + at);
    }
}

// Whether logits are wanted at all.
__device__ __forceinline__ bool needs_logits(const Call& call) {
    return !call.given_weights;
}

// In order of tokens, 32 choices at a time: a choice's rank is how many before it fell on the same expert. The block's
// warps take equal sections of the choices, `most_sections` at most, of which `counts` [sections][E] counts each; `total`
// [E].
__device__ void rank_choices(const int* chosen, int choices, int most_sections, int* counts, int* total, int* rank) {
    const int warp = threadIdx.x / 32, lane = threadIdx.x % 32, sections = min(most_sections, (choices + 31) / 32);
    const int length = (choices + sections * 32 - 1) / (sections * 32) * 32, end = min(choices, (warp + 1) * length);
    int* count = counts + warp * E;
    for (int i = threadIdx.x; i < sections * E; i += blockDim.x) counts[i] = 0;
    __syncthreads();
    if (sections > 1) {
        for (int i = threadIdx.x; i < choices; i += blockDim.x) atomicAdd(counts + i / length * E + chosen[i], 1);
        __syncthreads();
        for (int e = threadIdx.x; e < E; e += blockDim.x) {
            int before = 0;
            for (int s = 0; s < sections; s++) {
                const int here = counts[s * E + e];
                counts[s * E + e] = before;
                before += here;
            }
        }
        __syncthreads();
    }
    if (warp < sections)
        for (int i = warp * length; i < end; i += 32) {
            const bool mine = i + lane < end;
            const int e = mine ? chosen[i + lane] : -1;
            const u32 same = __match_any_sync(~0u, e), before = same & ((1u << lane) - 1);
            const int start = mine ? count[e] : 0;
            __syncwarp();
            if (mine) {
                rank[i + lane] = start + __popc(before);
                if (!before) count[e] = start + __popc(same);
            }
            __syncwarp();
        }
    __syncthreads();
    for (int e = threadIdx.x; e < E; e += blockDim.x) total[e] = counts[(sections - 1) * E + e];
    __syncthreads();
}

// ---- choice for many tokens: a few threads each, without asking each other K times ----------------------------------
// A key is a logit as an integer in the same order, the last bits of which give way to the expert, so that one number
// is moved where there were two: the lower expert has the greater key. Whether the bits that gave way, a tie or a NaN
// decide, the K + 1 best keys show: those tokens are left to `choose`. The others get what it would give, bit by bit.
constexpr int BEST = 4, INDEX = 31, NO_KEY = (int)0x80000000;   // BEST over K
constexpr int KEY_GROUPS = (E + BEST - 1) / BEST, WEIGHTS = 2;   // as many as `warp_sum` takes

__device__ __forceinline__ void put_in_order(int& first, int& second) {
    const int more = max(first, second), less = min(first, second);
    first = more, second = less;
}

// The keys of experts `first` .. `first` + BEST - 1, the greatest first: Batcher's odd-even merge sort. `spoiled`
// becomes a NaN where a logit is not finite.
__device__ __forceinline__ void keys_in_order(const Call& call, const float* logits, int first, int (&key)[BEST],
    float& spoiled) {
#pragma unroll
    for (int i = 0; i < BEST; i += 4) {
        float value[4] = {};
        if (E % BEST == 0 || first + i < EP) *(float4*)value = *(const float4*)(logits + first + i);
#pragma unroll
        for (int j = 0; j < 4; j++) {
            const int e = first + i + j;
            const bool there = E % BEST == 0 || e < E;
            const float score = there ? value[j] : 0.f;
            spoiled = fmaf(score, 0.f, spoiled);
            const int bits = __float_as_int(score + 0.f);   // -0 becomes +0, so that they tie
            key[i + j] = there ? ((bits ^ (bits >> 31 & 0x7fffffff)) & ~INDEX) | (e ^ INDEX) : NO_KEY;
        }
    }
    put_in_order(key[0], key[1]);
    put_in_order(key[2], key[3]);
    put_in_order(key[0], key[2]);
    put_in_order(key[1], key[3]);
    put_in_order(key[1], key[2]);
}

// Of two sequences in order, the greatest BEST in order.
__device__ __forceinline__ void keep_best(int (&mine)[BEST], const int (&others)[BEST]) {
#pragma unroll
    for (int i = 0; i < BEST; i++) mine[i] = max(mine[i], others[BEST - 1 - i]);
#pragma unroll
    for (int d = BEST / 2; d; d /= 2)
#pragma unroll
        for (int i = 0; i < BEST; i++)
            if (!(i & d)) put_in_order(mine[i], mine[i + d]);
}

// The experts of a block's tokens, and their weights: what `choose` does for one.
template <int TOKENS>
__device__ void choose_many(const Call& call, const float* all_logits, int first_token, int tokens, int* chosen) {
    constexpr int ROOM = ROUTER_THREADS / TOKENS < KEY_GROUPS ? ROUTER_THREADS / TOKENS : KEY_GROUPS;
    constexpr int SHARE = ROOM >= 16 ? 16 : ROOM >= 8 ? 8 : ROOM >= 4 ? 4 : ROOM >= 2 ? 2 : 1;   // threads of a token
    if (threadIdx.x / 32 * 32 >= TOKENS * SHARE) return;
    const int lane = threadIdx.x % 32, t = threadIdx.x / SHARE;
    const float* logits = all_logits + min(t, tokens - 1) * LOGITS;
    int best[BEST];
    float spoiled = 0.f;
    keys_in_order(call, logits, threadIdx.x % SHARE * BEST, best, spoiled);
#pragma unroll 1
    for (int group = threadIdx.x % SHARE + SHARE; group < KEY_GROUPS; group += SHARE) {
        int key[BEST];
        keys_in_order(call, logits, group * BEST, key, spoiled);
        keep_best(best, key);
    }
    __syncwarp();
#pragma unroll
    for (int d = 1; d < SHARE; d *= 2) {
        int others[BEST];
#pragma unroll
        for (int i = 0; i < BEST; i++) others[i] = __shfl_xor_sync(~0u, best[i], d);
        keep_best(best, others);
        spoiled += __shfl_xor_sync(~0u, spoiled, d);
    }
    bool unclear = spoiled != spoiled;
#pragma unroll
    for (int k = 0; k < K; k++) unclear |= (u32)(best[k] ^ best[k + 1]) <= INDEX;
    const bool stores = threadIdx.x % SHARE == 0 && t < tokens;
    if (stores && !unclear) {
        const u64 at = (u64)(first_token + t) * K;
        float weight[WEIGHTS], sum[WEIGHTS];
#pragma unroll
        for (int k = 0; k < WEIGHTS; k++) {
            const int e = (best[k] & INDEX) ^ INDEX;
            if (k < K) chosen[t * K + k] = call.indices[at + k] = e, weight[k] = biased_logit(call, logits, e);
        }
        const float highest = weight[0];
#pragma unroll
        for (int k = 0; k < WEIGHTS; k++)
            sum[k] = weight[k] = k < K ? expf(weight[k] - highest) : 0.f;
#pragma unroll
        for (int d = WEIGHTS / 2; d; d /= 2)   // in the order of `warp_sum`
#pragma unroll
            for (int k = 0; k < WEIGHTS / 2; k++)
                if (k < d) sum[k] += sum[k + d];
#pragma unroll
        for (int k = 0; k < K; k++)
            call.weights[at + k] = weight[k] / (sum[0]);
    }
    __syncwarp();
    for (u32 left = __ballot_sync(~0u, stores && unclear); left; left &= left - 1) {
        const int other = (threadIdx.x / 32 * 32 + __ffs(left) - 1) / SHARE;
        choose(call, all_logits + other * LOGITS, first_token + other, lane, chosen + other * K);
    }
}

// Small layers wait for memory more than for anything else: ask for all weights while the router runs.
constexpr long long W1_BYTES = (long long)EXPERTS * HP * N1 * OPERAND,
    WEIGHTS_BYTES = W1_BYTES + (long long)EXPERTS * IP * HP * OPERAND;
constexpr long long PREFETCH_BYTES = 16 << 20;

__device__ __forceinline__ void prefetch_weights(const Call& call) {
    const long long threads = (long long)gridDim.x * gridDim.y * ROUTER_THREADS;
    for (long long i = ((long long)(blockIdx.y * gridDim.x + blockIdx.x) * ROUTER_THREADS + threadIdx.x) * 128;
        i < WEIGHTS_BYTES; i += threads * 128)
        asm volatile("prefetch.global.L2 [%0];" :: "l"(i < W1_BYTES ? call.w1 + i : call.w2 + (i - W1_BYTES)));
}

// Where `fused` writes y, marks the places in which its blocks leave sums for each other: bits that no sum has, since a
// NaN that arithmetic yields is 0x7fffffff.
constexpr u64 NOBODY = ~0ull;
__device__ __forceinline__ void mark_empty(const Call& call, int first_token, int tokens) {
    ulonglong2* to = (ulonglong2*)(call.outputs + (u64)first_token * (HP * 4));
    for (int i = threadIdx.x; i < tokens * (HP / 4); i += ROUTER_THREADS) to[i] = make_ulonglong2(NOBODY, NOBODY);
}

template <class V, class X>
__device__ void router(const Call& call) {
    extern __shared__ __align__(16) u8 shared[];
    int *chosen = (int*)shared, *count = chosen + V::ROUTER_TOKENS * K;
    float* logits = router_logits_at<V>(shared);
    const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    const int first_token = blockIdx.x * V::ROUTER_TOKENS,
        tokens = min(V::ROUTER_TOKENS, call.num_tokens - first_token);
    if constexpr (WEIGHTS_BYTES <= PREFETCH_BYTES && !V::FUSED) prefetch_weights(call);
    begin_kernel();
    if constexpr (V::WRITES_Y && K == 2) mark_empty(call, first_token, tokens);
    if (needs_logits(call)) router_logits<V, X>(call, first_token, shared);
    if constexpr (V::ROUTER_CLUSTER > 1) {
        if (needs_logits(call)) add_parts_of_cluster<V>(logits, tokens);
        if (blockIdx.y) return;
    }
    if constexpr (V::SCAN_CHOOSES) {
        if (!needs_logits(call)) return;
        float* partial = call.partial_logits + ((u64)blockIdx.y * call.num_tokens + first_token) * EP;
        for (int i = threadIdx.x; i < tokens * EP; i += ROUTER_THREADS) partial[i] = logits[i / EP * LOGITS + i % EP];
        return;
    }
    bool left = true;
    if constexpr (V::ROUTER_WIDE)
        if (!call.given_weights)
            choose_many<V::ROUTER_TOKENS>(call, logits, first_token, tokens, chosen), left = false;
    for (int t = warp; t < tokens && left; t += ROUTER_WARPS)
        choose(call, logits + t * LOGITS, first_token + t, lane, chosen + t * K);
    __syncthreads();
    // The logits are no longer needed: counts of each section lie there.
    rank_choices(chosen, tokens * K, min(tokens, ROUTER_WARPS), (int*)logits, count, call.rank + (u64)first_token * K);
    for (int e = threadIdx.x; e < E; e += ROUTER_THREADS) call.histogram[(u64)e * gridDim.x + blockIdx.x] = count[e];
}

// What is left of the router where `scan` chooses: within it, sums of the parts in order, choices and ranks of all
// tokens, which stay in shared memory: logits [T][EP], chosen [T * K], rank [T * K].
template <class V>
__device__ void finish_router(const Call& call, float* logits, int* count) {
    int *chosen = (int*)(logits + call.num_tokens * EP), *rank = chosen + call.num_tokens * K;
    const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    for (int i = threadIdx.x; i < call.num_tokens * EP / 4 && needs_logits(call); i += blockDim.x) {
        float4 sum = make_float4(0.f, 0.f, 0.f, 0.f);
#pragma unroll
        for (int split = 0; split < V::ROUTER_SPLITS; split++) {
            const float4 part = ((const float4*)(call.partial_logits + (u64)split * call.num_tokens * EP))[i];
            sum.x += part.x, sum.y += part.y, sum.z += part.z, sum.w += part.w;
        }
        ((float4*)logits)[i] = sum;
    }
    __syncthreads();
    for (int t = warp; t < call.num_tokens; t += blockDim.x / 32)
        choose(call, logits + t * EP, t, lane, chosen + t * K);
    __syncthreads();
    rank_choices(chosen, call.num_tokens * K, min(call.num_tokens, (int)blockDim.x / 32), (int*)logits, count, rank);
}

// ---- counting sort by expert: where rows lie, tokens to rows, rows to tokens ----------------------------------------

constexpr int SCAN_THREADS = 1024, ROWS_THREADS = 256;
constexpr int AP = (EXPERTS + 7) / 8 * 8;

// Swapped tiles cost what their rows in use cost, so the last two of an expert share what is left evenly, in whole
// groups of 8 rows: the rows before the last tile.
template <class V>
__device__ __forceinline__ int tail_split(int count) {
    const int tiles = (count + V::BM - 1) / V::BM;
    if (!V::SWAP || tiles < 2) return tiles * V::BM;
    const int full = (tiles - 2) * V::BM;
    return full + ((count - full + 1) / 2 + 7) / 8 * 8;
}
// How much further than its number among the expert's rows a row lies.
template <class V>
__device__ __forceinline__ int after_split(int split, int row) {
    return row < split ? 0 : (V::BM - split % V::BM) % V::BM;
}
template <class V>
__device__ __forceinline__ int tile_rows(int count, int tiles, int i) {
    const int split = tail_split<V>(count);
    if (V::SWAP && tiles >= 2 && i >= tiles - 2) return i == tiles - 1 ? count - split : split - i * V::BM;
    return min(V::BM, count - i * V::BM);
}

// The row of choice `at` = (token,k): where `scan` has chosen, it has put it in the rank's place.
template <class V>
__device__ __forceinline__ int row_of(const Call& call, u64 at, int token) {
    if constexpr (V::SCAN_CHOOSES) return call.rank[at];
    const int e = call.indices[at], block = token / V::ROUTER_TOKENS;
    const int blocks = (call.num_tokens + V::ROUTER_TOKENS - 1) / V::ROUTER_TOKENS;
    const int row = call.base[(u64)e * blocks + block] + call.rank[at];
    return call.expert_row[e] + row + (V::SWAP ? after_split<V>(call.expert_split[e], row) : 0);
}

// The token of each row of the shared expert, for the GEMM that gathers; by `threads` threads.
template <class V>
__device__ __forceinline__ void assign_shared_rows(const Call& call, u32 thread, u32 threads) {
}
// Rows of all choices, shared by `threads` threads; and the token of each row, for the GEMM that gathers.
template <class V>
__device__ __forceinline__ void assign_rows(const Call& call, u32 thread, u32 threads) {
    constexpr int AHEAD = 4;   // choices that a thread looks up at a time
    const u64 choices = (u64)call.num_tokens * K;
    for (u64 first = thread; first < choices; first += AHEAD * threads) {
        int row[AHEAD];
#pragma unroll
        for (int i = 0; i < AHEAD; i++) {
            const u64 at = first + i * threads;
            row[i] = at < choices ? row_of<V>(call, at, (int)(at / K)) : 0;
        }
#pragma unroll
        for (int i = 0; i < AHEAD; i++) {
            const u64 at = first + i * threads;
            if (at < choices) call.rank[at] = row[i], call.row_token[row[i]] = (int)(at / K);
        }
    }
    assign_shared_rows<V>(call, thread, threads);
}

// By `scan`'s one block: the sums of each expert's choices before each block of the router's tokens, and of all. A warp
// takes MINE experts at once, AHEAD * 32 blocks at a time: what it waits for is the memory's answers.
__device__ __forceinline__ void add_histograms(const Call& call, int blocks, int* count) {
    constexpr int WARPS = SCAN_THREADS / 32, MINE = E > 7 * WARPS ? 8 : (E + WARPS - 1) / WARPS, AHEAD = 8 / MINE;
    const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    for (int first = warp; first < E; first += MINE * WARPS) {
        int sum[MINE] = {};
        for (int b = 0; b < blocks; b += 32 * AHEAD) {
            int value[AHEAD][MINE];
#pragma unroll
            for (int i = 0; i < AHEAD; i++)
#pragma unroll
                for (int j = 0; j < MINE; j++) {
                    const int e = first + j * WARPS, at = b + i * 32 + lane;
                    value[i][j] = e < E && at < blocks ? call.histogram[(u64)e * blocks + at] : 0;
                }
#pragma unroll
            for (int i = 0; i < AHEAD; i++) {
                if (b + i * 32 >= blocks) break;
#pragma unroll
                for (int j = 0; j < MINE; j++) {
                    const int e = first + j * WARPS, at = b + i * 32 + lane;
                    const int upto = warp_sum_upto(value[i][j], lane);
                    if (e < E && at < blocks) call.base[(u64)e * blocks + at] = sum[j] + upto - value[i][j];
                    sum[j] += __shfl_sync(~0u, upto, 31);
                }
            }
        }
#pragma unroll
        for (int j = 0; j < MINE; j++)
            if (lane == 0 && first + j * WARPS < E) count[first + j * WARPS] = sum[j];
    }
}

// One block. An expert's rows follow the order of its tokens; experts follow each other, padded to tiles of BM rows.
template <class V>
__device__ void scan(const Call& call) {
    extern __shared__ __align__(16) u8 shared[];
    int *count = (int*)shared, *first_tile = count + AP;
    const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    const int blocks = (call.num_tokens + V::ROUTER_TOKENS - 1) / V::ROUTER_TOKENS;
    begin_kernel();
    if constexpr (V::SCAN_CHOOSES) finish_router<V>(call, (float*)(first_tile + AP), count);
    if constexpr (!V::SCAN_CHOOSES) add_histograms(call, blocks, count);
    __syncthreads();
    if (warp == 0) {
        int tiles = 0;
        for (int e = lane; e < (EXPERTS + 31) / 32 * 32; e += 32) {
            const int mine = e < EXPERTS ? (count[e] + V::BM - 1) / V::BM : 0;
            const int upto = warp_sum_upto(mine, lane);
            if (e < EXPERTS) {
                first_tile[e] = tiles + upto - mine;
                call.expert_row[e] = (tiles + upto - mine) * V::BM;
                call.expert_split[e] = tail_split<V>(count[e]);
                call.counts[e] = count[e] + (call.later_chunk ? call.counts[e] : 0);
            }
            tiles += __shfl_sync(~0u, upto, 31);
        }
        if (lane == 0) *call.num_tiles = tiles;
        if (lane < PACE_TILES) call.pace[lane] = 0;
    }
    __syncthreads();
    for (int e = warp; e < EXPERTS; e += SCAN_THREADS / 32)
        for (int i = lane; i * V::BM < count[e]; i += 32) {
            const int tiles = (count[e] + V::BM - 1) / V::BM, groups = (tiles + V::GROUP - 1) / V::GROUP;
            const int size = (tiles + groups - 1) / groups, first = i / size * size;
            call.tiles[first_tile[e] + i] =
                make_int4(e, tile_rows<V>(count[e], tiles, i), first_tile[e] + first, min(size, tiles - first));
            if constexpr (V::JOINED || V::CARRY) call.pace[PACE_TILES + first_tile[e] + i] = 0;
        }
    if constexpr (V::SCAN_CHOOSES) {
        const int *chosen = first_tile + AP + call.num_tokens * EP, *rank = chosen + call.num_tokens * K;
        for (int at = threadIdx.x; at < call.num_tokens * K; at += SCAN_THREADS) {
            const int e = chosen[at], of_expert = rank[at];
            const int row = first_tile[e] * V::BM + of_expert +
                (V::SWAP ? after_split<V>(tail_split<V>(count[e]), of_expert) : 0);
            call.rank[at] = row;
            if constexpr (V::KEEPS_TOKENS) call.row_token[row] = at / K;
        }
        if constexpr (V::KEEPS_TOKENS) assign_shared_rows<V>(call, threadIdx.x, SCAN_THREADS);
    } else if constexpr (V::KEEPS_TOKENS) {
        if (call.rows_by_scan) assign_rows<V>(call, threadIdx.x, SCAN_THREADS);
    }
}

// Tokens are permuted backwards, a warp each: of those that the router read last, x is still in the L2 cache.
__device__ __forceinline__ int last_token(const Call& call) {
    return call.num_tokens - 1 - (int)(blockIdx.x * (ROWS_THREADS / 32) + threadIdx.x / 32);
}

// A warp reads a token's row once and writes it to each of its K experts; rows of padding are left as they are, since
// no row of a product depends on another. Where the first GEMM gathers, only row numbers are written, and x anew as
// (T,HP) where it is not of that shape and type; and that alone where one kernel makes both products. Where the first
// GEMM carries x as it is, row numbers alone.
template <class V, class X>
__device__ void permute(const Call& call) {
    constexpr int ROW_CHUNKS = HP / CHUNK, AHEAD = 4, COPIES = V::GATHER ? 1 : K + SHARED;
    constexpr bool COPY = !V::GATHER || H != HP || X::BYTES != ELEMENT;
    const int lane = threadIdx.x % 32;
    begin_kernel();
    const bool carried = V::CARRY && carries(call);
    if ((V::GATHER && !V::FUSED) || carried)
        assign_rows<V>(call, blockIdx.x * ROWS_THREADS + threadIdx.x, gridDim.x * ROWS_THREADS);
    if (carried) return;
    if constexpr (COPY) {
        for (int token = last_token(call); token >= 0; token -= gridDim.x * (ROWS_THREADS / 32)) {
            for (int k0 = 0; k0 < COPIES; k0 += 32) {
                int row = 0;
                if (!V::GATHER && k0 + lane < K) {
                    const u64 at = (u64)token * K + k0 + lane;
                    call.rank[at] = row = row_of<V>(call, at, token);
                }
                for (int c = lane; c < (ROW_CHUNKS + 31) / 32 * 32; c += 32 * AHEAD) {
                    uint4 chunk[AHEAD];
#pragma unroll
                    for (int i = 0; i < AHEAD; i++)
                        if (c + 32 * i < ROW_CHUNKS)
                            chunk[i] = as_operand(load_row_chunk<X>(call.x, token, (c + 32 * i) * CHUNK));
                    for (int k = 0; k < min(32, COPIES - k0); k++) {
                        const int to = __shfl_sync(~0u, row, k);
#pragma unroll
                        for (int i = 0; i < AHEAD; i++) {
                            if (c + 32 * i >= ROW_CHUNKS) break;
                            const u64 at = V::GATHER ? ((u64)token * ROW_CHUNKS + c + 32 * i) * 16 :
                                tile_offset(V::BM, ROW_CHUNKS, to, c + 32 * i);
                            *(uint4*)(call.rows + at) = chunk[i];
                        }
                    }
                }
            }
        }
    }
}

// y[t] = sum over k of weight * its row of the second GEMM, in order of k. One thread a chunk of y.
template <class V, class Y>
__device__ void combine(const Call& call) {
    constexpr int ROW_CHUNKS = (H + CHUNK - 1) / CHUNK;
    begin_kernel();
    const long long total = (long long)call.num_tokens * ROW_CHUNKS;
    for (long long q = blockIdx.x * (long long)ROWS_THREADS + threadIdx.x; q < total;
        q += (long long)gridDim.x * ROWS_THREADS) {
        const long long token = q / ROW_CHUNKS;
        const int c = (int)(q - token * ROW_CHUNKS);
        float sum[CHUNK] = {};
        auto add = [&](int row, float weight) {
            float value[CHUNK];
            if constexpr (V::DIRECT) {
                const float* output = (const float*)call.outputs + (u64)row * HP + c * CHUNK;
#pragma unroll
                for (int i = 0; i < CHUNK; i++) value[i] = 0.f;
#pragma unroll
                for (int split = 0; split < V::SPLITS; split++)
#pragma unroll
                    for (int i = 0; i < CHUNK; i += 4) {
                        const float4 part = *(const float4*)(output + split * call.split_stride + i);
                        value[i] += part.x, value[i + 1] += part.y, value[i + 2] += part.z, value[i + 3] += part.w;
                    }
            } else {
                const u8* from = call.outputs + tile_offset<V::PIECE>(V::BM, HP / CHUNK, row, c);
                // Of few rows, the L2 cache still holds a part; of many, reading them so takes longer.
                unpack_chunk(K + SHARED <= 2 ? read_last(from) : *(const uint4*)from, value);
            }
#pragma unroll
            for (int i = 0; i < CHUNK; i++) sum[i] = fmaf(weight, value[i], sum[i]);
        };
#pragma unroll 2
        for (int k = 0; k < K; k++) add(V::FUSED ? token * K + k : call.rank[token * K + k], call.weights[token * K + k]);
        if constexpr (H % CHUNK == 0 && Y::BYTES == ELEMENT) {
            *(uint4*)(call.y + (u64)q * 16) = pack_chunk(sum);
        } else if constexpr (H % CHUNK == 0) {
#pragma unroll
            for (int i = 0; i < CHUNK; i += 4) Y::store4(call.y, (u64)q * CHUNK + i, sum + i);
        } else {
#pragma unroll
            for (int i = 0; i < CHUNK; i++)
                if (c * CHUNK + i < H) Y::store(call.y, token * H + c * CHUNK + i, sum[i]);
        }
    }
}

// ---- GEMM on Hopper: wgmma, bulk copies, mbarriers, warp specialisation ---------------------------------------------
// One producer thread brings tiles, each by one bulk copy, into a ring of STAGES; consumer warpgroups of 64
// rows multiply.
// With GATHER the first GEMM's producer warpgroup collects rows of x itself, 8 lanes to a row, and nothing is permuted.
// With CARRY its other warps permute, while consumers multiply: see Carrier.
// Rows on M and weights on N; or swapped: weights on M, so that a tile costs what its rows in use cost, not its BM.
// Swapped tiles of 64 rows or more are multiplied by the narrowest product that holds their rows, and
// leave through shared memory as the others do; those of fewer rows (few tokens) go straight to global memory.
// In a CLUSTER of swapped tiles that SHARES_ROWS, two blocks take neighbouring column tiles of the same rows: each
// brings half of the rows to both. Else they take half of a tile's rows each, and each brings half of the weights to
// both.
// Cooperative consumers share each tile, 64 of its rows (swapped: weight columns, or 128 of 256) a warpgroup. With
// PINGPONG each of two takes every other tile whole, and they take turns at the tensor cores: one stores its tile while
// the other multiplies.
// Where tiles have many rows, clusters draw their units of work.

// ---- Hopper's instructions: mbarriers, bulk copies, stmatrix, wgmma ---------------------------------------

__device__ __forceinline__ void barrier_init(u32 barrier, u32 arrivals) {
    asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" :: "r"(barrier), "r"(arrivals));
}
__device__ __forceinline__ void barrier_wait(u32 barrier, u32 phase) {
    asm volatile("{ .reg .pred done; "
                 "AGAIN: mbarrier.try_wait.parity.shared::cta.b64 done, [%0], %1; @done bra READY; bra AGAIN; READY: }"
                 :: "r"(barrier), "r"(phase) : "memory");
}
// Whether the phase is over, so that a wait would end at once.
__device__ __forceinline__ bool barrier_passed(u32 barrier, u32 phase) {
    u32 done;
    asm volatile("{ .reg .pred done; mbarrier.test_wait.parity.shared::cta.b64 done, [%1], %2; "
                 "selp.u32 %0, 1, 0, done; }" : "=r"(done) : "r"(barrier), "r"(phase) : "memory");
    return done;
}
__device__ __forceinline__ void barrier_expect(u32 barrier, u32 bytes) {
    asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" :: "r"(barrier), "r"(bytes) : "memory");
}
__device__ __forceinline__ void barrier_arrive(u32 barrier, u32 times = 1) {
    asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0], %1;" :: "r"(barrier), "r"(times) : "memory");
}
// Arrives once all copies that this thread has started are done.
__device__ __forceinline__ void barrier_arrive_copied(u32 barrier) {
    asm volatile("cp.async.mbarrier.arrive.noinc.shared::cta.b64 [%0];" :: "r"(barrier) : "memory");
}
// Counts in global memory: what a block wrote before it adds is there for who waits for the sum, and its bulk copies.
__device__ __forceinline__ void add_release(u32* to, u32 value) {
    asm volatile("red.release.gpu.global.add.u32 [%0], %1;" :: "l"(to), "r"(value) : "memory");
}
__device__ __forceinline__ void wait_count(const u32* from, u32 count) {
    u32 value;
    do {
        asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(value) : "l"(from) : "memory");
    } while (value < count);
    asm volatile("fence.proxy.async;" ::: "memory");
}
__device__ __forceinline__ void copy_float(u32 to, const float* from) {
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4;" :: "r"(to), "l"(from) : "memory");
}
__device__ __forceinline__ void bulk_load(u32 to, const u8* from, u32 bytes, u32 barrier) {
    asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];"
                 :: "r"(to), "l"(from), "r"(bytes), "r"(barrier) : "memory");
}
// What the L2 cache gives up before all else.
__device__ __forceinline__ u64 evicted_first() {
    u64 policy;
    asm("createpolicy.fractional.L2::evict_first.b64 %0, 1.0;" : "=l"(policy));
    return policy;
}
// The same for weights, which STREAM through the L2 cache.
template <bool STREAM>
__device__ __forceinline__ void bulk_load_weights(u32 to, const u8* from, u32 bytes, u32 barrier) {
    if constexpr (!STREAM) return bulk_load(to, from, bytes, barrier);
    asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes.L2::cache_hint "
                 "[%0], [%1], %2, [%3], %4;"
                 :: "r"(to), "l"(from), "r"(bytes), "r"(barrier), "l"(evicted_first()) : "memory");
}
// The same into this place of both blocks of the cluster, and to the barrier of each.
__device__ __forceinline__ void bulk_load_both(u32 to, const u8* from, u32 bytes, u32 barrier) {
    asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster "
                 "[%0], [%1], %2, [%3], %4;"
                 :: "r"(to), "l"(from), "r"(bytes), "r"(barrier), "h"((u16)3) : "memory");
}
// This block's half of a tile, in whole groups of 8 rows, to both.
__device__ __forceinline__ void bulk_load_half(u32 to, const u8* from, int bytes, u32 barrier, int rank) {
    const int half = (bytes / 1024 + 1) / 2 * 1024, mine = rank ? bytes - half : half;
    if (mine) bulk_load_both(to + rank * half, from + rank * half, mine, barrier);
}
// Of block scope: with .cluster the compiler puts a fence of the whole GPU before each arrival, and what is handed over
// here is only room: stages that wgmma has finished reading, and slots of units that have been looked at.
__device__ __forceinline__ void barrier_arrive_at(u32 barrier, u32 block) {
    asm volatile("{ .reg .b32 there; mapa.shared::cluster.u32 there, %0, %1; "
                 "mbarrier.arrive.shared::cluster.b64 _, [there]; }"
                 :: "r"(barrier), "r"(block) : "memory");
}
// Of a shared address of ours, the same place in a block of the cluster.
__device__ __forceinline__ u32 address_in_block(u32 address, u32 block) {
    u32 there;
    asm("mapa.shared::cluster.u32 %0, %1, %2;" : "=r"(there) : "r"(address), "r"(block));
    return there;
}
// 16 bytes to a place in a block of the cluster, and to its barrier; and to or from one of ours.
__device__ __forceinline__ void send(u32 there, uint4 v, u32 barrier) {
    asm volatile("st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.v4.b32 [%0], { %1,%2,%3,%4}, [%5];"
                 :: "r"(there), "r"(v.x), "r"(v.y), "r"(v.z), "r"(v.w), "r"(barrier) : "memory");
}
__device__ __forceinline__ void store_shared(u32 to, uint4 v) {
    asm volatile("st.shared.v4.b32 [%0], { %1,%2,%3,%4};"
                 :: "r"(to), "r"(v.x), "r"(v.y), "r"(v.z), "r"(v.w) : "memory");
}
__device__ __forceinline__ uint4 load_shared(u32 from) {
    uint4 v;
    asm volatile("ld.shared.v4.b32 { %0,%1,%2,%3}, [%4];"
                 : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "r"(from) : "memory");
    return v;
}
__device__ __forceinline__ uint4 bits_of(const float* v) {
    return make_uint4(__float_as_uint(v[0]), __float_as_uint(v[1]), __float_as_uint(v[2]), __float_as_uint(v[3]));
}
__device__ __forceinline__ float4 load_from_block(u32 there) {
    float4 v;
    asm volatile("ld.shared::cluster.v4.f32 { %0,%1,%2,%3}, [%4];"
                 : "=f"(v.x), "=f"(v.y), "=f"(v.z), "=f"(v.w) : "r"(there) : "memory");
    return v;
}
__device__ __forceinline__ u32 cluster_rank() {
    u32 rank;
    asm("mov.u32 %0, %%cluster_ctarank;" : "=r"(rank));
    return rank;
}
__device__ __forceinline__ void cluster_sync() {
    asm volatile("barrier.cluster.arrive.release.aligned; barrier.cluster.wait.acquire.aligned;" ::: "memory");
}
template <bool STREAM = false>
__device__ __forceinline__ void bulk_store(u8* to, u32 from, u32 bytes) {
    if constexpr (STREAM)
        asm volatile("cp.async.bulk.global.shared::cta.bulk_group.L2::cache_hint [%0], [%1], %2, %3;"
                     :: "l"(to), "r"(from), "r"(bytes), "l"(evicted_first()) : "memory");
    else
        asm volatile("cp.async.bulk.global.shared::cta.bulk_group [%0], [%1], %2;"
                     :: "l"(to), "r"(from), "r"(bytes) : "memory");
}
__device__ __forceinline__ void store_matrices(u32 address, u32 r0, u32 r1, u32 r2, u32 r3) {
    asm volatile("stmatrix.sync.aligned.m8n8.x4.shared.b16 [%0], { %1,%2,%3,%4};"
                 :: "r"(address), "r"(r0), "r"(r1), "r"(r2), "r"(r3) : "memory");
}
__device__ __forceinline__ void store_transposed(u32 address, u32 r0, u32 r1, u32 r2, u32 r3) {
    asm volatile("stmatrix.sync.aligned.m8n8.x4.trans.shared.b16 [%0], { %1,%2,%3,%4};"
                 :: "r"(address), "r"(r0), "r"(r1), "r"(r2), "r"(r3) : "memory");
}
// Of rows of 128 swizzled bytes, 8 of which make 1024. To the lower half, sixteenths of addresses are added.
constexpr u32 DESCRIPTOR_HIGH = 64u | 1u << 30;
__device__ __forceinline__ u32 descriptor_low(u32 address) { return (address & 0x3ffff) >> 4 | 1u << 16; }
__device__ __forceinline__ u64 descriptor(u32 address) { return (u64)DESCRIPTOR_HIGH << 32 | descriptor_low(address); }
__device__ __forceinline__ void sync_warpgroup(int warpgroup) {
    asm volatile("bar.sync %0, 128;" :: "r"(warpgroup + 1) : "memory");
}
// Two warpgroups take turns: one asks for products once the other has asked for the last of its own, of a tile
// (ping-pong) or of the sums that leave the tensor cores together (e4m3).
__device__ __forceinline__ void wait_turn(int warpgroup) {
    asm volatile("bar.sync %0, 256;" :: "r"(warpgroup + 3) : "memory");
}
__device__ __forceinline__ void pass_turn(int warpgroup) {
    asm volatile("bar.arrive %0, 256;" :: "r"(4 - warpgroup) : "memory");
}

// d (64,N) = a (64 rows) * b (N rows) over 32 bytes of the reduction, plus d where `add`; of d, the first N / 2
template <int N>
struct Wgmma;
template <>
struct Wgmma<8> {
    template <int SUMS>
    static __device__ __forceinline__ void multiply(float (&d)[SUMS], u64 a, u64 b, int add) {
        asm volatile("{ .reg .pred p; setp.ne.b32 p, %6, 0; "
                     "wgmma.mma_async.sync.aligned.m64n8k16.f32.bf16.bf16 "
                     "{%0, %1, %2, %3}, %4, %5, p, 1, 1, 0, 0; }"
                     : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
                     : "l"(a), "l"(b), "r"(add));
    }
};
template <>
struct Wgmma<16> {
    template <int SUMS>
    static __device__ __forceinline__ void multiply(float (&d)[SUMS], u64 a, u64 b, int add) {
        asm volatile("{ .reg .pred p; setp.ne.b32 p, %10, 0; "
                     "wgmma.mma_async.sync.aligned.m64n16k16.f32.bf16.bf16 "
                     "{%0, %1, %2, %3, %4, %5, %6, %7}, %8, %9, p, 1, 1, 0, 0; }"
                     : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]), "+f"(d[4]), "+f"(d[5]), "+f"(d[6]), "+f"(d[7])
                     : "l"(a), "l"(b), "r"(add));
    }
};
template <>
struct Wgmma<32> {
    template <int SUMS>
    static __device__ __forceinline__ void multiply(float (&d)[SUMS], u64 a, u64 b, int add) {
        asm volatile("{ .reg .pred p; setp.ne.b32 p, %18, 0; "
                     "wgmma.mma_async.sync.aligned.m64n32k16.f32.bf16.bf16 "
                     "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15}, %16, %17, p, 1, 1, 0, 0; }"
                     : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]), "+f"(d[4]), "+f"(d[5]), "+f"(d[6]), "+f"(d[7]), "+f"(d[8]), "+f"(d[9]), "+f"(d[10]), "+f"(d[11]), "+f"(d[12]), "+f"(d[13]), "+f"(d[14]), "+f"(d[15])
                     : "l"(a), "l"(b), "r"(add));
    }
};
template <>
struct Wgmma<48> {
    template <int SUMS>
    static __device__ __forceinline__ void multiply(float (&d)[SUMS], u64 a, u64 b, int add) {
        asm volatile("{ .reg .pred p; setp.ne.b32 p, %26, 0; "
                     "wgmma.mma_async.sync.aligned.m64n48k16.f32.bf16.bf16 "
                     "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, %21, %22, %23}, %24, %25, p, 1, 1, 0, 0; }"
                     : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]), "+f"(d[4]), "+f"(d[5]), "+f"(d[6]), "+f"(d[7]), "+f"(d[8]), "+f"(d[9]), "+f"(d[10]), "+f"(d[11]), "+f"(d[12]), "+f"(d[13]), "+f"(d[14]), "+f"(d[15]), "+f"(d[16]), "+f"(d[17]), "+f"(d[18]), "+f"(d[19]), "+f"(d[20]), "+f"(d[21]), "+f"(d[22]), "+f"(d[23])
                     : "l"(a), "l"(b), "r"(add));
    }
};
template <>
struct Wgmma<64> {
    template <int SUMS>
    static __device__ __forceinline__ void multiply(float (&d)[SUMS], u64 a, u64 b, int add) {
        asm volatile("{ .reg .pred p; setp.ne.b32 p, %34, 0; "
                     "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 "
                     "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31}, %32, %33, p, 1, 1, 0, 0; }"
                     : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]), "+f"(d[4]), "+f"(d[5]), "+f"(d[6]), "+f"(d[7]), "+f"(d[8]), "+f"(d[9]), "+f"(d[10]), "+f"(d[11]), "+f"(d[12]), "+f"(d[13]), "+f"(d[14]), "+f"(d[15]), "+f"(d[16]), "+f"(d[17]), "+f"(d[18]), "+f"(d[19]), "+f"(d[20]), "+f"(d[21]), "+f"(d[22]), "+f"(d[23]), "+f"(d[24]), "+f"(d[25]), "+f"(d[26]), "+f"(d[27]), "+f"(d[28]), "+f"(d[29]), "+f"(d[30]), "+f"(d[31])
                     : "l"(a), "l"(b), "r"(add));
    }
};
template <>
struct Wgmma<80> {
    template <int SUMS>
    static __device__ __forceinline__ void multiply(float (&d)[SUMS], u64 a, u64 b, int add) {
        asm volatile("{ .reg .pred p; setp.ne.b32 p, %42, 0; "
                     "wgmma.mma_async.sync.aligned.m64n80k16.f32.bf16.bf16 "
                     "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, %32, %33, %34, %35, %36, %37, %38, %39}, %40, %41, p, 1, 1, 0, 0; }"
                     : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]), "+f"(d[4]), "+f"(d[5]), "+f"(d[6]), "+f"(d[7]), "+f"(d[8]), "+f"(d[9]), "+f"(d[10]), "+f"(d[11]), "+f"(d[12]), "+f"(d[13]), "+f"(d[14]), "+f"(d[15]), "+f"(d[16]), "+f"(d[17]), "+f"(d[18]), "+f"(d[19]), "+f"(d[20]), "+f"(d[21]), "+f"(d[22]), "+f"(d[23]), "+f"(d[24]), "+f"(d[25]), "+f"(d[26]), "+f"(d[27]), "+f"(d[28]), "+f"(d[29]), "+f"(d[30]), "+f"(d[31]), "+f"(d[32]), "+f"(d[33]), "+f"(d[34]), "+f"(d[35]), "+f"(d[36]), "+f"(d[37]), "+f"(d[38]), "+f"(d[39])
                     : "l"(a), "l"(b), "r"(add));
    }
};
template <>
struct Wgmma<96> {
    template <int SUMS>
    static __device__ __forceinline__ void multiply(float (&d)[SUMS], u64 a, u64 b, int add) {
        asm volatile("{ .reg .pred p; setp.ne.b32 p, %50, 0; "
                     "wgmma.mma_async.sync.aligned.m64n96k16.f32.bf16.bf16 "
                     "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47}, %48, %49, p, 1, 1, 0, 0; }"
                     : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]), "+f"(d[4]), "+f"(d[5]), "+f"(d[6]), "+f"(d[7]), "+f"(d[8]), "+f"(d[9]), "+f"(d[10]), "+f"(d[11]), "+f"(d[12]), "+f"(d[13]), "+f"(d[14]), "+f"(d[15]), "+f"(d[16]), "+f"(d[17]), "+f"(d[18]), "+f"(d[19]), "+f"(d[20]), "+f"(d[21]), "+f"(d[22]), "+f"(d[23]), "+f"(d[24]), "+f"(d[25]), "+f"(d[26]), "+f"(d[27]), "+f"(d[28]), "+f"(d[29]), "+f"(d[30]), "+f"(d[31]), "+f"(d[32]), "+f"(d[33]), "+f"(d[34]), "+f"(d[35]), "+f"(d[36]), "+f"(d[37]), "+f"(d[38]), "+f"(d[39]), "+f"(d[40]), "+f"(d[41]), "+f"(d[42]), "+f"(d[43]), "+f"(d[44]), "+f"(d[45]), "+f"(d[46]), "+f"(d[47])
                     : "l"(a), "l"(b), "r"(add));
    }
};
template <>
struct Wgmma<112> {
    template <int SUMS>
    static __device__ __forceinline__ void multiply(float (&d)[SUMS], u64 a, u64 b, int add) {
        asm volatile("{ .reg .pred p; setp.ne.b32 p, %58, 0; "
                     "wgmma.mma_async.sync.aligned.m64n112k16.f32.bf16.bf16 "
                     "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, %48, %49, %50, %51, %52, %53, %54, %55}, %56, %57, p, 1, 1, 0, 0; }"
                     : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]), "+f"(d[4]), "+f"(d[5]), "+f"(d[6]), "+f"(d[7]), "+f"(d[8]), "+f"(d[9]), "+f"(d[10]), "+f"(d[11]), "+f"(d[12]), "+f"(d[13]), "+f"(d[14]), "+f"(d[15]), "+f"(d[16]), "+f"(d[17]), "+f"(d[18]), "+f"(d[19]), "+f"(d[20]), "+f"(d[21]), "+f"(d[22]), "+f"(d[23]), "+f"(d[24]), "+f"(d[25]), "+f"(d[26]), "+f"(d[27]), "+f"(d[28]), "+f"(d[29]), "+f"(d[30]), "+f"(d[31]), "+f"(d[32]), "+f"(d[33]), "+f"(d[34]), "+f"(d[35]), "+f"(d[36]), "+f"(d[37]), "+f"(d[38]), "+f"(d[39]), "+f"(d[40]), "+f"(d[41]), "+f"(d[42]), "+f"(d[43]), "+f"(d[44]), "+f"(d[45]), "+f"(d[46]), "+f"(d[47]), "+f"(d[48]), "+f"(d[49]), "+f"(d[50]), "+f"(d[51]), "+f"(d[52]), "+f"(d[53]), "+f"(d[54]), "+f"(d[55])
                     : "l"(a), "l"(b), "r"(add));
    }
};
template <>
struct Wgmma<128> {
    template <int SUMS>
    static __device__ __forceinline__ void multiply(float (&d)[SUMS], u64 a, u64 b, int add) {
        asm volatile("{ .reg .pred p; setp.ne.b32 p, %66, 0; "
                     "wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 "
                     "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, %48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63}, %64, %65, p, 1, 1, 0, 0; }"
                     : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]), "+f"(d[4]), "+f"(d[5]), "+f"(d[6]), "+f"(d[7]), "+f"(d[8]), "+f"(d[9]), "+f"(d[10]), "+f"(d[11]), "+f"(d[12]), "+f"(d[13]), "+f"(d[14]), "+f"(d[15]), "+f"(d[16]), "+f"(d[17]), "+f"(d[18]), "+f"(d[19]), "+f"(d[20]), "+f"(d[21]), "+f"(d[22]), "+f"(d[23]), "+f"(d[24]), "+f"(d[25]), "+f"(d[26]), "+f"(d[27]), "+f"(d[28]), "+f"(d[29]), "+f"(d[30]), "+f"(d[31]), "+f"(d[32]), "+f"(d[33]), "+f"(d[34]), "+f"(d[35]), "+f"(d[36]), "+f"(d[37]), "+f"(d[38]), "+f"(d[39]), "+f"(d[40]), "+f"(d[41]), "+f"(d[42]), "+f"(d[43]), "+f"(d[44]), "+f"(d[45]), "+f"(d[46]), "+f"(d[47]), "+f"(d[48]), "+f"(d[49]), "+f"(d[50]), "+f"(d[51]), "+f"(d[52]), "+f"(d[53]), "+f"(d[54]), "+f"(d[55]), "+f"(d[56]), "+f"(d[57]), "+f"(d[58]), "+f"(d[59]), "+f"(d[60]), "+f"(d[61]), "+f"(d[62]), "+f"(d[63])
                     : "l"(a), "l"(b), "r"(add));
    }
};
template <>
struct Wgmma<144> {
    template <int SUMS>
    static __device__ __forceinline__ void multiply(float (&d)[SUMS], u64 a, u64 b, int add) {
        asm volatile("{ .reg .pred p; setp.ne.b32 p, %74, 0; "
                     "wgmma.mma_async.sync.aligned.m64n144k16.f32.bf16.bf16 "
                     "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, %48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63, %64, %65, %66, %67, %68, %69, %70, %71}, %72, %73, p, 1, 1, 0, 0; }"
                     : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]), "+f"(d[4]), "+f"(d[5]), "+f"(d[6]), "+f"(d[7]), "+f"(d[8]), "+f"(d[9]), "+f"(d[10]), "+f"(d[11]), "+f"(d[12]), "+f"(d[13]), "+f"(d[14]), "+f"(d[15]), "+f"(d[16]), "+f"(d[17]), "+f"(d[18]), "+f"(d[19]), "+f"(d[20]), "+f"(d[21]), "+f"(d[22]), "+f"(d[23]), "+f"(d[24]), "+f"(d[25]), "+f"(d[26]), "+f"(d[27]), "+f"(d[28]), "+f"(d[29]), "+f"(d[30]), "+f"(d[31]), "+f"(d[32]), "+f"(d[33]), "+f"(d[34]), "+f"(d[35]), "+f"(d[36]), "+f"(d[37]), "+f"(d[38]), "+f"(d[39]), "+f"(d[40]), "+f"(d[41]), "+f"(d[42]), "+f"(d[43]), "+f"(d[44]), "+f"(d[45]), "+f"(d[46]), "+f"(d[47]), "+f"(d[48]), "+f"(d[49]), "+f"(d[50]), "+f"(d[51]), "+f"(d[52]), "+f"(d[53]), "+f"(d[54]), "+f"(d[55]), "+f"(d[56]), "+f"(d[57]), "+f"(d[58]), "+f"(d[59]), "+f"(d[60]), "+f"(d[61]), "+f"(d[62]), "+f"(d[63]), "+f"(d[64]), "+f"(d[65]), "+f"(d[66]), "+f"(d[67]), "+f"(d[68]), "+f"(d[69]), "+f"(d[70]), "+f"(d[71])
                     : "l"(a), "l"(b), "r"(add));
    }
};
template <>
struct Wgmma<160> {
    template <int SUMS>
    static __device__ __forceinline__ void multiply(float (&d)[SUMS], u64 a, u64 b, int add) {
        asm volatile("{ .reg .pred p; setp.ne.b32 p, %82, 0; "
                     "wgmma.mma_async.sync.aligned.m64n160k16.f32.bf16.bf16 "
                     "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, %48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63, %64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, %78, %79}, %80, %81, p, 1, 1, 0, 0; }"
                     : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]), "+f"(d[4]), "+f"(d[5]), "+f"(d[6]), "+f"(d[7]), "+f"(d[8]), "+f"(d[9]), "+f"(d[10]), "+f"(d[11]), "+f"(d[12]), "+f"(d[13]), "+f"(d[14]), "+f"(d[15]), "+f"(d[16]), "+f"(d[17]), "+f"(d[18]), "+f"(d[19]), "+f"(d[20]), "+f"(d[21]), "+f"(d[22]), "+f"(d[23]), "+f"(d[24]), "+f"(d[25]), "+f"(d[26]), "+f"(d[27]), "+f"(d[28]), "+f"(d[29]), "+f"(d[30]), "+f"(d[31]), "+f"(d[32]), "+f"(d[33]), "+f"(d[34]), "+f"(d[35]), "+f"(d[36]), "+f"(d[37]), "+f"(d[38]), "+f"(d[39]), "+f"(d[40]), "+f"(d[41]), "+f"(d[42]), "+f"(d[43]), "+f"(d[44]), "+f"(d[45]), "+f"(d[46]), "+f"(d[47]), "+f"(d[48]), "+f"(d[49]), "+f"(d[50]), "+f"(d[51]), "+f"(d[52]), "+f"(d[53]), "+f"(d[54]), "+f"(d[55]), "+f"(d[56]), "+f"(d[57]), "+f"(d[58]), "+f"(d[59]), "+f"(d[60]), "+f"(d[61]), "+f"(d[62]), "+f"(d[63]), "+f"(d[64]), "+f"(d[65]), "+f"(d[66]), "+f"(d[67]), "+f"(d[68]), "+f"(d[69]), "+f"(d[70]), "+f"(d[71]), "+f"(d[72]), "+f"(d[73]), "+f"(d[74]), "+f"(d[75]), "+f"(d[76]), "+f"(d[77]), "+f"(d[78]), "+f"(d[79])
                     : "l"(a), "l"(b), "r"(add));
    }
};
template <>
struct Wgmma<176> {
    template <int SUMS>
    static __device__ __forceinline__ void multiply(float (&d)[SUMS], u64 a, u64 b, int add) {
        asm volatile("{ .reg .pred p; setp.ne.b32 p, %90, 0; "
                     "wgmma.mma_async.sync.aligned.m64n176k16.f32.bf16.bf16 "
                     "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, %48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63, %64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, %78, %79, %80, %81, %82, %83, %84, %85, %86, %87}, %88, %89, p, 1, 1, 0, 0; }"
                     : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]), "+f"(d[4]), "+f"(d[5]), "+f"(d[6]), "+f"(d[7]), "+f"(d[8]), "+f"(d[9]), "+f"(d[10]), "+f"(d[11]), "+f"(d[12]), "+f"(d[13]), "+f"(d[14]), "+f"(d[15]), "+f"(d[16]), "+f"(d[17]), "+f"(d[18]), "+f"(d[19]), "+f"(d[20]), "+f"(d[21]), "+f"(d[22]), "+f"(d[23]), "+f"(d[24]), "+f"(d[25]), "+f"(d[26]), "+f"(d[27]), "+f"(d[28]), "+f"(d[29]), "+f"(d[30]), "+f"(d[31]), "+f"(d[32]), "+f"(d[33]), "+f"(d[34]), "+f"(d[35]), "+f"(d[36]), "+f"(d[37]), "+f"(d[38]), "+f"(d[39]), "+f"(d[40]), "+f"(d[41]), "+f"(d[42]), "+f"(d[43]), "+f"(d[44]), "+f"(d[45]), "+f"(d[46]), "+f"(d[47]), "+f"(d[48]), "+f"(d[49]), "+f"(d[50]), "+f"(d[51]), "+f"(d[52]), "+f"(d[53]), "+f"(d[54]), "+f"(d[55]), "+f"(d[56]), "+f"(d[57]), "+f"(d[58]), "+f"(d[59]), "+f"(d[60]), "+f"(d[61]), "+f"(d[62]), "+f"(d[63]), "+f"(d[64]), "+f"(d[65]), "+f"(d[66]), "+f"(d[67]), "+f"(d[68]), "+f"(d[69]), "+f"(d[70]), "+f"(d[71]), "+f"(d[72]), "+f"(d[73]), "+f"(d[74]), "+f"(d[75]), "+f"(d[76]), "+f"(d[77]), "+f"(d[78]), "+f"(d[79]), "+f"(d[80]), "+f"(d[81]), "+f"(d[82]), "+f"(d[83]), "+f"(d[84]), "+f"(d[85]), "+f"(d[86]), "+f"(d[87])
                     : "l"(a), "l"(b), "r"(add));
    }
};
template <>
struct Wgmma<192> {
    template <int SUMS>
    static __device__ __forceinline__ void multiply(float (&d)[SUMS], u64 a, u64 b, int add) {
        asm volatile("{ .reg .pred p; setp.ne.b32 p, %98, 0; "
                     "wgmma.mma_async.sync.aligned.m64n192k16.f32.bf16.bf16 "
                     "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, %48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63, %64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, %78, %79, %80, %81, %82, %83, %84, %85, %86, %87, %88, %89, %90, %91, %92, %93, %94, %95}, %96, %97, p, 1, 1, 0, 0; }"
                     : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]), "+f"(d[4]), "+f"(d[5]), "+f"(d[6]), "+f"(d[7]), "+f"(d[8]), "+f"(d[9]), "+f"(d[10]), "+f"(d[11]), "+f"(d[12]), "+f"(d[13]), "+f"(d[14]), "+f"(d[15]), "+f"(d[16]), "+f"(d[17]), "+f"(d[18]), "+f"(d[19]), "+f"(d[20]), "+f"(d[21]), "+f"(d[22]), "+f"(d[23]), "+f"(d[24]), "+f"(d[25]), "+f"(d[26]), "+f"(d[27]), "+f"(d[28]), "+f"(d[29]), "+f"(d[30]), "+f"(d[31]), "+f"(d[32]), "+f"(d[33]), "+f"(d[34]), "+f"(d[35]), "+f"(d[36]), "+f"(d[37]), "+f"(d[38]), "+f"(d[39]), "+f"(d[40]), "+f"(d[41]), "+f"(d[42]), "+f"(d[43]), "+f"(d[44]), "+f"(d[45]), "+f"(d[46]), "+f"(d[47]), "+f"(d[48]), "+f"(d[49]), "+f"(d[50]), "+f"(d[51]), "+f"(d[52]), "+f"(d[53]), "+f"(d[54]), "+f"(d[55]), "+f"(d[56]), "+f"(d[57]), "+f"(d[58]), "+f"(d[59]), "+f"(d[60]), "+f"(d[61]), "+f"(d[62]), "+f"(d[63]), "+f"(d[64]), "+f"(d[65]), "+f"(d[66]), "+f"(d[67]), "+f"(d[68]), "+f"(d[69]), "+f"(d[70]), "+f"(d[71]), "+f"(d[72]), "+f"(d[73]), "+f"(d[74]), "+f"(d[75]), "+f"(d[76]), "+f"(d[77]), "+f"(d[78]), "+f"(d[79]), "+f"(d[80]), "+f"(d[81]), "+f"(d[82]), "+f"(d[83]), "+f"(d[84]), "+f"(d[85]), "+f"(d[86]), "+f"(d[87]), "+f"(d[88]), "+f"(d[89]), "+f"(d[90]), "+f"(d[91]), "+f"(d[92]), "+f"(d[93]), "+f"(d[94]), "+f"(d[95])
                     : "l"(a), "l"(b), "r"(add));
    }
};

template <class G>
struct HopperTile {
    static constexpr bool SHARES_ROWS = G::SHARES_ROWS, SHARES_WEIGHTS = G::CLUSTER > 1 && !SHARES_ROWS;
    static constexpr int ROWS = SHARES_WEIGHTS ? G::BM / G::CLUSTER : G::BM;   // of one block
    static constexpr int ON_M = (G::SWAP ? G::BN : ROWS) / 64, N = G::SWAP ? ROWS : G::BN;   // on M, blocks of 64
    static constexpr int CONSUMERS = ON_M < 2 ? 1 : 2;
    static constexpr int BLOCKS = G::PINGPONG ? ON_M : ON_M / CONSUMERS;   // that a consumer warpgroup multiplies
    static constexpr int EMPTIERS = G::PINGPONG ? 1 : CONSUMERS;   // of a stage, in each block
    static constexpr int ROWS_BYTES = G::BM * 128, WEIGHTS_BYTES = G::BN * 128;
    static constexpr int ROWS_STRIDE = (ROWS * 128 + 1023) / 1024 * 1024, STAGE = ROWS_STRIDE + WEIGHTS_BYTES;
    static constexpr int STEPS = G::REDUCTION / ATOM_K, COLUMN_TILES = (G::COLUMNS + G::BN - 1) / G::BN;
    static constexpr int WEIGHTS_STEP = G::COLUMNS * 128;   // bytes from a column tile's weights to the next step's
    static constexpr int TOGETHER = SHARES_ROWS ? G::CLUSTER : 1;   // column tiles that a cluster takes at a time
    static constexpr int UNITS = (COLUMN_TILES + TOGETHER - 1) / TOGETHER;
    static constexpr bool PAIRS = G::FIRST && GATED, GATHERS = G::FIRST && G::GATHER, CARRIES = G::FIRST && G::CARRY;
    // Of a thread, where two consumer warpgroups take what the producer's does not need: 168 each to begin with.
    static constexpr int PRODUCER_REGISTERS = GATHERS || CARRIES ? 56 : 40;
    static constexpr int CONSUMER_REGISTERS = 168 + (168 - PRODUCER_REGISTERS) / 2;
    static constexpr int OUTPUTS = PAIRS ? G::BN / 2 : G::BN;   // columns of output a tile
    // What one part of a warpgroup's outputs takes of shared memory; two that make one atom of gated ones share it.
    static constexpr int PART_BYTES =
        G::SWAP ? ROWS / G::PARTS * 128 * (PAIRS ? 1 : BLOCKS) : 64 * OUTPUTS / G::PARTS * ELEMENT;
    static constexpr bool SHARES_PART = G::SWAP && PAIRS && BLOCKS == 1;
    static constexpr int PIECE = G::FIRST ? 1 : G::PIECE;
    using Sums = float[BLOCKS][N / 2];   // a thread's
    static_assert(BLOCKS == 1 || BLOCKS == 2, "a consumer warpgroup multiplies one or two blocks");
    static_assert(!G::PINGPONG || ON_M == 2, "ping-pong is of two consumer warpgroups");
    static_assert(G::BN % 64 == 0 && (!PAIRS || G::DIRECT || G::BN % 128 == 0),
        "column tiles must be multiples of 64, of 128 where gated");
    static_assert(!SHARES_WEIGHTS || ROWS % 16 == 0, "halves of a tile's rows must be of whole groups of 8");
    static_assert(!GATHERS || !SHARES_ROWS, "rows that are gathered cannot be brought to both blocks of a cluster");

    // Only rows in use and columns that exist travel; whole groups of 8 rows, which the swizzle spans.
    static __device__ __forceinline__ int rows_bytes(int rows) { return (rows + 7) / 8 * 1024; }
    // The first of a block's rows, a multiple of 64, or of 8 where swapped; and how many of the tile's it has.
    static __device__ __forceinline__ int2 rows_of(int rows, int rank) {
        if constexpr (!SHARES_WEIGHTS) return make_int2(0, rows);
        const int half = G::SWAP ? (rows + 15) / 16 * 8 : rows > ROWS ? ROWS : 64;
        return rank ? make_int2(half, max(0, rows - half)) : make_int2(0, min(rows, half));
    }
    static __device__ __forceinline__ int weights_bytes(int n) {
        return max(0, min(G::BN, G::COLUMNS - n * G::BN)) * 128;
    }
    static __device__ __forceinline__ const u8* weights_at(const Call& call, int expert, int n, int step) {
        const u64 atom = ((u64)expert * STEPS + step) * (G::COLUMNS / 64) + n * (G::BN / 64);
        return (G::FIRST ? call.w1 : call.w2) + atom * 8192;
    }
};

// Rows on M: biases and activation.
template <class G>
__device__ __forceinline__ void finish_tile(const Call& call, float (&d)[HopperTile<G>::N / 2], int n, int expert,
    int lane) {
    using Tile = HopperTile<G>;
    if constexpr (BIAS) {
        const float* bias = (G::FIRST ? call.b1 : call.b2) + (u64)expert * G::COLUMNS;
#pragma unroll
        for (int j = 0; j < G::BN / 8; j++) {
            const int column = n * G::BN + j * 8 + (lane & 3) * 2;
            if (G::COLUMNS % G::BN == 0 || column < G::COLUMNS) {
                const float2 add = *(const float2*)(bias + column);
                d[j * 4] += add.x, d[j * 4 + 1] += add.y, d[j * 4 + 2] += add.x, d[j * 4 + 3] += add.y;
            }
        }
    }
    if constexpr (Tile::PAIRS) {
#pragma unroll
        for (int j = 0; j < G::BN / 16; j++)
#pragma unroll
            for (int i = 0; i < 4; i++) d[j * 4 + i] = activate(d[j * 8 + i], d[j * 8 + 4 + i]);
    } else if constexpr (G::FIRST) {
#pragma unroll
        for (int i = 0; i < G::BN / 2; i++) d[i] = activate(d[i]);
    }
}

// Rows on M: a block of 64 through shared memory into the tiles that the second GEMM and `combine` read.
template <class G>
__device__ __forceinline__ void store_tile(const Call& call, float (&d)[HopperTile<G>::N / 2], int m, int n, int expert,
    u32 staging, int block, int warpgroup, int t) {
    using Tile = HopperTile<G>;
    constexpr int ATOMS = Tile::OUTPUTS / 64, ATOMS_ALL = (Tile::PAIRS ? G::COLUMNS / 2 : G::COLUMNS) / 64;
    constexpr int PART = ATOMS / G::PARTS, PIECE = Tile::PIECE;
    const int warp = t / 32, lane = t % 32;
    finish_tile<G>(call, d, n, expert, lane);
    u8* output = G::FIRST ? call.hidden : call.outputs;
#pragma unroll
    for (int half = 0; half < G::PARTS; half++) {
        if (t == 0) asm volatile("cp.async.bulk.wait_group.read 0;" ::: "memory");   // the staging area is free again
        sync_warpgroup(warpgroup);
#pragma unroll
        for (int j = 0; j < PART * 8; j += 2) {
            const int from = half * PART * 8 + j, row = warp * 16 + (lane & 15), chunk = j + (lane >> 4);
            const int at = ((j / (8 * PIECE) * 64 + row) * PIECE + j / 8 % PIECE) * 128;
            store_matrices(staging + at + (((chunk & 7) ^ (row & 7)) << 4),
                           pack2(d[from * 4], d[from * 4 + 1]), pack2(d[from * 4 + 2], d[from * 4 + 3]),
                           pack2(d[from * 4 + 4], d[from * 4 + 5]), pack2(d[from * 4 + 6], d[from * 4 + 7]));
        }
        asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
        sync_warpgroup(warpgroup);
        if (t == 0) {
#pragma unroll
            for (int j = 0; j < PART; j += PIECE) {
                const int atom = n * ATOMS + half * PART + j;
                if (atom < ATOMS_ALL)
                    bulk_store<G::JOINED && !G::FIRST>(
                        output + ((u64)m * ATOMS_ALL + atom) * Tile::ROWS_BYTES + block * (PIECE * 8192),
                        staging + j * 8192, PIECE * 8192);
            }
            asm volatile("cp.async.bulk.commit_group;" ::: "memory");
        }
    }
}

// Weights on M: groups of 8 rows of a block of 64 columns, two a call, or four where gated, from a thread's sums `d`
// and the biases `add` of its two columns, to the atom at `to`, in pieces of PIECE atoms. What a thread holds are
// neighbouring rows of a column, so stmatrix transposes. Gated, a block makes one half of an atom of outputs.
template <bool PAIRS, bool ACTIVATES, int PIECE = 1>
__device__ __forceinline__ void stage_transposed(const float* d, const float (&add)[2], u32 to, int first_row, int half,
    int warp, int lane) {
    u32 word[4];
#pragma unroll
    for (int q = 0; q < 4; q++) {
        if constexpr (PAIRS) {
            const float *gate = d + q * 4, *up = gate + 2;
            word[q] = pack2(activate(gate[0] + add[0], up[0] + add[1]), activate(gate[1] + add[0], up[1] + add[1]));
        } else {
            const float* v = d + q / 2 * 4 + q % 2 * 2;
            const float low = v[0] + add[q % 2], high = v[1] + add[q % 2];
            word[q] = ACTIVATES ? pack2(activate(low), activate(high)) : pack2(low, high);
        }
    }
    const int q = lane / 8, row = first_row + (PAIRS ? q : q / 2) * 8 + lane % 8;
    const int chunk = PAIRS ? half * 4 + warp : warp * 2 + q % 2;
    store_transposed(to + row * (PIECE * 128) + ((chunk ^ (row & 7)) << 4), word[0], word[1], word[2], word[3]);
}

// Weights on M: as `store_tile`. Gated, two blocks of 64 columns, of two warpgroups or of one, make an atom of outputs.
template <class G>
__device__ __forceinline__ void store_tile_swapped(const Call& call, typename HopperTile<G>::Sums& d, int m, int n,
    int expert, int2 used, u32 staging, int warpgroup, int t) {
    using Tile = HopperTile<G>;
    constexpr int ATOMS_ALL = (Tile::PAIRS ? G::COLUMNS / 2 : G::COLUMNS) / 64, PART = Tile::ROWS / G::PARTS;
    constexpr int ATOMS = Tile::PAIRS ? 1 : Tile::BLOCKS;   // that this warpgroup stores
    const int warp = t / 32, lane = t % 32, rows = (used.y + 7) / 8 * 8;
    const int first_block = G::PINGPONG ? 0 : warpgroup * Tile::BLOCKS;
    const int first_atom = (n * (G::BN / 64) + first_block) / (Tile::PAIRS ? 2 : 1);
    float add[Tile::BLOCKS][2] = {};
    if constexpr (BIAS) {
#pragma unroll
        for (int b = 0; b < Tile::BLOCKS; b++) {
            const int column = n * G::BN + (first_block + b) * 64 + warp * 16 + lane / 4;
            const float* bias = (G::FIRST ? call.b1 : call.b2) + (u64)expert * G::COLUMNS + column;
            if (column < G::COLUMNS) add[b][0] = bias[0], add[b][1] = bias[8];
        }
    }
    u8* output = (G::FIRST ? call.hidden : call.outputs) + ((u64)m * ATOMS_ALL + first_atom) * Tile::ROWS_BYTES +
        used.x * (Tile::PIECE * 128);
    const bool stores = t == 0 && (!Tile::SHARES_PART || warpgroup == 0);
    auto sync = [&] {
        if constexpr (Tile::SHARES_PART) asm volatile("bar.sync 5, %0;" :: "n"(Tile::CONSUMERS * 128) : "memory");
        else sync_warpgroup(warpgroup);
    };
#pragma unroll
    for (int part = 0; part < G::PARTS; part++) {
        if (part * PART >= rows) break;
        if (stores) asm volatile("cp.async.bulk.wait_group.read 0;" ::: "memory");   // the staging area is free again
        sync();
        constexpr int STEP = Tile::PAIRS ? 4 : 2;   // groups of 8 rows that one stmatrix takes
#pragma unroll
        for (int j = part * PART / 8; j < (part + 1) * PART / 8; j += STEP) {
            if (j * 8 >= rows) break;
#pragma unroll
            for (int b = 0; b < Tile::BLOCKS; b++)
                stage_transposed<Tile::PAIRS, G::FIRST, Tile::PIECE>(d[b] + j * 4, add[b],
                    staging + (Tile::PAIRS ? 0 : b * (Tile::PIECE == 2 ? 128 : PART * 128)), j * 8 - part * PART,
                    (first_block + b) % 2, warp, lane);
        }
        asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
        sync();
        if (stores) {
#pragma unroll
            for (int b = 0; b < ATOMS; b += Tile::PIECE)
                if (first_atom + b < ATOMS_ALL)
                    bulk_store(output + (u64)b * Tile::ROWS_BYTES + part * PART * (Tile::PIECE * 128),
                        staging + b * PART * 128, min(rows - part * PART, PART) * (Tile::PIECE * 128));
            asm volatile("cp.async.bulk.commit_group;" ::: "memory");
        }
    }
}

// Weights on M: few rows, so straight to global memory, and only the rows in use.
template <class G>
__device__ __forceinline__ void store_swapped(const Call& call, float (&d)[HopperTile<G>::N / 2], int m, int n,
    int split, int expert, int warpgroup, int t) {
    using Tile = HopperTile<G>;
    constexpr int OUTPUT_CHUNKS = (Tile::PAIRS ? G::COLUMNS / 2 : G::COLUMNS) / CHUNK;
    const int warp = t / 32, lane = t % 32, rows = call.tiles[m].y;
    const int column = n * G::BN + warpgroup * 64 + warp * 16 + lane / 4;   // and the one 8 further
    if (column >= G::COLUMNS) return;
    float add[2] = {0.f, 0.f};
    if constexpr (BIAS) {
        const float* bias = (G::FIRST ? call.b1 : call.b2) + (u64)expert * G::COLUMNS + column;
        if (split == 0) add[0] = bias[0], add[1] = bias[8];
    }
#pragma unroll
    for (int j = 0; j < G::BM / 8; j++)
#pragma unroll
        for (int i = 0; i < 2; i++) {
            const int row = j * 8 + (lane & 3) * 2 + i;
            if (row >= rows) continue;
            const float low = d[j * 4 + i] + add[0], high = d[j * 4 + 2 + i] + add[1];
            if constexpr (Tile::PAIRS) {
                const int to = column / 16 * 8 + column % 8;
                store_element(call.hidden + tile_offset(G::BM, OUTPUT_CHUNKS, m * G::BM + row, to / CHUNK), to % CHUNK,
                    activate(low, high));
            } else if constexpr (G::FIRST) {
                store_element(call.hidden + tile_offset(G::BM, OUTPUT_CHUNKS, m * G::BM + row, column / CHUNK),
                    column % CHUNK, activate(low));
                store_element(call.hidden + tile_offset(G::BM, OUTPUT_CHUNKS, m * G::BM + row, column / CHUNK + 1),
                    column % CHUNK, activate(high));
            } else {
                float* output = (float*)call.outputs + split * call.split_stride + (u64)(m * G::BM + row) * HP + column;
                output[0] = low, output[8] = high;
            }
        }
}

// ---- what the Hopper GEMMs are made of: the ring of stages, the queue of units, the product of a tile ------------

// The stages that the producer fills and the consumers empty, as one of them goes round.
template <class G>
struct Ring {
    u32 stages, full, empty;   // shared addresses
    int s;
    u32 phase;
    __device__ __forceinline__ void advance() {
        if (++s == G::STAGES) s = 0, phase ^= 1;
    }
    // Past so many stages, such as those of a tile of the other warpgroup's.
    __device__ __forceinline__ void skip(int steps) {
        s += steps % G::STAGES, phase ^= steps / G::STAGES & 1;
        if (s >= G::STAGES) s -= G::STAGES, phase ^= 1;
    }
    // That the stage is there, or one that lies further on.
    __device__ __forceinline__ void wait_full(int further = 0) const { barrier_wait(full + (s + further) * 8, phase); }
    __device__ __forceinline__ void wait_empty() const { barrier_wait(empty + s * 8, phase ^ 1); }
    // A consumer warpgroup is done with a stage: tells every block that fills it.
    __device__ __forceinline__ void give_back(int stage, int t) const {
        if constexpr (G::CLUSTER == 1) {
            if (t == 0) barrier_arrive(empty + stage * 8);
        } else {
            if (t < G::CLUSTER) barrier_arrive_at(empty + stage * 8, t);
        }
    }
};

// The next stages of a tile that has no rows of a consumer warpgroup's.
template <class G>
__device__ __forceinline__ void hand_on(Ring<G>& ring, int steps, int warpgroup, int t) {
    for (int step = 0; step < steps; step++) {
        ring.wait_full();
        sync_warpgroup(warpgroup);   // a warp that fell a whole ring behind would wait for a phase gone by
        ring.give_back(ring.s, t);
        ring.advance();
    }
}

// The units that a cluster draws, so that those at work at a time are neighbours, whose rows and weights the L2 cache
// still holds, however long the ones before took. The producer of its first block draws a unit some steps before its
// turn and sends it to both, whose producers and consumers read it in turn. Slots are not given back: nobody reads more
// than STAGES units behind the one whose stages are filled, since a unit has a step at least. Three further slots are
// for a unit that is sent ahead of that, for what follows the last one, and for a warp that looks at a unit of e4m3
// after its first products have been asked for.
template <class G>
struct Queue {
    static constexpr int SLOTS = 16;
    // In place of rows: no unit follows; and what ping-pong's other warpgroup reads then.
    static constexpr int END = -1, OVER = -2;
    static_assert(G::DIRECT || G::STAGES + 3 <= SLOTS, "a slot would be written before it is read");
    struct Shared {
        Unit units[SLOTS];
        u64 sent[SLOTS];
    };
    u32 shared;   // address of a Shared

    static __device__ __forceinline__ u32 unit_at(int k) { return (k - 1) % SLOTS * 16; }
    static __device__ __forceinline__ u32 sent_at(int k) { return SLOTS * 16 + (k - 1) % SLOTS * 8; }
    __device__ __forceinline__ void init() const {
        for (int k = 1; k <= SLOTS; k++) barrier_init(shared + sent_at(k), 1);
    }
    // The k-th unit of all that a cluster has, of which the first is not drawn; to each of its blocks.
    __device__ __forceinline__ void send(int k, const Unit& unit) const {
        const u32 to = shared + unit_at(k), barrier = shared + sent_at(k);
        const uint4 v = make_uint4(unit.m, unit.n, unit.expert, unit.rows);
        if constexpr (G::CLUSTER == 1) {
            store_shared(to, v);
            barrier_arrive(barrier);
        } else {
#pragma unroll
            for (int block = 0; block < G::CLUSTER; block++)
                ::send(address_in_block(to, block), v, address_in_block(barrier, block));
        }
    }
    // By one thread of a block, for each unit that is sent to it.
    __device__ __forceinline__ void expect(int k) const {
        if constexpr (G::CLUSTER > 1) barrier_expect(shared + sent_at(k), 16);
    }
    // One that has been sent; `read` waits for it.
    __device__ __forceinline__ Unit unit(int k) const {
        const uint4 v = load_shared(shared + unit_at(k));
        return {(int)v.x, (int)v.y, (int)v.z, (int)v.w};
    }
    __device__ __forceinline__ Unit read(int k) const {
        barrier_wait(shared + sent_at(k), (k - 1) / SLOTS & 1);
        return unit(k);
    }
};

// A warpgroup's sums of BLOCKS blocks of 64 on M over the next `steps` stages, by products of N. `operands` gives a
// step's first descriptors, of a stage that is there; `given_back` is called after each stage but the last has been
// given back, `asked` when all products have been asked for.
template <int N, int BLOCKS, class G, class Sums, class Operands, class GivenBack, class Asked>
__device__ __forceinline__ void multiply_stages(Ring<G>& ring, Sums& d, int steps, int t,
    Operands operands, GivenBack given_back, Asked asked) {
    int before = 0;
    for (int step = 0; step < steps; step++) {
        ring.wait_full();
        u64 a, b;
        operands(step, a, b);
        asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
#pragma unroll
        for (int i = 0; i < 4; i++)
#pragma unroll
            for (int block = 0; block < BLOCKS; block++)
                Wgmma<N>::multiply(d[block], a + block * (8192 >> 4) + 2 * i, b + 2 * i, step > 0 || i > 0);
        asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
        // A stage is given back once the product that read it is done: one step late, so that two are in flight.
        if (step > 0) {
            asm volatile("wgmma.wait_group.sync.aligned 1;" ::: "memory");
            ring.give_back(before, t);
            given_back();
        }
        before = ring.s;
        ring.advance();
    }
    asked();
    asm volatile("wgmma.wait_group.sync.aligned 0;" ::: "memory");
    ring.give_back(before, t);
}
// The same of a GEMM's tile. With PINGPONG it is the other warpgroup's turn as soon as all products are asked for.
template <int N, int BLOCKS, class G, class GivenBack>
__device__ __forceinline__ void multiply_steps(Ring<G>& ring, typename HopperTile<G>::Sums& d, int steps,
    int warpgroup, int t, GivenBack given_back) {
    using Tile = HopperTile<G>;
    auto operands = [&](int, u64& a, u64& b) {
        if constexpr (Tile::GATHERS) asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
        const u32 rows_at = ring.stages + ring.s * Tile::STAGE, weights_at = rows_at + Tile::ROWS_STRIDE;
        a = descriptor((G::SWAP ? weights_at : rows_at) + (G::PINGPONG ? 0 : warpgroup * Tile::BLOCKS * 8192));
        b = descriptor(G::SWAP ? rows_at : weights_at);
    };
    multiply_stages<N, BLOCKS>(ring, d, steps, t, operands, given_back, [&] {
        if (G::PINGPONG) pass_turn(warpgroup);
    });
}
template <int N, int BLOCKS, class G>
__device__ __forceinline__ void multiply_steps(Ring<G>& ring, typename HopperTile<G>::Sums& d, int steps,
    int warpgroup, int t) {
    multiply_steps<N, BLOCKS>(ring, d, steps, warpgroup, t, [] {});
}

// ---- rows that the first GEMM carries itself ------------------------------------------------------------------------
// Of its producer warpgroup one thread asks for tiles. The three other warps carry rows of x to their experts' tiles
// while the consumers multiply, and nothing is permuted before: what the copies take is time that the tensor cores need
// anyway. Shares of rows are drawn tile after tile, as units are, and who has drawn one waits for no rows: so a
// producer may wait for those of its unit, however few blocks run at a time.

template <class G>
struct Carrier {
    static constexpr int ROW_CHUNKS = HP / CHUNK, PIECES = (ROW_CHUNKS + 31) / 32;   // of a row; a piece is a warp's
    static constexpr int AHEAD = 8;   // pieces on their way: of one row, or of those that have so many
    static constexpr int TOGETHER = PIECES < AHEAD ? PIECES : AHEAD, ROWS = AHEAD / TOGETHER;
    static constexpr int SHARE = 8, SHARES = (G::BM + SHARE - 1) / SHARE;   // rows that are drawn at a time; of a tile
    static_assert(SHARE % ROWS == 0, "lanes beyond a share know no tokens");
    // How many tiles ahead of the units drawn so far rows are brought. Sooner, they would take bandwidth from what is
    // read now, and be gone from the L2 cache by their turn. More than a group: a unit's tile may lie that far beyond
    // those whose units have all been drawn, and its rows must not wait for units after it.
    static constexpr int LEAD = G::GROUP + 6;
    static_assert(!G::DIRECT, "only units that are drawn are counted");

    static __device__ __forceinline__ int draw(const Call& call, int lane) {
        return lane == 0 ? atomicAdd(call.pace + 2, 1u) : 0;
    }
    // By a warp, one of all blocks' that share the rows.
    static __device__ __forceinline__ void run(const Call& call, int lane) {
        const int shares = *call.num_tiles * SHARES;
        int drawn = draw(call, lane);
        for (;;) {
            const int share = __shfl_sync(~0u, drawn, 0), m = share / SHARES, first = share % SHARES * SHARE;
            if (share >= shares) break;
            drawn = draw(call, lane);   // the answer comes while these are copied
            const int rows = min(SHARE, call.tiles[m].y - first);
            if (rows <= 0) continue;
            await_units(call, m - LEAD, lane);
            copy(call, m * G::BM + first, rows, lane);
            asm volatile("fence.proxy.async;" ::: "memory");   // ordinary stores here, others' bulk copies
            __syncwarp();
            if (lane == 0) add_release(call.pace + PACE_TILES + m, rows);
        }
    }
    // Until all units before tile m's have been drawn. Each cluster has its first without drawing.
    static __device__ __forceinline__ void await_units(const Call& call, int m, int lane) {
        const int units = m * HopperTile<G>::UNITS - (int)gridDim.x / G::CLUSTER;
        if (lane == 0)
            while ((int)*(const volatile u32*)call.pace < units) __nanosleep(200);
        __syncwarp();
    }
    static __device__ __forceinline__ void copy(const Call& call, int row, int rows, int lane) {
        const u32 token = lane < rows ? call.row_token[row + lane] : 0;
#pragma unroll 1
        for (int r = 0; r < rows; r += ROWS)
#pragma unroll 1
            for (int piece = 0; piece < PIECES; piece += TOGETHER) {
                const int c = piece * 32 + lane;
                uint4 chunk[ROWS][TOGETHER];
#pragma unroll
                for (int i = 0; i < ROWS; i++) {
                    const u8* from = call.gathered + ((u64)__shfl_sync(~0u, token, r + i) * ROW_CHUNKS + c) * 16;
#pragma unroll
                    for (int j = 0; j < TOGETHER; j++)
                        if (c + j * 32 < ROW_CHUNKS) chunk[i][j] = *(const uint4*)(from + j * 512);
                }
#pragma unroll
                for (int i = 0; i < ROWS; i++) {
                    if (r + i >= rows) break;
                    u8* to = call.rows + tile_offset(G::BM, ROW_CHUNKS, row + r + i, c);
#pragma unroll
                    for (int j = 0; j < TOGETHER; j++)   // 32 chunks further are 4 atoms further
                        if (c + j * 32 < ROW_CHUNKS) *(uint4*)(to + j * (4 * G::BM * 128)) = chunk[i][j];
                }
            }
    }
};

// One step of the rows whose tokens a producer thread was given: of rows t / 8, t / 8 + 16, ... its 16 bytes.
template <int TOKENS>
__device__ __forceinline__ void gather_step(const Call& call, u32 stage, u32 ready, int step,
    const u32 (&token)[TOKENS], int rows_bytes, int t) {
    const u32 to = stage + (t / 8) * 128 + (((t & 7) ^ (t / 8 & 7)) << 4);
    const u8* from = call.gathered + step * 128 + (t & 7) * 16;
    asm("" : "+l"(from));   // kept as one: else the compiler adds up each row's address from its parts, a chain a copy
#pragma unroll
    for (int i = 0; i < TOKENS; i++)
        if (t / 8 + i * 16 < rows_bytes / 128)   // those in use, in whole groups of 8
            copy_async(to + i * 2048, from + (u64)token[i] * (HP * OPERAND));
    barrier_arrive_copied(ready);
}

// Which of the tiles, times column tiles, the q-th unit is of. The second GEMM takes them backwards: what the first one
// wrote last is still in the L2 cache.
template <class G>
__device__ __forceinline__ int place_of(int q, int units) {
    return (G::FIRST ? q : max(units - 1 - q, 0)) / G::SPLITS;
}

// The units of one cluster: its first, and those that it draws; or those of every `step`-th number where tiles have few
// rows, since these are few, and waiting for a unit would take a while.
template <class G>
struct Work {
    static constexpr bool DRAWS = !G::DIRECT;
    int first, step, count, rank;   // numbers, of all clusters' units; and which block of the cluster this is
    int4 tile;   // of the first

    static __device__ __forceinline__ int first_step(int split) { return split * HopperTile<G>::STEPS / G::SPLITS; }
    __device__ __forceinline__ bool any() const { return first < count; }
    __device__ __forceinline__ Unit begin(const Call& call) const {
        return unit_of(call, tile, place_of<G>(first, count), HopperTile<G>::UNITS);
    }
    // The last one where there is none.
    __device__ __forceinline__ int place(int q) const { return place_of<G>(min(q, count - 1), count); }
    __device__ __forceinline__ Unit unit(const Call& call, int q) const {
        return unit_of(call, place(q), HopperTile<G>::UNITS);
    }
    __device__ __forceinline__ Unit draw(const Call& call, int q) const {
        Unit drawn = unit(call, q);
        if (q >= count) drawn.rows = Queue<G>::END;
        return drawn;
    }
    __device__ __forceinline__ int2 rows_of(const Unit& unit) const {
        return HopperTile<G>::rows_of(unit.rows, rank);
    }
    __device__ __forceinline__ int column_tile(const Unit& unit) const {
        return HopperTile<G>::SHARES_ROWS ? unit.n * G::CLUSTER + rank : unit.n;
    }
};

// By the producer's first thread, or by all of its warpgroup where they gather. Of the first unit, the weights of
// `ahead` stages are on their way.
template <class G>
__device__ __forceinline__ void produce(const Call& call, Ring<G>& ring, const Queue<G>& queue, const Work<G>& work,
    int ahead, int t) {
    using Tile = HopperTile<G>;
    constexpr bool DRAWS = Work<G>::DRAWS;
    const u8* input = G::FIRST ? call.rows : call.hidden;
    asm volatile("fence.proxy.async;" ::: "memory");   // ordinary stores of the kernel before, bulk copies here
    constexpr int TOKENS = Tile::GATHERS ? (Tile::ROWS + 15) / 16 : 1;   // of rows t / 8, t / 8 + 16, ...
    u32 token[TOKENS], next_token[TOKENS];
    auto find_tokens = [&](const Unit& unit) {
        const int2 mine = work.rows_of(unit);
#pragma unroll
        for (int i = 0; i < TOKENS; i++) {
            const int row = t / 8 + i * 16;
            next_token[i] = row < mine.y ? call.row_token[(u64)unit.m * G::BM + mine.x + row] : 0;
        }
    };
    Unit unit = {}, next = {};
    if (work.any()) {
        unit = work.begin(call);
        if constexpr (Tile::GATHERS) find_tokens(unit);
    }
    int q = work.first, drawn = 0;
    for (int k = 1; DRAWS ? unit.rows > 0 : q < work.count; k++, q += work.step) {
        const int n = work.column_tile(unit), split = q % G::SPLITS;
        const int2 mine = work.rows_of(unit);
        const int rows_bytes = Tile::rows_bytes(mine.y), weights_bytes = Tile::weights_bytes(n);
        if constexpr (Tile::CARRIES)
            if (carries(call)) wait_count(call.pace + PACE_TILES + unit.m, unit.rows);
        const u8* rows_at = input + (u64)unit.m * Tile::STEPS * Tile::ROWS_BYTES + mine.x * 128;
        if constexpr (Tile::GATHERS) {
#pragma unroll
            for (int i = 0; i < TOKENS; i++) token[i] = next_token[i];
        }
        // Of the next unit, one answer leads to the next question: asked between the first steps of this one.
        constexpr int QUESTIONS = DRAWS && Tile::GATHERS ? 4 : 3;
        int4 tile_after;
        auto ask = [&](int question) {
            if constexpr (DRAWS) {
                if (t == 0 && work.rank == 0) {
                    if (question == 0) drawn = work.step + atomicAdd(call.pace + !G::FIRST, 1u);
                    if (question == 1) queue.send(k, work.draw(call, drawn));
                }
                if (question == 2 && t == 0) queue.expect(k);
                if (Tile::GATHERS && question == 3) find_tokens(queue.read(k));
            } else {
                const int after = work.place(q + work.step);
                if (question == 0) tile_after = call.tiles[after / Tile::UNITS];
                if (question == 1) next = unit_of(call, tile_after, after, Tile::UNITS);
                if (Tile::GATHERS && question == 2) find_tokens(next);
            }
        };
        const int begin = Work<G>::first_step(split), end = Work<G>::first_step(split + 1);
#pragma unroll 1   // where steps are known, ptxas would take registers for them from the consumers
        for (int step = begin; step < end; step++) {
            ring.wait_empty();
            const u32 stage = ring.stages + ring.s * Tile::STAGE, ready = ring.full + ring.s * 8;
            if (t == 0) {
                if (!ahead) barrier_expect(ready, (Tile::GATHERS ? 0 : rows_bytes) + weights_bytes);
                const u8* from = rows_at + (u64)step * Tile::ROWS_BYTES;
                if constexpr (Tile::SHARES_ROWS) bulk_load_half(stage, from, rows_bytes, ready, work.rank);
                else if (!Tile::GATHERS && rows_bytes) bulk_load(stage, from, rows_bytes, ready);
                const u8* weights = Tile::weights_at(call, unit.expert, n, step);
                if constexpr (Tile::SHARES_WEIGHTS)
                    bulk_load_half(stage + Tile::ROWS_STRIDE, weights, weights_bytes, ready, work.rank);
                else if (!ahead && weights_bytes)
                    bulk_load_weights<G::STREAM>(stage + Tile::ROWS_STRIDE, weights, weights_bytes, ready);
                if (ahead) ahead--;
            }
            if constexpr (Tile::GATHERS) gather_step(call, stage, ready, step, token, rows_bytes, t);
            ring.advance();
            ask(step - begin);
        }
        for (int question = end - begin; question < QUESTIONS; question++) ask(question);
        unit = DRAWS ? queue.read(k) : next;
        if (DRAWS && G::PINGPONG && unit.rows < 0 && t == 0) {
            if (work.rank == 0) queue.send(k + 1, {0, 0, 0, Queue<G>::OVER});
            queue.expect(k + 1);
        }
    }
    if constexpr (Tile::GATHERS) asm volatile("cp.async.wait_all;" ::: "memory");
}

// A consumer warpgroup's tiles.
template <class G>
__device__ __forceinline__ void consume(const Call& call, Ring<G>& ring, const Queue<G>& queue, const Work<G>& work,
    u32 staging, int warpgroup, int t) {
    using Tile = HopperTile<G>;
    typename Tile::Sums d;
    // Of rows below ours, or of columns beyond the last: nothing to multiply or to store.
    auto is_idle = [&](const Unit& unit) {
        constexpr bool MAY_LACK_ROWS = !G::SWAP || Tile::SHARES_WEIGHTS, TAKES_ALL = G::SWAP || G::PINGPONG;
        return (MAY_LACK_ROWS && work.rows_of(unit).y <= (TAKES_ALL ? 0 : warpgroup * 64)) ||
            (Tile::SHARES_ROWS && work.column_tile(unit) >= Tile::COLUMN_TILES);
    };
    auto multiply = [&](const Unit& unit, int steps) {
        const int rows = work.rows_of(unit).y;
        // Not known to the compiler where they are few: it unrolls such loops whole, and then may let each product
        // wait for the one before.
        if constexpr (Tile::STEPS <= 8) asm("" : "+r"(steps));
        if (is_idle(unit)) {
            hand_on(ring, steps, warpgroup, t);
            if (G::PINGPONG) pass_turn(warpgroup);
        } else if constexpr (!G::SWAP || G::DIRECT) {
            if (G::PINGPONG && rows <= 64) multiply_steps<Tile::N, 1, G>(ring, d, steps, warpgroup, t);
            else multiply_steps<Tile::N, Tile::BLOCKS, G>(ring, d, steps, warpgroup, t);
        } else {
            constexpr int STEP = 16, LEAST = Tile::N / 4;   // fewer would wait for weights as long
            switch ((max(rows, LEAST) + STEP - 1) / STEP) {
            case 1:
                if constexpr (LEAST <= 1 * STEP && 1 * STEP <= Tile::N)
                    multiply_steps<1 * STEP, Tile::BLOCKS, G>(ring, d, steps, warpgroup, t);
                break;
            case 2:
                if constexpr (LEAST <= 2 * STEP && 2 * STEP <= Tile::N)
                    multiply_steps<2 * STEP, Tile::BLOCKS, G>(ring, d, steps, warpgroup, t);
                break;
            case 3:
                if constexpr (LEAST <= 3 * STEP && 3 * STEP <= Tile::N)
                    multiply_steps<3 * STEP, Tile::BLOCKS, G>(ring, d, steps, warpgroup, t);
                break;
            case 4:
                if constexpr (LEAST <= 4 * STEP && 4 * STEP <= Tile::N)
                    multiply_steps<4 * STEP, Tile::BLOCKS, G>(ring, d, steps, warpgroup, t);
                break;
            case 5:
                if constexpr (LEAST <= 5 * STEP && 5 * STEP <= Tile::N)
                    multiply_steps<5 * STEP, Tile::BLOCKS, G>(ring, d, steps, warpgroup, t);
                break;
            case 6:
                if constexpr (LEAST <= 6 * STEP && 6 * STEP <= Tile::N)
                    multiply_steps<6 * STEP, Tile::BLOCKS, G>(ring, d, steps, warpgroup, t);
                break;
            case 7:
                if constexpr (LEAST <= 7 * STEP && 7 * STEP <= Tile::N)
                    multiply_steps<7 * STEP, Tile::BLOCKS, G>(ring, d, steps, warpgroup, t);
                break;
            case 8:
                if constexpr (LEAST <= 8 * STEP && 8 * STEP <= Tile::N)
                    multiply_steps<8 * STEP, Tile::BLOCKS, G>(ring, d, steps, warpgroup, t);
                break;
            case 9:
                if constexpr (LEAST <= 9 * STEP && 9 * STEP <= Tile::N)
                    multiply_steps<9 * STEP, Tile::BLOCKS, G>(ring, d, steps, warpgroup, t);
                break;
            case 10:
                if constexpr (LEAST <= 10 * STEP && 10 * STEP <= Tile::N)
                    multiply_steps<10 * STEP, Tile::BLOCKS, G>(ring, d, steps, warpgroup, t);
                break;
            case 11:
                if constexpr (LEAST <= 11 * STEP && 11 * STEP <= Tile::N)
                    multiply_steps<11 * STEP, Tile::BLOCKS, G>(ring, d, steps, warpgroup, t);
                break;
            case 12:
                if constexpr (LEAST <= 12 * STEP && 12 * STEP <= Tile::N)
                    multiply_steps<12 * STEP, Tile::BLOCKS, G>(ring, d, steps, warpgroup, t);
                break;
            case 13:
                if constexpr (LEAST <= 13 * STEP && 13 * STEP <= Tile::N)
                    multiply_steps<13 * STEP, Tile::BLOCKS, G>(ring, d, steps, warpgroup, t);
                break;
            case 14:
                if constexpr (LEAST <= 14 * STEP && 14 * STEP <= Tile::N)
                    multiply_steps<14 * STEP, Tile::BLOCKS, G>(ring, d, steps, warpgroup, t);
                break;
            case 15:
                if constexpr (LEAST <= 15 * STEP && 15 * STEP <= Tile::N)
                    multiply_steps<15 * STEP, Tile::BLOCKS, G>(ring, d, steps, warpgroup, t);
                break;
            case 16:
                if constexpr (LEAST <= 16 * STEP && 16 * STEP <= Tile::N)
                    multiply_steps<16 * STEP, Tile::BLOCKS, G>(ring, d, steps, warpgroup, t);
                break;
            }
        }
    };
    auto store = [&](const Unit& unit, int split) {
        if (is_idle(unit)) return;
        const int m = unit.m, n = work.column_tile(unit);
        const int2 mine = work.rows_of(unit);
        if constexpr (G::DIRECT) {
            store_swapped<G>(call, d[0], m, n, split, unit.expert, warpgroup, t);
        } else if constexpr (G::SWAP) {
            store_tile_swapped<G>(call, d, m, n, unit.expert, mine, staging, warpgroup, t);
        } else {
#pragma unroll
            for (int b = 0; b < Tile::BLOCKS; b++)
                if (b == 0 || mine.y > b * 64)
                    store_tile<G>(call, d[b], m, n, unit.expert, staging, mine.x / 64 + (G::PINGPONG ? b : warpgroup),
                        warpgroup, t);
        }
    };
    if (!work.any()) return;
    if constexpr (Work<G>::DRAWS) {
        int k = G::PINGPONG ? warpgroup : 0;
        Unit unit = k ? queue.read(k) : work.begin(call);
        if (k) ring.skip(Tile::STEPS);
        for (;;) {
            if (G::PINGPONG && k) wait_turn(warpgroup);
            if (unit.rows < 0) {
                if (G::PINGPONG && unit.rows == Queue<G>::END) pass_turn(warpgroup);
                break;
            }
            multiply(unit, Tile::STEPS);
            if (G::PINGPONG) ring.skip(Tile::STEPS);
            store(unit, 0);
            unit = queue.read(k += G::PINGPONG ? 2 : 1);
        }
    } else {
        constexpr bool LOOKS_AHEAD = !BIAS;   // biases on their way leave no registers for the next tile
        Unit next = {};
        if (LOOKS_AHEAD) next = work.begin(call);
        for (int q = work.first; q < work.count; q += work.step) {
            const Unit unit = LOOKS_AHEAD ? next : work.unit(call, q);
            const int split = q % G::SPLITS, after = work.place(q + work.step);
            int4 tile_after;
            if (LOOKS_AHEAD) tile_after = call.tiles[after / Tile::UNITS];   // asked for early: an answer takes a while
            multiply(unit, Work<G>::first_step(split + 1) - Work<G>::first_step(split));
            if (LOOKS_AHEAD) next = unit_of(call, tile_after, after, Tile::UNITS);
            store(unit, split);
        }
    }
}

template <class G>
__device__ void gemm_wgmma(const Call& call) {
    using Tile = HopperTile<G>;
    extern __shared__ __align__(1024) u8 shared[];
    __shared__ __align__(8) u64 full[G::STAGES], empty[G::STAGES];
    __shared__ typename Queue<G>::Shared sent;
    Ring<G> ring = {(shared_address(shared) + 1023) & ~1023u, shared_address(full), shared_address(empty), 0, 0};
    const Queue<G> queue = {shared_address(&sent)};
    const int warpgroup = threadIdx.x / 128, t = threadIdx.x % 128;
    if (threadIdx.x == 0) {
        for (int s = 0; s < G::STAGES; s++) {
            barrier_init(ring.full + s * 8, Tile::GATHERS ? 1 + 128 : 1);
            barrier_init(ring.empty + s * 8, Tile::EMPTIERS * G::CLUSTER);
        }
        if constexpr (Work<G>::DRAWS) queue.init();
        asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
        asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
    }
    if constexpr (G::CLUSTER > 1) cluster_sync();
    else __syncthreads();
    if constexpr (G::FIRST) begin_kernel();
    // `first` let the second GEMM begin once all that came before `first` was there, such as what `scan` wrote.
    Work<G> work = {(int)blockIdx.x / G::CLUSTER, (int)gridDim.x / G::CLUSTER,
        *call.num_tiles * Tile::UNITS * G::SPLITS, G::CLUSTER > 1 ? (int)cluster_rank() : 0};
    work.tile = call.tiles[place_of<G>(work.first, work.count) / Tile::UNITS];
    int ahead = 0;   // stages whose weights are on their way
    if constexpr (!G::FIRST && G::CLUSTER == 1) {   // so weights can be asked for while `first` still runs
        if (threadIdx.x == Tile::CONSUMERS * 128 && work.any()) {
            const Unit unit = work.begin(call);
            const int begin = Work<G>::first_step(work.first % G::SPLITS), bytes = Tile::weights_bytes(unit.n);
            const int steps = min(G::STAGES, Work<G>::first_step(work.first % G::SPLITS + 1) - begin);
            for (; ahead < steps; ahead++) {
                const u32 ready = ring.full + ahead * 8;
                barrier_expect(ready, Tile::rows_bytes(unit.rows) + bytes);
                bulk_load_weights<G::STREAM>(ring.stages + ahead * Tile::STAGE + Tile::ROWS_STRIDE,
                    Tile::weights_at(call, unit.expert, unit.n, begin + ahead), bytes, ready);
            }
        }
    }
    if constexpr (!G::FIRST) begin_kernel();
    if (warpgroup == Tile::CONSUMERS) {
        if constexpr (Tile::CONSUMERS == 2 && G::CTAS == 1)
            asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" :: "n"(Tile::PRODUCER_REGISTERS));
        if (Tile::GATHERS || t == 0) produce(call, ring, queue, work, ahead, t);
        if constexpr (Tile::CARRIES)
            if (t >= 32 && carries(call)) Carrier<G>::run(call, t % 32);
        __syncwarp();
    } else {
        if constexpr (Tile::CONSUMERS == 2 && G::CTAS == 1)
            asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" :: "n"(Tile::CONSUMER_REGISTERS));
        const u32 staging =
            ring.stages + G::STAGES * Tile::STAGE + (Tile::SHARES_PART ? 0 : warpgroup * Tile::PART_BYTES);
        consume(call, ring, queue, work, staging, warpgroup, t);
        if constexpr (!G::DIRECT)
            if (t == 0) asm volatile("cp.async.bulk.wait_group 0;" ::: "memory");
        __syncwarp();
    }
    if constexpr (G::CLUSTER > 1) cluster_sync();   // a block that ended could not be written to
}

// ---- router on Hopper: logits by wgmma, and sums over a cluster -----------------------------------------------------
// For x of bfloat16 and a gate that one bfloat16 part holds. Experts on M, 64 a product, and tokens on N, so that a
// block may have few of them. The two warpgroups share the tiles of experts, or the tokens where there is one tile.
// Both operands come through STAGES stages of 64 elements of H as rows of 128 swizzled bytes: pack_gate's chunks are
// such rows' chunks in another order. Rows of a tile past the last expert hold what lies behind, and nobody reads their
// sums. As in `router_logits`, only short sums are the tensor cores': those of a stage.
template <class V>
struct RouterWgmma {
    static constexpr int GROUPS = EP / 8, TILES = (EP + 63) / 64, MINE = (TILES + 1) / 2;
    static constexpr int TOKENS = TILES == 1 ? V::ROUTER_TOKENS / 2 : V::ROUTER_TOKENS;   // of a warpgroup
    static constexpr int N = TOKENS < 64 ? TOKENS : 64, PARTS = TOKENS / N, STEPS = HP / 64;
    static constexpr int X_BYTES = V::ROUTER_TOKENS * 128, STAGE = X_BYTES + EP * 128;
    static constexpr int FIT = 98304 / STAGE, STAGES = FIT < 3 ? 3 : FIT > 6 ? 6 : FIT;
    static constexpr bool SERVES = V::ROUTER_WIDE && V::HOPPER && MINE * TOKENS <= 128 && STAGE <= 65536;

    // A thread brings every 32nd row's chunk of x, and of each half of the step every 8th group's chunk of the gate.
    static __device__ __forceinline__ void load(const Call& call, int first_token, int step, u32 stage, u8* generic) {
        const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
        const int r = threadIdx.x / 8, c = threadIdx.x % 8, k = step * 64 + c * 8;
        const int rows = k < H ? call.num_tokens - first_token : 0;
#pragma unroll
        for (int i = 0; i < V::ROUTER_TOKENS; i += 32) {
            if (V::ROUTER_TOKENS < 32 && r >= V::ROUTER_TOKENS) break;
            const u32 to = (r + i) * 128 + ((c ^ (r & 7)) << 4);
            const bool there = r + i < rows;
            if constexpr (H % 8 == 0)
                copy_or_zero(stage + to, call.x + (there ? ((u64)(first_token + r + i) * H + k) * 2 : 0),
                    there ? 16 : 0);
            else
                *(uint4*)(generic + to) =
                    there ? load_row_chunk<Element>(call.x, first_token + r + i, k) : make_uint4(0, 0, 0, 0);
        }
#pragma unroll
        for (int half = 0; half < 2; half++) {
            const u32 to = stage + X_BYTES + warp * 1024 + lane / 4 * 128 + (((half * 4 + (lane & 3)) ^ lane / 4) << 4);
            const u8* from = call.gate + ((u64)(step * 2 + half) * GATE_PARTS * GROUPS + warp) * 512 + lane * 16;
#pragma unroll
            for (int i = 0; i < GROUPS; i += ROUTER_WARPS) {
                if (GROUPS % ROUTER_WARPS && warp + i >= GROUPS) break;
                copy_async(to + i * 1024, from + i * 512);
            }
        }
    }
};

template <class V>
__device__ void router_logits_wgmma(const Call& call, int first_token, u8* shared) {
    using Tile = RouterWgmma<V>;
    float* logits = router_logits_at<V>(shared);
    const u32 stages = (shared_address(logits) + 1023) & ~1023u;
    u8* generic = (u8*)logits + (stages - shared_address(logits));
    const int warpgroup = threadIdx.x / 128, lane = threadIdx.x % 32;
    const int first_tile = Tile::TILES == 1 ? 0 : warpgroup, local = Tile::TILES == 1 ? warpgroup * Tile::TOKENS : 0;
    const int first_step = blockIdx.y * Tile::STEPS / V::ROUTER_SPLITS;
    const int steps = (blockIdx.y + 1) * Tile::STEPS / V::ROUTER_SPLITS - first_step;
    auto load = [&](int step) {
        const u32 at = step % Tile::STAGES * Tile::STAGE;
        if (step < steps) Tile::load(call, first_token, first_step + step, stages + at, generic + at);
        asm volatile("cp.async.commit_group;" ::: "memory");
    };
    float acc[Tile::MINE][Tile::PARTS][Tile::N / 2] = {};
#pragma unroll 1
    for (int step = 0; step < Tile::STAGES - 1; step++) load(step);
#pragma unroll 1
    for (int step = 0; step < steps; step++) {
        asm volatile("cp.async.wait_group %0;" :: "n"(Tile::STAGES - 2) : "memory");
        asm volatile("fence.proxy.async.shared::cta;" ::: "memory");   // ordinary writes here, wgmma reads
        __syncthreads();
        const u32 stage = stages + step % Tile::STAGES * Tile::STAGE;
        const u64 x = descriptor(stage + local * 128);
#pragma unroll
        for (int m = 0; m < Tile::MINE; m++) {
            if (first_tile + 2 * m >= Tile::TILES) break;
            const u64 gate = descriptor(stage + Tile::X_BYTES + (first_tile + 2 * m) * 8192);
#pragma unroll
            for (int p = 0; p < Tile::PARTS; p++) {
                float part[Tile::N / 2];
                asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
#pragma unroll
                for (int i = 0; i < 4; i++)
                    Wgmma<Tile::N>::multiply(part, gate + 2 * i, x + p * (Tile::N * 8) + 2 * i, i > 0);
                asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
                if (m == 0 && p == 0) load(step + Tile::STAGES - 1);   // while the tensor cores multiply
                asm volatile("wgmma.wait_group.sync.aligned 0;" ::: "memory");
#pragma unroll
                for (int i = 0; i < Tile::N / 2; i++) {
                    asm volatile("" : "+f"(part[i]) :: "memory");   // no earlier than that
                    acc[m][p][i] += part[i];
                }
            }
        }
    }
    asm volatile("cp.async.wait_group 0;" ::: "memory");
    __syncthreads();   // the logits lie where the stages were
#pragma unroll
    for (int m = 0; m < Tile::MINE; m++)
#pragma unroll
        for (int p = 0; p < Tile::PARTS; p++)
#pragma unroll
            for (int i = 0; i < Tile::N / 2; i++) {
                const int e = (first_tile + 2 * m) * 64 + threadIdx.x % 128 / 32 * 16 + lane / 4 + (i >> 1 & 1) * 8;
                const int t = local + p * Tile::N + i / 4 * 8 + (lane & 3) * 2 + (i & 1);
                if (e < EP) logits[t * LOGITS + e] = acc[m][p][i];
            }
    __syncthreads();
}

// Of a cluster that shares H, by whatever product, the first block's logits become the sums, part by part in order.
template <class V>
__device__ void add_parts_of_cluster(float* logits, int tokens) {
    cluster_sync();   // all parts are there
    if (cluster_rank() == 0)
        for (int i = threadIdx.x; i < tokens * (EP / 4); i += ROUTER_THREADS) {
            float4* at = (float4*)(logits + i / (EP / 4) * LOGITS + i % (EP / 4) * 4);
            float4 sum = *at;
#pragma unroll
            for (int part = 1; part < V::ROUTER_CLUSTER; part++) {
                const float4 other = load_from_block(address_in_block(shared_address(at), part));
                sum.x += other.x, sum.y += other.y, sum.z += other.z, sum.w += other.w;
            }
            *at = sum;
        }
    cluster_sync();   // nobody reads what a block that has ended held
}

// ---- entry points ---------------------------------------------------------------------------------------------------

extern "C" __global__ void __launch_bounds__(256) moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_pack_weights(PackCall call) { pack_weights(call); }
extern "C" __global__ void __launch_bounds__(256) moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_pack_bias(PackCall call) { pack_bias(call); }
extern "C" __global__ void __launch_bounds__(256) moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_pack_gate(PackCall call) { pack_gate(call); }

extern "C" __global__ void __launch_bounds__(ROUTER_THREADS, 2)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_router_f32_0(const __grid_constant__ Call call) {
    router<Variant0, Float>(call);
}
extern "C" __global__ void __launch_bounds__(ROWS_THREADS)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_permute_f32_0(const __grid_constant__ Call call) {
    permute<Variant0, Float>(call);
}
extern "C" __global__ void __launch_bounds__(ROWS_THREADS, 1)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_combine_f32_0(const __grid_constant__ Call call) {
    combine<Variant0, Float>(call);
}
extern "C" __global__ void __launch_bounds__(ROUTER_THREADS, 2)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_router_bf16_0(const __grid_constant__ Call call) {
    router<Variant0, Element>(call);
}
extern "C" __global__ void __launch_bounds__(ROWS_THREADS)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_permute_bf16_0(const __grid_constant__ Call call) {
    permute<Variant0, Element>(call);
}
extern "C" __global__ void __launch_bounds__(ROWS_THREADS, 1)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_combine_bf16_0(const __grid_constant__ Call call) {
    combine<Variant0, Element>(call);
}
extern "C" __global__ void __launch_bounds__(SCAN_THREADS)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_scan_0(const __grid_constant__ Call call) {
    scan<Variant0>(call);
}
extern "C" __global__ void __launch_bounds__(384, 2)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_first_0(const __grid_constant__ Call call) {
    gemm_wgmma<First0>(call);
}
extern "C" __global__ void __launch_bounds__(384, 2)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_second_0(const __grid_constant__ Call call) {
    gemm_wgmma<Second0>(call);
}
extern "C" __global__ void __cluster_dims__(1, 4, 1) __launch_bounds__(ROUTER_THREADS, 2)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_router_f32_1(const __grid_constant__ Call call) {
    router<Variant1, Float>(call);
}
extern "C" __global__ void __launch_bounds__(ROWS_THREADS)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_permute_f32_1(const __grid_constant__ Call call) {
    permute<Variant1, Float>(call);
}
extern "C" __global__ void __launch_bounds__(ROWS_THREADS, 1)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_combine_f32_1(const __grid_constant__ Call call) {
    combine<Variant1, Float>(call);
}
extern "C" __global__ void __cluster_dims__(1, 4, 1) __launch_bounds__(ROUTER_THREADS, 2)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_router_bf16_1(const __grid_constant__ Call call) {
    router<Variant1, Element>(call);
}
extern "C" __global__ void __launch_bounds__(ROWS_THREADS)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_permute_bf16_1(const __grid_constant__ Call call) {
    permute<Variant1, Element>(call);
}
extern "C" __global__ void __launch_bounds__(ROWS_THREADS, 1)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_combine_bf16_1(const __grid_constant__ Call call) {
    combine<Variant1, Element>(call);
}
extern "C" __global__ void __launch_bounds__(SCAN_THREADS)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_scan_1(const __grid_constant__ Call call) {
    scan<Variant1>(call);
}
extern "C" __global__ void __launch_bounds__(384, 2)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_first_1(const __grid_constant__ Call call) {
    gemm_wgmma<First1>(call);
}
extern "C" __global__ void __launch_bounds__(384, 2)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_second_1(const __grid_constant__ Call call) {
    gemm_wgmma<Second1>(call);
}
extern "C" __global__ void __launch_bounds__(ROUTER_THREADS, 2)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_router_f32_2(const __grid_constant__ Call call) {
    router<Variant2, Float>(call);
}
extern "C" __global__ void __launch_bounds__(ROWS_THREADS)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_permute_f32_2(const __grid_constant__ Call call) {
    permute<Variant2, Float>(call);
}
extern "C" __global__ void __launch_bounds__(ROWS_THREADS, 1)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_combine_f32_2(const __grid_constant__ Call call) {
    combine<Variant2, Float>(call);
}
extern "C" __global__ void __launch_bounds__(ROUTER_THREADS, 2)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_router_bf16_2(const __grid_constant__ Call call) {
    router<Variant2, Element>(call);
}
extern "C" __global__ void __launch_bounds__(ROWS_THREADS)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_permute_bf16_2(const __grid_constant__ Call call) {
    permute<Variant2, Element>(call);
}
extern "C" __global__ void __launch_bounds__(ROWS_THREADS, 1)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_combine_bf16_2(const __grid_constant__ Call call) {
    combine<Variant2, Element>(call);
}
extern "C" __global__ void __launch_bounds__(SCAN_THREADS)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_scan_2(const __grid_constant__ Call call) {
    scan<Variant2>(call);
}
extern "C" __global__ void __cluster_dims__(2, 1, 1) __launch_bounds__(384, 1)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_first_2(const __grid_constant__ Call call) {
    gemm_wgmma<First2>(call);
}
extern "C" __global__ void __cluster_dims__(2, 1, 1) __launch_bounds__(384, 1)
    moe_bf16_h4096_i16384_e32_k2_relu_48b3795e__h100_sm_90a_second_2(const __grid_constant__ Call call) {
    gemm_wgmma<Second2>(call);
}
