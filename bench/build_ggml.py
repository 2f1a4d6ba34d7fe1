"""Build the ggml peer: ggml from the source package of llama-cpp-python, and ggml/moe.cpp against it.

    python bench/build_ggml.py [--version 0.3.36]

Needs pip, CMake and a C++ compiler. The library lies under MOEGEN_HOME/peers/ggml, where `moegen bench` looks for it.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from moegen.report.peers import ggml


def run(*command, cwd=None):
    print("+", *command, flush=True)
    subprocess.run([str(part) for part in command], check=True, cwd=cwd)


def fetch(version: str, folder: pathlib.Path) -> pathlib.Path:
    """The folder of ggml inside llama-cpp-python's source package."""
    run(
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--no-binary",
        "llama-cpp-python",
        "-d",
        folder,
        f"llama-cpp-python=={version}",
    )
    archive = next(folder.glob("llama_cpp_python-*.tar.gz"))
    with tarfile.open(archive) as tar:
        wanted = [m for m in tar.getmembers() if "/vendor/llama.cpp/ggml/" in m.name]
        tar.extractall(folder, members=wanted, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    return next(folder.glob("llama_cpp_python-*/vendor/llama.cpp/ggml"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--version", default="0.3.36", help="of llama-cpp-python")
    parser.add_argument("--source", type=pathlib.Path, help="ggml's folder, where it is unpacked already")
    options = parser.parse_args()
    target = ggml.folder()
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        source = options.source or fetch(options.version, scratch)
        build = scratch / "build"
        (source / "ggml.pc.in").touch()  # the source package lacks this one, which only pkg-config needs
        run(
            "cmake",
            "-S",
            source,
            "-B",
            build,
            "-DCMAKE_BUILD_TYPE=Release",
            "-DGGML_NATIVE=ON",
            "-DBUILD_SHARED_LIBS=OFF",
            "-DCMAKE_POSITION_INDEPENDENT_CODE=ON",
            "-DGGML_BUILD_TESTS=OFF",
            "-DGGML_BUILD_EXAMPLES=OFF",
        )
        run("cmake", "--build", build, "-j", os.cpu_count())
        parts = [next(build.rglob(f"lib{name}.a")) for name in ("ggml", "ggml-cpu", "ggml-base")]
        made = scratch / ggml.LIBRARY
        run(
            os.environ.get("CXX", "c++"),
            "-O2",
            "-std=c++17",
            "-shared",
            "-fPIC",
            f"-I{source}/include",
            HERE / "ggml" / "moe.cpp",
            "-Wl,--start-group",
            *parts,
            "-Wl,--end-group",
            "-fopenmp",
            "-lpthread",
            "-ldl",
            "-o",
            made,
        )
        shutil.copy(made, target / ggml.LIBRARY)
        (target / "version").write_text(f"llama-cpp-python {options.version}\n")
    print("built", target / ggml.LIBRARY)


if __name__ == "__main__":
    main()
