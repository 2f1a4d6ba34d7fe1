// moe_f32_h256_i1024_e4_k2_relu-244e69c3 for h100_sm_90a
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
// Everything a GEMM reads is kept as atoms: 64 rows of 128 bytes (32 elements of the reduction), where the
// 16-byte chunk c of row r lies at chunk c ^ (r % 8). That is the 128-byte swizzle of wgmma, and it keeps ldmatrix and
// vector loads free of bank conflicts, so a tile travels from global to shared memory as one contiguous piece.
//
//   weights  [E][reduction / 32][columns / 64] atoms, a row being a column of the matrix
//   rows     [tile of BM rows][reduction / 32] tiles of BM x 128 bytes; each expert's rows are padded to BM;
//            those of the second GEMM, which `combine` reads one by one, as tiles of BM x PIECE * 128 bytes

constexpr int H = 256, E = 4, K = 2;
constexpr int SHARED = 0, EXPERTS = E + SHARED;   // experts that make up the shared one, and all
constexpr int HP = 256, IP = 1024;   // multiples of 64
constexpr int N1 = 1024;   // columns of packed w1
constexpr int ELEMENT = 4, CHUNK = 16 / ELEMENT;   // bytes of an element of x and y
constexpr int OPERAND = 4, ATOM_K = 128 / OPERAND;   // bytes of an element that GEMMs multiply
constexpr bool FP8 = false;
constexpr bool GATED = false, BIAS = false;

struct Variant0 {   // num_tokens 4
    static constexpr int BM = 16, ROUTER_TOKENS = 16,
        ROUTER_SPLITS = 2;
    static constexpr bool FUSED = false;
    static constexpr bool JOINED = false;
    static constexpr bool SWAP = false,
        DIRECT = FUSED || (SWAP && BM < 64);
    static constexpr bool WRITES_Y = FUSED && true;   // without `combine`
    static constexpr bool GATHER = false;
    static constexpr bool CARRY = false;
    static constexpr bool KEEPS_TOKENS = GATHER || CARRY;   // of rows, by which the first GEMM reads x
    static constexpr int SPLITS = 1, GROUP = 8, CLUSTER = 1;
    static constexpr bool SHARES_ROWS = false;   // a CLUSTER; else it shares weights
    static constexpr int PIECE = 1;   // atoms whose parts of a row of `outputs` lie beside each other
    static constexpr bool ROUTER_WIDE = false,
        HOPPER = false;
    // Who adds up the parts of the logits that ROUTER_SPLITS make: a cluster of the router's blocks, or `scan`.
    static constexpr int ROUTER_CLUSTER = 1;
    static constexpr bool SCAN_CHOOSES = true;
};
struct First0 : Variant0 {
    static constexpr bool FIRST = true;
    static constexpr bool PINGPONG = false;
    static constexpr bool STREAM = false;
    static constexpr int BN = 128,
        STAGES = 3;
    static constexpr int CTAS = 1;
    static constexpr int REDUCTION = HP,
        COLUMNS = N1;
    static constexpr int SPLITS = 1;
    static constexpr int PARTS = 1;   // in which a warpgroup stores its outputs, to leave room for stages
};
struct Second0 : Variant0 {
    static constexpr bool FIRST = false;
    static constexpr bool PINGPONG = false;
    static constexpr bool STREAM = false;
    static constexpr int BN = 128,
        STAGES = 3;
    static constexpr int CTAS = 1;
    static constexpr int REDUCTION = IP,
        COLUMNS = HP;
    static constexpr int SPLITS = 1;
    static constexpr int PARTS = 1;   // in which a warpgroup stores its outputs, to leave room for stages
};
struct Variant1 {   // num_tokens 1024
    static constexpr int BM = 32, ROUTER_TOKENS = 8,
        ROUTER_SPLITS = 1;
    static constexpr bool FUSED = false;
    static constexpr bool JOINED = false;
    static constexpr bool SWAP = false,
        DIRECT = FUSED || (SWAP && BM < 64);
    static constexpr bool WRITES_Y = FUSED && true;   // without `combine`
    static constexpr bool GATHER = false;
    static constexpr bool CARRY = false;
    static constexpr bool KEEPS_TOKENS = GATHER || CARRY;   // of rows, by which the first GEMM reads x
    static constexpr int SPLITS = 1, GROUP = 16, CLUSTER = 1;
    static constexpr bool SHARES_ROWS = false;   // a CLUSTER; else it shares weights
    static constexpr int PIECE = 1;   // atoms whose parts of a row of `outputs` lie beside each other
    static constexpr bool ROUTER_WIDE = true,
        HOPPER = false;
    // Who adds up the parts of the logits that ROUTER_SPLITS make: a cluster of the router's blocks, or `scan`.
    static constexpr int ROUTER_CLUSTER = 1;
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
    static constexpr int PARTS = 1;   // in which a warpgroup stores its outputs, to leave room for stages
};
struct Second1 : Variant1 {
    static constexpr bool FIRST = false;
    static constexpr bool PINGPONG = false;
    static constexpr bool STREAM = false;
    static constexpr int BN = 64,
        STAGES = 4;
    static constexpr int CTAS = 2;
    static constexpr int REDUCTION = IP,
        COLUMNS = HP;
    static constexpr int SPLITS = 1;
    static constexpr int PARTS = 1;   // in which a warpgroup stores its outputs, to leave room for stages
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


__device__ __forceinline__ void unpack_chunk(uint4 chunk, float (&value)[CHUNK]) {
    value[0] = __uint_as_float(chunk.x), value[1] = __uint_as_float(chunk.y);
    value[2] = __uint_as_float(chunk.z), value[3] = __uint_as_float(chunk.w);
}
__device__ __forceinline__ uint4 pack_chunk(const float (&v)[CHUNK]) {
    return make_uint4(__float_as_uint(v[0]), __float_as_uint(v[1]), __float_as_uint(v[2]), __float_as_uint(v[3]));
}
__device__ __forceinline__ float round_operand(float value) {
    return value;
}
__device__ __forceinline__ uint4 as_operand(uint4 chunk) {
    float value[CHUNK];
    unpack_chunk(chunk, value);
#pragma unroll
    for (int i = 0; i < CHUNK; i++) value[i] = round_operand(value[i]);
    return pack_chunk(value);
}
__device__ __forceinline__ void store_element(u8* array, u64 index, float value) { ((float*)array)[index] = value; }
__device__ __forceinline__ float load_element(const u8* array, u64 index) { return ((const float*)array)[index]; }

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

// (EP,HP) float32: the router's matrix, transposed
__device__ void pack_gate(const PackCall& call) {
    for (int q = blockIdx.x * 256 + threadIdx.x; q < EP * HP; q += gridDim.x * 256) {
        const int k = q % HP, e = q / HP;
        ((float*)call.packed)[q] = e < GATES && k < H ? call.source[(u64)k * GATES + e] : 0.f;
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

// A warp takes 4 tokens and 8 experts at a time; its lanes split H.
template <class V, class X>
__device__ void router_logits(const Call& call, int first_token, u8* shared) {
    float* logits = router_logits_at<V>(shared);
    constexpr int TOKEN_WARPS = V::ROUTER_TOKENS / 4 < ROUTER_WARPS ? V::ROUTER_TOKENS / 4 : ROUTER_WARPS;
    const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    for (int local = (warp % TOKEN_WARPS) * 4; local < V::ROUTER_TOKENS; local += TOKEN_WARPS * 4)
        for (int group = (warp / TOKEN_WARPS) * 8; group < EP; group += ROUTER_WARPS / TOKEN_WARPS * 8) {
            float acc[4][8] = {};
            for (int k = blockIdx.y * 128 + lane * 4; k < HP; k += 128 * V::ROUTER_SPLITS) {
                float x[4][4];
#pragma unroll
                for (int t = 0; t < 4; t++)
                    load_values<X>(call.x, min(first_token + local + t, call.num_tokens - 1), k, x[t]);
#pragma unroll
                for (int e = 0; e < 8; e++) {
                    const float4 gate = *(const float4*)((const float*)call.gate + (u64)(group + e) * HP + k);
#pragma unroll
                    for (int t = 0; t < 4; t++) {
                        acc[t][e] = fmaf(x[t][0], gate.x, acc[t][e]);
                        acc[t][e] = fmaf(x[t][1], gate.y, acc[t][e]);
                        acc[t][e] = fmaf(x[t][2], gate.z, acc[t][e]);
                        acc[t][e] = fmaf(x[t][3], gate.w, acc[t][e]);
                    }
                }
            }
#pragma unroll
            for (int t = 0; t < 4; t++)
#pragma unroll
                for (int e = 0; e < 8; e++) {
                    float sum = acc[t][e];
#pragma unroll
                    for (int lanes = 16; lanes; lanes /= 2) sum += __shfl_xor_sync(~0u, sum, lanes);
                    if (lane == 0) logits[(local + t) * LOGITS + group + e] = sum;
                }
        }
    __syncthreads();
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
constexpr int BEST = 4, INDEX = 3, NO_KEY = (int)0x80000000;   // BEST over K
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

// ---- GEMM on the FMA units, float32 ---------------------------------------------------------------------------------
// 256 threads as 16 x 16. Thread (ty, tx) owns rows ty + 16 i and columns
// 32 (j / 2) + 16 (tx / 8) + 8 (j % 2) + tx % 8:
// of 8 neighbouring lanes no two read the same bank, and gate (even j) and up (odd j) columns meet in one thread.

template <class G>
__device__ void gemm_fma(const Call& call) {
    extern __shared__ __align__(16) u8 shared[];
    constexpr int TM = G::BM / 16, TN = G::BN / 16, STEPS = G::REDUCTION / ATOM_K,
        COLUMN_TILES = (G::COLUMNS + G::BN - 1) / G::BN;
    constexpr int ROWS_BYTES = G::BM * 128, WEIGHTS_BYTES = G::BN * 128, STAGE = ROWS_BYTES + WEIGHTS_BYTES;
    static_assert(TN % 2 == 0 && G::BN % 64 == 0 && G::BM % 16 == 0,
        "tiles must be multiples of 16 rows and 64 columns");
    const int tx = threadIdx.x % 16, ty = threadIdx.x / 16;
    begin_kernel();
    const u8* input = G::FIRST ? call.rows : call.hidden;
    u8* output = G::FIRST ? call.hidden : call.outputs;
    const u8* weights = G::FIRST ? call.w1 : call.w2;
    const int num_tiles = *call.num_tiles;
    for (int q = blockIdx.x; q < num_tiles * COLUMN_TILES; q += gridDim.x) {
        const Unit unit = unit_of(call, q, COLUMN_TILES);
        const int m = unit.m, n = unit.n, expert = unit.expert, columns = min(G::BN, G::COLUMNS - n * G::BN);
        const u8* rows_at = input + (u64)m * STEPS * ROWS_BYTES;
        const u8* weights_at = weights + ((u64)expert * STEPS * (G::COLUMNS / 64) + n * (G::BN / 64)) * 8192;
        auto load = [&](int step) {
            if (step < STEPS) {
                u8* stage = shared + step % G::STAGES * STAGE;
                for (int i = threadIdx.x * 16; i < ROWS_BYTES; i += 256 * 16)
                    copy_async(shared_address(stage + i), rows_at + (u64)step * ROWS_BYTES + i);
                for (int i = threadIdx.x * 16; i < columns * 128; i += 256 * 16)
                    copy_async(shared_address(stage + ROWS_BYTES + i),
                        weights_at + (u64)step * (G::COLUMNS / 64) * 8192 + i);
            }
            asm volatile("cp.async.commit_group;" ::: "memory");
        };
        float acc[TM][TN] = {};
        for (int step = 0; step < G::STAGES - 1; step++) load(step);
        for (int step = 0; step < STEPS; step++) {
            asm volatile("cp.async.wait_group %0;" :: "n"(G::STAGES - 2) : "memory");
            __syncthreads();
            load(step + G::STAGES - 1);
            const u8 *a_tile = shared + step % G::STAGES * STAGE, *b_tile = a_tile + ROWS_BYTES;
#pragma unroll
            for (int chunk = 0; chunk < 8; chunk++) {
                float4 a[TM];
#pragma unroll
                for (int i = 0; i < TM; i++)
                    a[i] = *(const float4*)(a_tile + (ty + 16 * i) * 128 + ((chunk ^ (ty & 7)) << 4));
#pragma unroll
                for (int j = 0; j < TN; j++) {
                    const int column = 32 * (j / 2) + 16 * (tx / 8) + 8 * (j % 2) + tx % 8;
                    const float4 b = *(const float4*)(b_tile + column * 128 + ((chunk ^ (tx & 7)) << 4));
#pragma unroll
                    for (int i = 0; i < TM; i++) {
                        acc[i][j] = fmaf(a[i].x, b.x, acc[i][j]);
                        acc[i][j] = fmaf(a[i].y, b.y, acc[i][j]);
                        acc[i][j] = fmaf(a[i].z, b.z, acc[i][j]);
                        acc[i][j] = fmaf(a[i].w, b.w, acc[i][j]);
                    }
                }
            }
        }
        __syncthreads();   // the next tile's loads overwrite the stages
        constexpr bool PAIRS = G::FIRST && GATED;
        constexpr int OUTPUT_CHUNKS = (PAIRS ? G::COLUMNS / 2 : G::COLUMNS) / CHUNK;
        const float* bias = (G::FIRST ? call.b1 : call.b2) + (BIAS ? (u64)expert * G::COLUMNS : 0);
#pragma unroll
        for (int j = 0; j < TN; j += PAIRS ? 2 : 1) {
            const int column = n * G::BN + 32 * (j / 2) + 16 * (tx / 8) + 8 * (j % 2) + tx % 8;
            if (column >= G::COLUMNS) break;
            const int to = PAIRS ? column / 16 * 8 + column % 8 : column;
            const float add = BIAS ? bias[column] : 0.f, add_up = BIAS && PAIRS ? bias[column + 8] : 0.f;
#pragma unroll
            for (int i = 0; i < TM; i++) {
                float value = acc[i][j] + add;
                if constexpr (PAIRS) value = activate(value, acc[i][j + 1] + add_up);
                else if constexpr (G::FIRST) value = activate(value);
                const u64 at = tile_offset(G::BM, OUTPUT_CHUNKS, m * G::BM + ty + 16 * i, to / CHUNK);
                *(float*)(output + at + (to % CHUNK) * 4) = value;
            }
        }
    }
}

// ---- entry points ---------------------------------------------------------------------------------------------------

extern "C" __global__ void __launch_bounds__(256) moe_f32_h256_i1024_e4_k2_relu_244e69c3__h100_sm_90a_pack_weights(PackCall call) { pack_weights(call); }
extern "C" __global__ void __launch_bounds__(256) moe_f32_h256_i1024_e4_k2_relu_244e69c3__h100_sm_90a_pack_bias(PackCall call) { pack_bias(call); }
extern "C" __global__ void __launch_bounds__(256) moe_f32_h256_i1024_e4_k2_relu_244e69c3__h100_sm_90a_pack_gate(PackCall call) { pack_gate(call); }

extern "C" __global__ void __launch_bounds__(ROUTER_THREADS, 2)
    moe_f32_h256_i1024_e4_k2_relu_244e69c3__h100_sm_90a_router_f32_0(const __grid_constant__ Call call) {
    router<Variant0, Float>(call);
}
extern "C" __global__ void __launch_bounds__(ROWS_THREADS)
    moe_f32_h256_i1024_e4_k2_relu_244e69c3__h100_sm_90a_permute_f32_0(const __grid_constant__ Call call) {
    permute<Variant0, Float>(call);
}
extern "C" __global__ void __launch_bounds__(ROWS_THREADS, 1)
    moe_f32_h256_i1024_e4_k2_relu_244e69c3__h100_sm_90a_combine_f32_0(const __grid_constant__ Call call) {
    combine<Variant0, Float>(call);
}
extern "C" __global__ void __launch_bounds__(SCAN_THREADS)
    moe_f32_h256_i1024_e4_k2_relu_244e69c3__h100_sm_90a_scan_0(const __grid_constant__ Call call) {
    scan<Variant0>(call);
}
extern "C" __global__ void __launch_bounds__(256, 1)
    moe_f32_h256_i1024_e4_k2_relu_244e69c3__h100_sm_90a_first_0(const __grid_constant__ Call call) {
    gemm_fma<First0>(call);
}
extern "C" __global__ void __launch_bounds__(256, 1)
    moe_f32_h256_i1024_e4_k2_relu_244e69c3__h100_sm_90a_second_0(const __grid_constant__ Call call) {
    gemm_fma<Second0>(call);
}
extern "C" __global__ void __launch_bounds__(ROUTER_THREADS, 2)
    moe_f32_h256_i1024_e4_k2_relu_244e69c3__h100_sm_90a_router_f32_1(const __grid_constant__ Call call) {
    router<Variant1, Float>(call);
}
extern "C" __global__ void __launch_bounds__(ROWS_THREADS)
    moe_f32_h256_i1024_e4_k2_relu_244e69c3__h100_sm_90a_permute_f32_1(const __grid_constant__ Call call) {
    permute<Variant1, Float>(call);
}
extern "C" __global__ void __launch_bounds__(ROWS_THREADS, 1)
    moe_f32_h256_i1024_e4_k2_relu_244e69c3__h100_sm_90a_combine_f32_1(const __grid_constant__ Call call) {
    combine<Variant1, Float>(call);
}
extern "C" __global__ void __launch_bounds__(SCAN_THREADS)
    moe_f32_h256_i1024_e4_k2_relu_244e69c3__h100_sm_90a_scan_1(const __grid_constant__ Call call) {
    scan<Variant1>(call);
}
extern "C" __global__ void __launch_bounds__(256, 2)
    moe_f32_h256_i1024_e4_k2_relu_244e69c3__h100_sm_90a_first_1(const __grid_constant__ Call call) {
    gemm_fma<First1>(call);
}
extern "C" __global__ void __launch_bounds__(256, 2)
    moe_f32_h256_i1024_e4_k2_relu_244e69c3__h100_sm_90a_second_1(const __grid_constant__ Call call) {
    gemm_fma<Second1>(call);
}
