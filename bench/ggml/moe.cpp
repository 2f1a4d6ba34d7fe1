// The layer in ggml, as llama.cpp builds it for a CPU (build_moe_ffn: softmax, top-k, renormalised weights, two
// mul_mat_id), behind a C interface.
// Arrays: gate (E,H), w1 (E,I,H), w2 (E,H,I): ggml keeps the reduced dimension innermost. x (T,H), y (T,H); float32.
// A type is a name of `types`, with " repacked" after it for rows interleaved as this CPU's kernels read them.
#include "ggml-alloc.h"
#include "ggml-backend.h"
#include "ggml-cpu.h"
#include "ggml.h"

#include <map>
#include <string>
#include <vector>

namespace {

const std::map<std::string, ggml_type> types = {{"f32", GGML_TYPE_F32}, {"bf16", GGML_TYPE_BF16},
                                                {"f16", GGML_TYPE_F16}, {"q8_0", GGML_TYPE_Q8_0}, {"q4_0", GGML_TYPE_Q4_0}};

const std::string repacked_suffix = " repacked";

struct Layer {
    ggml_backend_t cpu;
    ggml_context *router, *weights, *calls;
    ggml_tensor *x, *y;
    ggml_cgraph *graph;
};

// Where weights lie: the CPU's own memory, or the last of its extra kinds of buffer, which interleaves rows.
ggml_backend_buffer_type_t place(ggml_backend_t cpu, bool repacked) {
    if (!repacked) return ggml_backend_get_default_buffer_type(cpu);
    ggml_backend_dev_t device = ggml_backend_get_device(cpu);
    auto extra = (ggml_backend_dev_get_extra_bufts_t)ggml_backend_reg_get_proc_address(
        ggml_backend_dev_backend_reg(device), "ggml_backend_dev_get_extra_bufts");
    ggml_backend_buffer_type_t last = nullptr;
    for (auto *each = extra ? extra(device) : nullptr; each && *each; each++) last = *each;
    return last;
}

// All experts at once, since repacking takes a whole tensor.
void fill(ggml_tensor *w, const float *from) {
    const int64_t per_expert = w->ne[0] * w->ne[1];
    const size_t bytes = ggml_row_size(w->type, w->ne[0]) * w->ne[1];
    std::vector<float> importance(w->ne[0], 1.f);
    std::vector<char> q(bytes * w->ne[2]);
    for (int64_t e = 0; e < w->ne[2]; e++)
        ggml_quantize_chunk(w->type, from + e * per_expert, q.data() + e * bytes, 0, w->ne[1], w->ne[0], importance.data());
    ggml_backend_tensor_set(w, q.data(), 0, q.size());
}

ggml_tensor *route(ggml_context *c, ggml_tensor *gate, ggml_tensor *x, int64_t E, int64_t K, int64_t T, ggml_tensor **ids) {
    ggml_tensor *p = ggml_soft_max(c, ggml_mul_mat(c, gate, x));
    *ids = ggml_view_2d(c, ggml_argsort(c, p, GGML_SORT_ORDER_DESC), K, T, E * sizeof(int32_t), 0);
    ggml_tensor *v = ggml_reshape_2d(c, ggml_get_rows(c, ggml_reshape_3d(c, p, 1, E, T), *ids), K, T);
    return ggml_reshape_3d(c, ggml_div(c, v, ggml_sum_rows(c, v)), 1, K, T);
}

}  // namespace

extern "C" {

// Null where the type is unknown, this CPU has no repacked form of it, or memory is short.
Layer *ggml_moe_create(int64_t T, int64_t H, int64_t I, int64_t E, int64_t K, const char *type_name, int threads,
                       const float *gate_rows, const float *w1_rows, const float *w2_rows) {
    std::string name = type_name;
    const bool repacked = name.size() > repacked_suffix.size() &&
                          name.compare(name.size() - repacked_suffix.size(), std::string::npos, repacked_suffix) == 0;
    if (repacked) name.resize(name.size() - repacked_suffix.size());
    if (!types.count(name)) return nullptr;
    const ggml_type type = types.at(name);
    auto *l = new Layer{ggml_backend_cpu_init(), nullptr, nullptr, nullptr, nullptr, nullptr, nullptr};
    ggml_backend_cpu_set_n_threads(l->cpu, threads);
    ggml_init_params params{ggml_tensor_overhead() * 128 + ggml_graph_overhead(), nullptr, true};
    l->weights = ggml_init(params), l->calls = ggml_init(params);
    ggml_init_params one{ggml_tensor_overhead() * 2, nullptr, true};
    ggml_tensor *gate = ggml_new_tensor_2d(l->router = ggml_init(one), GGML_TYPE_F32, H, E);
    ggml_tensor *w1 = ggml_new_tensor_3d(l->weights, type, H, I, E), *w2 = ggml_new_tensor_3d(l->weights, type, I, H, E);
    ggml_backend_buffer_type_t where = place(l->cpu, repacked);
    if (!where || !ggml_backend_alloc_ctx_tensors(l->router, l->cpu) ||
        !ggml_backend_alloc_ctx_tensors_from_buft(l->weights, where) || (repacked && (!w1->extra || !w2->extra)))
        return nullptr;
    ggml_backend_tensor_set(gate, gate_rows, 0, ggml_nbytes(gate));
    fill(w1, w1_rows), fill(w2, w2_rows);

    ggml_context *c = l->calls;
    l->x = ggml_new_tensor_2d(c, GGML_TYPE_F32, H, T);
    ggml_tensor *ids = nullptr, *share = route(c, gate, l->x, E, K, T, &ids);
    ggml_tensor *h = ggml_relu(c, ggml_mul_mat_id(c, w1, ggml_reshape_3d(c, l->x, H, 1, T), ids));
    ggml_tensor *each = ggml_mul(c, ggml_mul_mat_id(c, w2, h, ids), share);
    for (int64_t k = 0; k < K; k++) {
        ggml_tensor *part = ggml_view_2d(c, each, H, T, each->nb[2], k * each->nb[1]);
        l->y = l->y ? ggml_add(c, l->y, part) : ggml_cont(c, part);
    }
    l->graph = ggml_new_graph(c);
    ggml_build_forward_expand(l->graph, l->y);
    return ggml_backend_alloc_ctx_tensors(c, l->cpu) ? l : nullptr;
}

int ggml_moe_run(Layer *l, const float *x, float *y) {
    ggml_backend_tensor_set(l->x, x, 0, ggml_nbytes(l->x));
    const int status = ggml_backend_graph_compute(l->cpu, l->graph);
    ggml_backend_tensor_get(l->y, y, 0, ggml_nbytes(l->y));
    return status;
}

}
