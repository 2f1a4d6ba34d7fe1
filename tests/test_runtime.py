"""The runtime: a layer loads, checks what it is given, and calls without packing, compiling or allocating again."""

from __future__ import annotations

import copy
import gc
import pickle
import tracemalloc
import types
import warnings
import weakref

import numpy as np
import pytest
from small_layer import SPEC, build_cache, built, fresh, publish, tokens, tuned, weights  # noqa: F401  fixtures

import moegen
from moegen import artifact, backends, compile, oracle, paths, storage
from moegen.errors import ArtifactError, BuildError, LibraryError, ShapeError, SpecError
from moegen.runtime import kernels, pool
from moegen.runtime import layer as layers


@pytest.mark.parametrize("num_tokens", [0, 1, 2, 7, 8, 9, 65, 300])
def test_a_loaded_layer_is_right(tuned, weights, num_tokens):
    layer = moegen.load(SPEC, weights)
    x = tokens(num_tokens) if num_tokens else np.empty((0, 64), np.float32)
    y, routing = layer(x, return_routing=True)
    assert (y.shape, y.dtype, type(y)) == (x.shape, np.float32, np.ndarray)
    assert (routing.indices.shape, routing.indices.dtype) == ((num_tokens, 2), np.int32)
    assert (routing.weights.shape, routing.weights.dtype) == ((num_tokens, 2), np.float32)
    assert (routing.counts.shape, routing.counts.sum()) == ((4,), 2 * num_tokens)
    if num_tokens:
        oracle.check(y, routing, x, weights, SPEC)
    assert layer.artifact.sha256 == tuned.sha256 and layer.variant(num_tokens) in tuned.tokens


def test_batches_strides_and_out(tuned, weights):
    layer = moegen.load(SPEC, weights)
    x = tokens(24)
    y = layer(x)
    batched = x.reshape(2, 12, 64)
    assert np.array_equal(layer(batched), y.reshape(2, 12, 64))
    assert layer(np.empty((3, 0, 64), np.float32)).shape == (3, 0, 64)
    wide = np.zeros((24, 128), np.float32)
    wide[:, ::2] = x
    assert np.array_equal(layer(wide[:, ::2]), y) and np.array_equal(layer(np.asfortranarray(x)), y)
    for given in (x, batched, wide[:, ::2]):
        out = np.full(given.shape, np.nan, np.float32)
        assert layer(given, out=out) is out and np.array_equal(out.reshape(y.shape), y)
    out = np.empty_like(x)
    returned, routing = layer(x, out=out, return_routing=True)
    assert returned is out and routing.counts.sum() == 48
    assert np.array_equal(layer(x, out=wide.reshape(-1)[: 24 * 64].reshape(24, 64)), y)


def test_x_is_not_written(tuned, weights):
    x = tokens(9)
    x.flags.writeable = False
    before = x.copy()
    moegen.load(SPEC, weights)(x)
    assert np.array_equal(x, before)


@pytest.mark.parametrize(
    "x, words",
    [
        (np.zeros((3, 63), np.float32), "64"),
        (np.zeros(64, np.float32), "64"),
        (np.zeros((1, 2, 3, 64), np.float32), "64"),
        (np.zeros((3, 64)), "float32"),
        (np.zeros((3, 64), np.int32), "float32"),
        (np.zeros((3, 64), np.complex64), "float32"),
        (np.zeros((3, 64), ">f4"), "float32"),
        ([[0.0] * 64], "numpy"),
        (None, "numpy"),
    ],
)
def test_wrong_x_is_a_shape_error(tuned, weights, x, words):
    with pytest.raises(ShapeError, match=words):
        moegen.load(SPEC, weights)(x)
    with pytest.raises(ShapeError, match=words):
        moegen.moe_forward(x, weights)


def test_wrong_out_is_a_shape_error_and_nothing_is_written(tuned, weights):
    layer = moegen.load(SPEC, weights)
    x = tokens(6)
    buffer = np.zeros((12, 64), np.float32)
    read_only = np.zeros((6, 64), np.float32)
    read_only.flags.writeable = False
    unaligned = np.zeros(6 * 64 * 4 + 1, np.uint8)[1:].view(np.float32).reshape(6, 64)
    for out, words in (
        (buffer, "shape"),
        (np.zeros((6, 64)), "float32"),
        (buffer[::2], "C-contiguous"),
        (np.asfortranarray(buffer[:6]), "C-contiguous"),
        (read_only, "writable"),
        (unaligned, "aligned"),
        ([0.0], "numpy.ndarray"),
        (np.zeros(6 * 64, np.float32), "shape"),
    ):
        with pytest.raises(ShapeError, match=words):
            layer(x, out=out)
    assert not buffer.any() and not unaligned.any()
    shared = np.zeros((8, 64), np.float32)
    shared[:6] = x
    for out in (shared[:6], shared[1:7], shared[2:8]):
        with pytest.raises(ShapeError, match="overlap"):
            layer(shared[:6], out=out)
    assert np.array_equal(shared[:6], x)
    wide = np.zeros((2, 128), np.float32)  # out lies between the rows of x: their spans overlap, they do not
    assert np.array_equal(layer(wide[:, :64], out=wide[:1, 64:].repeat(2, 0)), layer(np.zeros((2, 64), np.float32)))
    gap = np.zeros((3, 64), np.float32)
    assert layer(gap[::2][:1], out=gap[1:2]) is not None


def test_wrong_arguments_are_typed_errors(tuned, weights):
    other = moegen.MoeSpec(64, 96, 4, activation="gelu")
    for call, kind, words in (
        (lambda: moegen.load("spec", weights), SpecError, "MoeSpec"),
        (lambda: moegen.load(SPEC, {}), ShapeError, "MoeWeights"),
        (lambda: moegen.load(moegen.MoeSpec(64, 96, 5), weights), ShapeError, "w1"),
        (lambda: moegen.load(moegen.MoeSpec(64, 96, 4, bias=True), weights), ShapeError, "bias"),
        (lambda: moegen.load(SPEC, weights, threads=0), SpecError, "threads"),
        (lambda: moegen.load(SPEC, weights, threads=True), SpecError, "threads"),
        (lambda: moegen.load(SPEC, weights, threads=1.5), SpecError, "threads"),
        (lambda: moegen.load(SPEC, weights, workspace_limit=-1), SpecError, "workspace_limit"),
        (lambda: moegen.load(SPEC, weights, workspace_limit=1), SpecError, "at least [0-9]+ bytes"),
        (lambda: moegen.load(SPEC, weights, artifact="moe_nothing"), ArtifactError, SPEC.key),
        (lambda: moegen.load(other, weights, artifact=SPEC.key), ArtifactError, "asked for.*--activation gelu"),
        (lambda: moegen.moe_forward(tokens(3), {}), ShapeError, "MoeWeights"),
        (lambda: moegen.moe_forward(tokens(3), weights, top_k=5), SpecError, "top_k"),
        (lambda: moegen.moe_forward(tokens(3), weights, top_k=[2]), SpecError, "top_k"),
        (lambda: moegen.moe_forward(tokens(3), weights, activation="mish"), SpecError, "activation"),
    ):
        with pytest.raises(kind, match=words):
            call()


def test_an_artifact_can_be_chosen(built, weights, tmp_path):
    mine = publish(built, out=tmp_path)
    for reference in (mine, mine.folder, str(mine.folder), tmp_path):
        assert moegen.load(SPEC, weights, artifact=reference).artifact.sha256 == mine.sha256
    publish(built)
    for reference in (SPEC.key, SPEC.key[:-5], mine.name):
        assert moegen.load(SPEC, weights, artifact=reference).artifact.folder.parent == paths.artifacts()


def test_a_foreign_artifact_is_refused_with_the_command(tuned, weights, monkeypatch):
    monkeypatch.setattr(backends.get("cpu").target, "why_not", lambda target: "this CPU lacks abacus")
    with pytest.raises(ArtifactError, match="lacks abacus.*moegen tune --shape 1x64x64 --intermediate 96 --experts 4"):
        moegen.load(SPEC, weights, artifact=SPEC.key)


def test_a_damaged_artifact_is_refused_and_not_replaced_by_a_default(tuned, weights):
    library = tuned.folder / tuned.library
    library.write_bytes(library.read_bytes()[:-1] + b"?")
    with pytest.raises(ArtifactError, match="other bytes than were published.*moegen tune --shape"):
        moegen.load(SPEC, weights)
    with pytest.raises(ArtifactError, match="other bytes"):
        moegen.moe_forward(tokens(1), weights)


def test_weights_are_packed_once_and_not_kept(tuned, weights, monkeypatch):
    room = backends.get("cpu").kernel
    packed = []
    monkeypatch.setattr(room.Kernel, "pack", lambda self, w, pack=room.Kernel.pack: packed.append(w) or pack(self, w))
    x = tokens(5)
    y = moegen.moe_forward(x, weights)
    first, second = moegen.load(SPEC, weights), moegen.load(SPEC, weights, threads=1)
    assert len(packed) == 1 and moegen.moe_forward(x, weights) is not y
    assert first._kernel is second._kernel and first._packed is second._packed
    owner = oracle.make_weights(SPEC, 1)
    layer, unpacked = moegen.load(SPEC, owner), weakref.ref(owner.w1)
    packed.clear()
    del owner
    gc.collect()
    assert unpacked() is None and np.array_equal(layer(x), y)


def test_weights_are_a_snapshot(tuned):
    made = oracle.make_weights(SPEC, 1)
    gate, w1, w2 = (np.array(array) for array in (made.gate, made.w1, made.w2))
    weights = moegen.MoeWeights(gate, w1, w2)
    x = tokens(5)
    y = moegen.load(SPEC, made)(x)
    for array in (gate, w1, w2):
        array[...] = 0
    assert np.array_equal(moegen.moe_forward(x, weights), y)
    for copied in (pickle.loads(pickle.dumps(weights)), copy.deepcopy(weights)):
        assert np.array_equal(moegen.moe_forward(x, copied), y) and not copied.w1.flags.writeable


def test_without_an_artifact_the_default_is_built_once_and_kept(weights, monkeypatch):
    builds = []
    monkeypatch.setattr(compile, "build", lambda *args, build=compile.build: builds.append(args) or build(*args))
    x = tokens(20)
    with pytest.warns(moegen.UntunedWarning, match="moegen tune --shape 1x20x64 .*--tokens 20`") as caught:
        y = moegen.moe_forward(x, weights)
    assert len(caught) == 1 and caught[0].filename == __file__
    layer = moegen.load(SPEC, weights)
    assert len(builds) == 1 and layer.artifact.tuned == frozenset()
    oracle.check(*layer(x, return_routing=True), x, weights, SPEC)
    assert layer.artifact.tokens == list(artifact.DEFAULT_TOKENS)
    assert artifact.all_artifacts() == [] and artifact.for_spec(SPEC) is None
    layers._warned.clear()
    kernels._open.clear()
    with pytest.warns(moegen.UntunedWarning, match=r"--tokens 4,512") as caught:  # another process
        again = moegen.load(SPEC, weights)
    assert caught[0].filename == __file__ and len(builds) == 1
    assert again.artifact.sha256 == layer.artifact.sha256 and np.array_equal(again(x), y)


def test_a_damaged_default_is_built_anew(weights):
    with pytest.warns(moegen.UntunedWarning):
        made = moegen.load(SPEC, weights).artifact
    (made.folder / "moe.c").write_text("")
    kernels._open.clear()
    assert moegen.load(SPEC, weights).artifact.sha256 == made.sha256
    artifact.load(made.folder)


def test_a_tuned_artifact_is_taken_up_by_moe_forward(built, weights):
    x = tokens(7)
    with pytest.warns(moegen.UntunedWarning):
        y = moegen.moe_forward(x, weights)
    before = next(iter(weights.layers.values()))[1]
    made = publish(built)
    assert np.allclose(moegen.moe_forward(x, weights), y, atol=1e-4)
    after = next(iter(weights.layers.values()))[1]
    assert (before.artifact.tuned, after.artifact.sha256) == (frozenset(), made.sha256)
    assert len(weights.packed) == 1 and storage.folders(paths.defaults()) == []


def test_what_ships_is_compiled_once(built, weights, tmp_path, monkeypatch):
    from test_artifact import forge

    monkeypatch.setattr(paths, "tuned", lambda: tmp_path / "tuned")
    made = publish(built, out=paths.tuned())
    (made.folder / made.library).unlink()
    forge(
        made.folder,
        library=None,
        files=lambda files: {name: digest for name, digest in files.items() if name != made.library},
    )
    shipped = artifact.for_spec(SPEC)
    builds = []
    monkeypatch.setattr(compile, "build", lambda *args, build=compile.build: builds.append(args) or build(*args))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        layer = moegen.load(SPEC, weights)
        kernels._open.clear()
        assert moegen.load(SPEC, weights).artifact.sha256 == layer.artifact.sha256
    assert layer.artifact.origin == shipped.sha256 and layer.artifact.tuned == shipped.tuned and len(builds) == 1
    x = tokens(12)
    oracle.check(*layer(x, return_routing=True), x, weights, SPEC)


def test_without_a_compiler_the_error_says_so(weights, monkeypatch, tmp_path):
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError, match="no C compiler"):
        moegen.load(SPEC, weights)
    monkeypatch.setenv("CC", "nonexistent-cc")
    with pytest.raises(BuildError, match="nonexistent-cc"):
        moegen.moe_forward(tokens(1), weights)
    assert storage.folders(paths.defaults()) == []


def test_the_workspace_is_reused_and_a_call_allocates_nothing_beyond_y(tuned, weights):
    layer = moegen.load(SPEC, weights)
    x = tokens(300)
    layer(x)
    statistics = layer.pool.statistics()
    assert (statistics.misses, statistics.hits, statistics.workspaces, statistics.in_use) == (1, 0, 1, 0)
    assert statistics.bytes == statistics.high_water_bytes >= layer._kernel.workspace_bytes(300)
    out = np.empty_like(x)
    for num_tokens in (300, 1, 77, 300):
        layer(x[:num_tokens], out=out[:num_tokens])
    assert layer.pool.statistics() == pool.PoolStatistics(4, 1, 1, statistics.bytes, 0, statistics.bytes)
    kept, most = _traced(lambda: layer(x, out=out), 5000)
    assert kept < 25_000 and most < x.nbytes  # free lists hold some kilobytes; one byte array a call would be megabytes
    layer.pool.clear()
    assert layer.pool.statistics().bytes == 0


def _traced(call, times):
    """Bytes that Python holds more after that many calls, and the most that it held more meanwhile."""
    tracemalloc.start()
    try:
        for _ in range(3):
            call()
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        for _ in range(times):
            call()
        gc.collect()
        now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return now - before, peak - before


def test_a_workspace_limit_is_kept_and_changes_no_bit(tuned, weights):
    x = tokens(3000)
    y = moegen.load(SPEC, weights)(x)
    layer = moegen.load(SPEC, weights)
    least = layer._kernel.workspace_bytes(1, 1)
    pool._shared.clear()
    whole = layer._kernel.workspace_bytes(3000)
    for limit in (least, least + 1, whole // 2):
        limited = moegen.load(SPEC, weights, workspace_limit=limit)
        limited.pool.clear()
        assert np.array_equal(limited(x), y)
        assert limited.pool.statistics().bytes <= limit
    assert least < whole


def test_the_pool_grows_by_what_is_asked_and_serves_the_smallest():
    made = []

    def allocate(nbytes):
        made.append(nbytes)
        return np.empty(nbytes, np.uint8)

    shared = pool.WorkspacePool()
    small, large = shared.take(5000, allocate), shared.take(100_000, allocate)
    assert made == [8192, 106496] and shared.statistics().in_use == 2
    shared.give(large)
    shared.give(small)
    assert shared.take(6000, allocate) is small and shared.take(6000, allocate) is large
    shared.give(small)
    del small
    assert shared.take(7 << 20, allocate).nbytes == 7 << 20  # in place of the small one
    assert shared.statistics().bytes == (7 << 20) + 106496
    assert shared.take(5000, allocate, limit=5001).nbytes == 5001
    with pytest.raises(MemoryError):
        shared.take(1 << 20, lambda nbytes: (_ for _ in ()).throw(MemoryError()))
    assert shared.statistics().workspaces == 3


def test_a_replaced_artifact_does_not_disturb_a_loaded_layer(tuned, built, weights):
    layer, x = moegen.load(SPEC, weights), tokens(30)
    y = layer(x)
    publish(built, tuned=[1])
    for file in tuned.folder.iterdir():
        with open(file, "r+b") as stream:  # what maps a file would now end with SIGBUS
            stream.truncate(0)
    assert np.array_equal(layer(x), y)


def test_libraries_of_two_artifacts_are_not_confused(weights):
    x, got = tokens(10), []
    for activation in ("relu", "gelu", "silu", "relu2") * 2:  # each opens as a descriptor of the same number
        spec = moegen.MoeSpec(64, 96, 4, activation=activation)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", moegen.UntunedWarning)
            layer = moegen.load(spec, weights)
        y, routing = layer(x, return_routing=True)
        oracle.check(y, routing, x, weights, spec)
        got.append((layer, y))
        kernels._open.clear()
        if len(got) % 3 == 0:
            got.clear()
            gc.collect()


def test_threads_follow_the_environment(tuned, weights, monkeypatch):
    assert moegen.load(SPEC, weights, threads=1).threads == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert moegen.load(SPEC, weights).threads == 1
    monkeypatch.setenv("MOEGEN_NUM_THREADS", "3")
    layer = moegen.load(SPEC, weights)
    assert layer.threads == 3
    x = tokens(50)
    assert np.allclose(layer(x), moegen.load(SPEC, weights, threads=1)(x), atol=1e-5)


def test_layers_show_what_they_run(tuned, weights):
    layer = moegen.load(SPEC, weights, threads=1)
    assert SPEC.key in repr(layer) and "1,64" in repr(layer)
    assert layer.packed_bytes > 4 * 64 * 96 * 4 * 2 and layer.spec == SPEC


@pytest.mark.parametrize("kind", ["ml_dtypes", "bits"])
def test_bfloat16_goes_in_and_comes_out(kind):
    import ml_dtypes

    weights, x = oracle.make_weights(SPEC, 4), oracle.make_tokens(SPEC, 9, 4)
    narrow = x.astype(ml_dtypes.bfloat16)
    given = narrow if kind == "ml_dtypes" else narrow.view(np.uint16)
    layer = moegen.load(SPEC, weights)
    y, out = layer(given), np.empty_like(given)
    assert y.dtype == given.dtype and layer(given, out=out) is out
    np.testing.assert_array_equal(y.view(np.uint16), out.view(np.uint16))
    expected = oracle.forward(narrow.astype(np.float32), weights, SPEC).y
    assert oracle.error(y.view(ml_dtypes.bfloat16).astype(np.float32), expected) < 2**-8
    with pytest.raises(ShapeError, match="as x is"):
        layer(given, out=np.empty(x.shape, np.float32))
    with pytest.raises(ShapeError, match="float32 or bfloat16"):
        layer(given.view(np.uint16).astype(">u2"))


def test_a_default_that_is_made_is_not_loaded_twice(weights, monkeypatch, moegen_home):
    loads, load = [], layers._load
    monkeypatch.setattr(layers, "_load", lambda *arguments: loads.append(1) or load(*arguments))
    for _ in range(3):
        moegen.moe_forward(tokens(4), weights, top_k=SPEC.top_k, activation=SPEC.activation)
    assert len(loads) == 1


@pytest.mark.parametrize("threads", [0, 2**31, 2**40])
def test_impossible_threads_are_refused(weights, threads):
    with pytest.raises(SpecError, match="threads must be an integer from 1 to"):
        moegen.load(SPEC, weights, threads=threads)


def test_a_library_that_does_not_load_is_compiled_again_from_its_own_source(tuned, weights, monkeypatch):
    """As a cubin that another driver refuses; what is compiled is the artifact's text, not what templates say today."""
    room, tried = backends.get("cpu").kernel, []

    class Picky(room.Kernel):
        def __init__(self, folder, *rest):
            tried.append(folder)
            if len(tried) == 1:
                raise LibraryError("the driver refuses it")
            super().__init__(folder, *rest)

    monkeypatch.setattr(room, "Kernel", Picky)
    monkeypatch.setattr(kernels, "_open", {})
    monkeypatch.setattr(compile, "build", None)  # which would render anew
    x = tokens(9)
    y, routing = moegen.load(SPEC, weights)(x, return_routing=True)
    oracle.check(y, routing, x, weights, SPEC)
    assert len(tried) == 2 and (tried[1] / "moe.c").read_bytes() == tuned.files()["moe.c"]


def test_an_out_that_nobody_can_write_is_refused_by_its_kind():
    frozen = types.SimpleNamespace(shape=(1, 64), dtype=np.float32)  # as JAX's arrays are
    with pytest.raises(ShapeError, match="SimpleNamespace, which cannot be written"):
        layers._take_out(frozen, frozen, None, None)
