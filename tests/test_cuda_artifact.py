"""Artifacts of GPUs without one: looked up after the home's; and one that ships is compiled from its configs."""

from __future__ import annotations

import dataclasses
import json

import pytest

from moegen import artifact, backends, compile, paths
from moegen.backends import Target
from moegen.backends.cuda import call
from moegen.errors import ArtifactError, BuildError
from moegen.runtime import kernels
from moegen.spec import MoeSpec

SPEC = MoeSpec(256, 128, 4, 2, "swiglu", False, "bf16")
H100 = Target("cuda", "h100_sm_90a")
ROOM = backends.get("cuda")
LAYOUT = ROOM.space.Layout()


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A folder that ships, with one artifact; this machine runs what sm_90a runs."""
    try:
        ROOM.build.toolchain(H100)
    except BuildError as error:
        pytest.skip(str(error))
    monkeypatch.setattr(ROOM.target, "why_not", lambda target: None if target == H100 else "this GPU has 9.0")
    monkeypatch.setattr(paths, "tuned", lambda: tmp_path / "tuned")
    return artifact.ship(published(16, "first", out=tmp_path / "made"), tmp_path / "tuned")


def published(bucket, mark, target=H100, **more):
    configs = {bucket: ROOM.space.default(SPEC, target, LAYOUT, bucket, {})}
    built = compile.build(SPEC, target, LAYOUT, configs)
    evidence = {bucket: {"time_s": 1e-4, "vs_default": 1.0, "mark": mark}}
    return artifact.publish(built, SPEC, target, LAYOUT, configs, evidence, {"gpu": mark}, [bucket], **more)


def test_what_ships_for_a_gpu_holds_no_binary_and_is_found_by_its_backend_alone(shipped):
    assert (
        not list(shipped.glob("*.cubin")) and (shipped / "moe.cu").is_file() and (shipped / "variants.json").is_file()
    )
    found = artifact.for_spec(SPEC, "cuda")
    assert (found.folder, found.library, found.tuned, found.machine["gpu"]) == (shipped, None, {16}, "first")
    assert artifact.for_spec(SPEC, "cpu") is None
    assert artifact.for_spec(dataclasses.replace(SPEC, dtype="f16"), "cuda") is None


def test_the_homes_own_comes_before_what_ships_for_a_gpu(shipped):
    published(64, "of another GPU", Target("cuda", "a100_sm_80"))
    assert artifact.for_spec(SPEC, "cuda").folder == shipped
    made = published(64, "second")
    assert artifact.for_spec(SPEC, "cuda").sha256 == made.sha256


def test_what_ships_for_a_gpu_is_compiled_once_from_its_configs(shipped, monkeypatch):
    loaded = []

    def kernel(folder, library, spec, target, layout):
        loaded.append((folder / library).read_bytes())
        return loaded

    monkeypatch.setattr(ROOM.kernel, "Kernel", kernel)
    monkeypatch.setattr(ROOM.target, "device", lambda: 0)
    monkeypatch.setattr(kernels, "_open", {})
    found = artifact.for_spec(SPEC, "cuda")
    ready, _ = kernels.ready(found)
    assert ready.origin == found.sha256 and ready.configs == found.configs and ready.evidence == found.evidence
    assert ready.folder.parent == paths.defaults() and loaded[0][:4] == b"\x7fELF"
    monkeypatch.setattr(compile, "build", lambda *arguments: pytest.fail("compiled a second time"))
    assert kernels.ready(artifact.for_spec(SPEC, "cuda"))[0].sha256 == ready.sha256


def test_kernels_that_ship_are_launched_as_those_of_today():
    found = artifact.all_artifacts(shipped=True)
    gpus = [each for each in found if each.target.backend == "cuda"]
    assert gpus
    for each in gpus:
        assert json.loads((each.folder / "variants.json").read_text())["call"] == call.format_of(each.spec.dtype)
    assert call.format_of("fp8") != call.format_of("bf16") == call.format_of("f32")


def test_a_choice_that_configs_no_longer_have_is_read_and_left_out():
    config = ROOM.space.default(SPEC, H100, LAYOUT, 4096, {})
    says = {**dataclasses.asdict(config), "paced": True}
    assert artifact._convert(says, ROOM.space.Config) == config
    with pytest.raises(ValueError, match="Config has no hurried"):
        artifact._convert({**says, "hurried": True}, ROOM.space.Config)


def test_what_ships_for_another_gpu_says_why_it_is_not_loaded(shipped, monkeypatch):
    found = artifact.for_spec(SPEC, "cuda")
    monkeypatch.setattr(ROOM.target, "why_not", lambda target: "no NVIDIA GPU can be used on this machine")
    assert artifact.for_spec(SPEC, "cuda") is None
    with pytest.raises(ArtifactError, match="does not run here: no NVIDIA GPU .* --dtype bf16 "):
        kernels.ready(found)
