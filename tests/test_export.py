"""The exported C library: built by make, CMake and pkg-config, by two compilers, for C and C++, without AVX."""

from __future__ import annotations

import ctypes
import dataclasses
import os
import re

import artifacts_by_hand
import numpy as np
import pytest
from click.testing import CliRunner
from exported import CALLER, SPEC, STRICT, call, caller_flags, library, run, tool

from moegen import artifact, ctext, export, quantization
from moegen.cli import cli
from moegen.errors import StorageError, TargetError
from moegen.spec import MoeSpec

FULL = MoeSpec(
    20,
    17,
    6,
    3,
    "swiglu_clamp",
    True,
    scoring="sigmoid",
    router_bias=True,
    score_bias=True,
    num_groups=3,
    topk_groups=2,
    routed_scaling=2.5,
    shared_intermediate_size=23,
    shared_gate=True,
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A library that make has built and checked with gcc, in the folder `moe`, installed under `root`."""
    folder = tmp_path_factory.mktemp("exported")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOEGEN_HOME", str(folder / "home"))
        moe = library(folder / "moe")
    tool("make")
    done = run("make", "-j2", "-C", moe, "check", "CC=gcc", f"CFLAGS=-O2 {STRICT}")
    run("make", "-C", moe, "install", f"DESTDIR={folder / 'root'}", "PREFIX=/opt/moe", "CC=gcc")
    assert os.path.exists(folder / "root/opt/moe/lib/libmoe.so.0")
    return folder, done.stdout


def test_make_check_tries_every_set_of_this_machine(built):
    _, said = built
    assert "all passed" in said
    for name in ("avx512", "avx2", "scalar"):
        assert re.search(rf"^{name}: (tried [1-9]\d* numbers of tokens|does not run here)$", said, re.MULTILINE), said


@pytest.mark.parametrize("compiler, single", [("clang", False), ("gcc", True), ("clang", True)])
def test_other_compilers_and_one_file(tmp_path, compiler, single):
    folder = library(tmp_path / "moe", buckets=(16,), single_file=single)
    if single:
        assert sorted(path.name for path in folder.iterdir() if path.suffix in (".c", ".h")) == ["moe.c", "moe.h"]
    done = run("make", "-j2", "-C", folder, "check", f"CC={tool(compiler)}", f"CFLAGS=-O1 {STRICT}")
    assert "all passed" in done.stdout


@pytest.mark.parametrize(
    "spec", [FULL, MoeSpec(1, 1, 1, 1), MoeSpec(33, 19, 40, 7, "gelu")], ids=["full", "least", "odd"]
)
def test_other_layers(tmp_path, spec):
    folder = library(tmp_path / "moe", spec, buckets=(4,), isa=("avx2",), single_file=True)
    done = run("make", "-C", folder, "check", f"CFLAGS=-O1 {STRICT}")
    assert "all passed" in done.stdout
    assert "avx2" in done.stdout and "scalar" in done.stdout and "avx512" not in done.stdout


def test_the_self_test_can_fail(built, tmp_path):
    folder, _ = built
    text = (folder / "moe/tests/selftest.c").read_text()
    first = re.search(r"expected\[TOKENS\]\[H\] = \{\n  \{(\S+?)f?,", text)
    changed = text[: first.start(1)] + "9.5" + text[first.end(1) :]
    (tmp_path / "selftest.c").write_text(changed)
    run(
        "gcc",
        "-std=c99",
        f"-I{folder}/moe/include",
        f"-I{folder}/moe/src",
        "-o",
        tmp_path / "selftest",
        tmp_path / "selftest.c",
        folder / "moe/build/libmoe.a",
        "-lm",
        "-pthread",
    )
    done = run(tmp_path / "selftest", ok=False)
    assert done.returncode == 1 and "y is not what was expected" in done.stdout


@pytest.mark.parametrize(
    "compiler, standard", [("gcc", "c99"), ("clang", "c99"), ("g++", "c++17"), ("clang++", "c++17")]
)
@pytest.mark.parametrize("linked", ["shared", "static"])
def test_callers_through_pkg_config(built, tmp_path, compiler, standard, linked):
    folder, _ = built
    root = folder / "root"
    options = {"PKG_CONFIG_PATH": f"{root}/opt/moe/lib/pkgconfig", "PKG_CONFIG_SYSROOT_DIR": str(root)}
    assert run(tool("pkg-config"), "--modversion", "moe", **options).stdout.strip() == artifact.version()
    flags = run(
        "pkg-config", "--cflags", "--libs", *(["--static"] if linked == "static" else []), "moe", **options
    ).stdout.split()
    if linked == "static":
        flags = [f"{root}/opt/moe/lib/libmoe.a" if flag == "-lmoe" else flag for flag in flags]
    source = ["-x", "c++", CALLER, "-x", "none"] if "++" in compiler else [CALLER]
    run(
        tool(compiler), f"-std={standard}", *STRICT.split(), *caller_flags(), *source, "-o", tmp_path / "caller", *flags
    )
    for threads in ("none", "pool", "callback"):
        call(tmp_path / "caller", threads, LD_LIBRARY_PATH=f"{root}/opt/moe/lib")


PROJECT = """cmake_minimum_required(VERSION 3.13)
project(app LANGUAGES C CXX)
find_package(moe REQUIRED)
add_executable(caller caller.c)
add_executable(caller17 caller.cpp)
set_target_properties(caller PROPERTIES C_STANDARD 99)
set_target_properties(caller17 PROPERTIES CXX_STANDARD 17)
target_link_libraries(caller PRIVATE moe::moe)
target_link_libraries(caller17 PRIVATE moe::moe)
"""


@pytest.mark.parametrize("shared, dtype", [(False, "f32"), (True, "int8")], ids=["static", "shared"])
def test_cmake_checks_installs_and_is_found(tmp_path, shared, dtype):
    tool("cmake")
    spec = dataclasses.replace(SPEC, dtype=dtype)
    folder = library(tmp_path / "moe", spec, buckets=(2,), isa=("avx2",))
    run(
        "cmake",
        "-S",
        folder,
        "-B",
        tmp_path / "build",
        f"-DBUILD_SHARED_LIBS={'ON' if shared else 'OFF'}",
        f"-DMOE_THREADS={'OFF' if shared else 'ON'}",
        f"-DCMAKE_C_FLAGS={STRICT}",
        "-DCMAKE_INSTALL_PREFIX=/usr",
        "-DCMAKE_BUILD_TYPE=Debug",
    )
    run("cmake", "--build", tmp_path / "build", "-j2")
    assert "100% tests passed" in run("ctest", "--test-dir", tmp_path / "build").stdout
    run("cmake", "--install", tmp_path / "build", DESTDIR=str(tmp_path / "staging"))
    app = tmp_path / "app"
    app.mkdir()
    (app / "CMakeLists.txt").write_text(PROJECT)
    for name in ("caller.c", "caller.cpp"):
        (app / name).write_text(CALLER.read_text())
    flags = " ".join(caller_flags())
    run(
        "cmake",
        "-S",
        app,
        "-B",
        app / "build",
        f"-DCMAKE_PREFIX_PATH={tmp_path}/staging/usr",
        f"-DCMAKE_C_FLAGS={STRICT} {flags}",
        f"-DCMAKE_CXX_FLAGS={STRICT} {flags}",
    )
    run("cmake", "--build", app / "build", "-j2")
    for program in ("caller", "caller17"):
        for threads in ("none", "callback") if shared else ("none", "pool"):
            call(app / "build" / program, threads, spec=spec)


@pytest.mark.parametrize(
    "processor, wanted",
    [
        ("qemu64", "scalar"),
        ("Nehalem", "scalar"),
        ("SandyBridge", "scalar"),
        ("Haswell", "avx2"),
        ("EPYC", "avx2"),
        ("max,-fma", "scalar"),
        ("Haswell,-xsave", "scalar"),
    ],
)
def test_the_right_set_is_taken_without_avx(built, processor, wanted):
    """qemu stops a program at the first instruction that its processor does not have."""
    folder, _ = built
    done = run(tool("qemu-x86_64"), "-cpu", processor, folder / "moe/build/selftest")
    assert f"instruction set: {wanted}\nall passed" in done.stdout


def test_the_example_of_the_readme_compiles_and_runs(built, tmp_path):
    folder, _ = built
    example = re.search(r"```c\n(.*?)```", (folder / "moe/README.md").read_text(), re.DOTALL).group(1)
    assert len(example.splitlines()) <= 30
    (tmp_path / "example.c").write_text(example)
    run(
        "gcc",
        "-std=c99",
        *STRICT.split(),
        f"-I{folder}/moe/include",
        "-o",
        tmp_path / "example",
        tmp_path / "example.c",
        folder / "moe/build/libmoe.a",
        "-lm",
        "-pthread",
    )
    assert re.search(r"status 0, y\[0\]\[0\] = 0", run(tmp_path / "example").stdout)


def test_symbols_are_the_librarys_own_and_no_state_is_shared(built):
    folder, _ = built
    symbols = [line.split() for line in run(tool("nm"), folder / "moe/build/libmoe.a").stdout.splitlines()]
    defined = [parts[-1] for parts in symbols if len(parts) == 3 and parts[1].isupper() and parts[1] != "U"]
    assert defined and all(name.startswith("moe_") for name in defined), defined
    variables = [parts[-1] for parts in symbols if len(parts) == 3 and parts[1] in "bBdDsSC"]
    # What was found out about the processor; moe_sets is constant, but holds addresses that the loader fills in.
    assert {name.partition(".")[0] for name in variables} <= {"known", "moe_sets"}, variables
    for part in ("moe.o", "moe_avx512.o", "moe_avx2.o", "moe_scalar.o"):
        wanted = set(run("nm", "-u", folder / f"moe/build/{part}").stdout.split()) - {"U"}
        assert not {name for name in wanted if re.search("alloc|free|abort|exit|assert|printf|pthread", name)}, (
            part,
            wanted,
        )
    public = run("nm", "-D", "--defined-only", folder / "moe/build/libmoe.so").stdout.split()[2::3]
    assert "moe_forward" in public and not [
        name for name in public if "avx" in name or "scalar" in name or "sets" in name
    ]


def test_without_threads_there_is_no_pool(tmp_path):
    folder = library(tmp_path / "moe", isa=(), threads=False)
    run("make", "-C", folder, "all", "check", f"CFLAGS=-O1 {STRICT}")
    assert "pthread" not in run("nm", folder / "build/libmoe.a").stdout
    run("make", "-C", folder, "install", "PREFIX=/usr", f"DESTDIR={tmp_path / 'root'}", "CFLAGS=-O1")
    assert "-DMOE_NO_THREADS" in (tmp_path / "root/usr/lib/pkgconfig/moe.pc").read_text()


def test_two_layers_in_one_program(tmp_path):
    for prefix, spec in (("first", MoeSpec(8, 8, 2, 1)), ("second", MoeSpec(12, 20, 3, 2))):
        library(tmp_path / prefix, spec, prefix=prefix, isa=(), single_file=True)
    (tmp_path / "both.c").write_text("""#include <stdio.h>
#include "first/first.h"
#include "second/second.h"
int main(void) {
    return !(first_packed_bytes() != second_packed_bytes() && FIRST_HIDDEN_SIZE == 8 && SECOND_HIDDEN_SIZE == 12);
}
""")
    run(
        "gcc",
        "-O0",
        *STRICT.split(),
        "-o",
        tmp_path / "both",
        tmp_path / "both.c",
        tmp_path / "first/first.c",
        tmp_path / "second/second.c",
        "-lm",
        "-pthread",
    )
    run(tmp_path / "both")


def test_its_own_kernels_are_those_of_the_artifact(tmp_path):
    from moegen.render import render, symbol

    made = artifacts_by_hand.publish(SPEC, "avx2", buckets=(2, 16))
    folder = export.export(made, tmp_path / "moe", "moe")
    code = render(made.spec, made.target, made.layout, made.configs).files["moe.c"]
    body = re.sub(r"^#include .*\n", "", code, flags=re.MULTILINE).replace(symbol(made.spec, made.target), "moe")
    exported = re.sub(r"\bmoe_avx2_", "moe_", (folder / "src/moe_avx2.c").read_text())
    assert body in exported


def test_equal_artifacts_give_equal_files(tmp_path):
    one, other = library(tmp_path / "one"), library(tmp_path / "other")
    assert run("diff", "-r", one, other).stdout == ""
    library(tmp_path / "one", prefix="renamed", single_file=True)  # all that an earlier export wrote is replaced
    assert (one / "renamed.c").exists() and not (one / "src").exists()


def test_what_others_put_beside_an_export_is_kept(tmp_path):
    made = library(tmp_path / "lib")
    (made / "build").mkdir()
    (made / "build/lib.o").write_bytes(b"object")
    (made / "mine.txt").symlink_to("build/lib.o")
    library(made, prefix="renamed", single_file=True)
    assert (made / "build/lib.o").read_bytes() == (made / "mine.txt").read_bytes() == b"object"
    assert (made / "mine.txt").is_symlink() and not (made / "src").exists() and (made / "renamed.c").exists()
    (made / "moe.c").write_text("mine")
    with pytest.raises(StorageError, match="moe.c was not written by an export"):
        library(made, prefix="moe", single_file=True)
    assert (made / "moe.c").read_text() == "mine" and (made / "renamed.c").exists()
    (made / "moegen.json").write_text("{}")
    with pytest.raises(StorageError, match="no export wrote"):
        library(made)
    assert (made / "moe.c").read_text() == "mine"


def test_what_is_refused(tmp_path):
    made = artifacts_by_hand.publish(SPEC, "avx2")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.tex").write_text("years of work")
    with pytest.raises(StorageError, match="empty folder"):
        export.export(made, tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.tex"]
    for arguments, code, word in (
        (["--prefix", "9lives"], 2, "C name"),
        (["--prefix", "a-b"], 2, "C name"),
        (["--isa", "sse9"], 2, "unknown instruction set"),
        (["--out", "/proc/no"], 1, "cannot write"),
    ):
        done = CliRunner().invoke(cli, ["export", made.key, "--out", str(tmp_path / "out"), *arguments])
        assert done.exit_code == code and word in done.output and "Traceback" not in done.output, done.output
    assert not (tmp_path / "out").exists()
    assert CliRunner().invoke(cli, ["export", "moe_nothing", "--out", str(tmp_path / "out")]).exit_code == 1


def test_cuda_artifacts_are_not_there_yet(monkeypatch):
    from types import SimpleNamespace

    from moegen import backends

    made = SimpleNamespace(
        target=backends.Target("cuda", "h100_sm_90a"), name="moe__h100_sm_90a", spec=SPEC, key=SPEC.key
    )
    with pytest.raises(TargetError, match="no C library for cuda artifacts yet"):
        export._choose(made, None)


@pytest.mark.parametrize(
    "dtype, isa, compiler",
    [
        ("bf16", "avx512_bf16", "gcc"),
        ("f16", "avx2", "clang"),
        ("int8", "avx512_vnni", "clang"),
        ("int4", "avx2", "gcc"),
    ],
)
def test_narrow_weights(tmp_path, dtype, isa, compiler):
    """Packed from float32, or integers from what the library's own `quantize` gives: moegen's numbers, bit by bit."""
    spec = MoeSpec(45, 70, 5, 2, "swiglu", True, dtype)
    folder = library(tmp_path / "moe", spec, isa, (8,), isa=(isa,), single_file=True)
    done = run("make", "-C", folder, "all", "check", f"CC={tool(compiler)}", f"CFLAGS=-O1 {STRICT}")
    assert re.search(f"^{isa}: (tried|does not run)", done.stdout, re.MULTILINE) and "all passed" in done.stdout
    for language, standard in (("c", "c99"), ("c++", "c++17")):
        run(
            compiler,
            "-x",
            language,
            f"-std={standard}",
            *STRICT.split(),
            *caller_flags(spec),
            "-I",
            folder,
            CALLER,
            "-x",
            "none",
            "-o",
            tmp_path / "caller",
            folder / "build/libmoe.a",
            "-lm",
            "-pthread",
        )
        call(tmp_path / "caller", spec=spec)
    for processor, wanted in (("qemu64", "scalar"), ("Haswell", "avx2" if isa == "avx2" else "scalar")):
        done = run(tool("qemu-x86_64"), "-cpu", processor, folder / "build/selftest")
        assert f"instruction set: {wanted}\nall passed" in done.stdout
    if dtype in quantization.INTEGERS:
        check_quantize(ctypes.CDLL(str(folder / "build/libmoe.so")).moe_quantize, dtype)


def check_quantize(function, dtype):
    for rows, columns in ((1, 1), (32, 5), (45, 7), (97, 16)):
        w = np.random.default_rng(rows).standard_normal((rows, columns)).astype(np.float32) * np.float32(
            10.0 ** (columns % 9 - 4)
        )
        w[:, 0] = 0
        w[0, -1] = -w[-1, -1]  # as large, of the other sign
        integers, scales = quantization.quantize_matrix(dtype, w)
        got, got_scales = np.full_like(integers, 99), np.full_like(scales, np.nan)
        function(
            *(ctypes.c_void_p(w.ctypes.data), ctypes.c_long(rows), ctypes.c_long(columns)),
            *(ctypes.c_void_p(array.ctypes.data) for array in (got, got_scales)),
        )
        np.testing.assert_array_equal(got, integers)
        np.testing.assert_array_equal(got_scales, scales)


def test_the_example_packs_integers(tmp_path):
    folder = library(tmp_path / "moe", MoeSpec(24, 40, 5, 2, dtype="int4"), isa=(), single_file=True)
    (tmp_path / "example.c").write_text(
        re.search(r"```c\n(.*?)```", (folder / "README.md").read_text(), re.DOTALL).group(1)
    )
    run(
        "gcc",
        "-std=c99",
        *STRICT.split(),
        f"-I{folder}",
        "-o",
        tmp_path / "example",
        tmp_path / "example.c",
        folder / "moe.c",
        "-lm",
        "-pthread",
    )
    assert re.search(r"status 0, y\[0\]\[0\] = 0", run(tmp_path / "example").stdout)


def test_the_command_exports(tmp_path):
    made = artifacts_by_hand.publish(SPEC, "avx512")
    done = CliRunner().invoke(cli, ["export", made.key, "--out", str(tmp_path / "lib"), "--isa", "avx512"])
    assert done.exit_code == 0 and "make -C" in done.output
    name = made.key.replace("-", "_")
    assert (tmp_path / f"lib/include/{name}.h").is_file()
    assert sorted(path.name for path in (tmp_path / "lib/src").glob("*.c")) == sorted(
        f"{name}{part}.c" for part in ("", "_avx512", "_scalar", "_pool")
    )


def test_names_at_file_scope_are_found_and_changed():
    code = """#define AT ((size_t)4)  // AT is a macro
typedef struct { long count; } call_t;
enum { ONE = 1, TWO };
static const float table[2] = {1.0f, 2.0f};
static inline __attribute__((always_inline, unused)) float twice(float x) { return 2 * x; }
static void run(call_t *c) { c->count = c->count.run = ONE; /* run */ }
"""
    assert ctext.scope(code) == ["AT", "call_t", "ONE", "TWO", "table", "twice", "run"]
    changed = ctext.rename(code, {name: f"s_{name}" for name in ctext.scope(code)})
    assert (
        "c->count = c->count.run = s_ONE; /* run */" in changed
        and "static void s_run(s_call_t *c)" in changed
        and "// AT is" in changed
    )
