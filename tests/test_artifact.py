"""Artifacts: what is published is what is loaded, or a clear refusal."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import shutil

import numpy as np
import pytest
from artifacts_by_hand import SPEC, mark_of, publish

import moegen
from moegen import artifact, manifest, paths, storage
from moegen.errors import ArtifactError, StorageError
from moegen.spec import MoeSpec
from moegen.storage import DamagedError, MissingError

MEND = "moegen tune --shape 1x8x64 --intermediate 128 --experts 4 --top-k 2 --activation relu --dtype f32"


def test_loads_what_was_published():
    made = publish(buckets=(8, 64), tuned=[64])
    found = artifact.load(made.folder)
    for field in dataclasses.fields(artifact.Artifact):
        assert getattr(found, field.name) == getattr(made, field.name), field.name
    assert found.folder == paths.artifacts() / f"{SPEC.key}__scalar"
    assert (found.spec, found.tokens, found.tuned) == (SPEC, [8, 64], {64})
    assert found.files() == {"moe.c": b"// 1\n" * 3, "moe.h": b"// 1\n", "libmoe.so": b"1" * 64}


def test_evidence_may_hold_numpy_numbers_and_no_numbers():
    made = publish()
    evidence = {"a": np.float32(0.5), "b": np.arange(2), "c": math.inf, "d": {3: (1, np.int64(2))}}
    sealed = manifest.seal({"format": 1, "evidence": evidence})
    assert json.loads(sealed)["evidence"] == {"a": 0.5, "b": [0, 1], "c": None, "d": {"3": [1, 2]}}
    assert artifact.load(made.folder).evidence[8]["time_s"] == 0.5


def test_every_changed_byte_of_every_file_is_refused():
    folder = publish(library_bytes=40).folder
    changes = 0
    for file in sorted(folder.iterdir()):
        good = file.read_bytes()
        for at in range(len(good)):
            change = (1, 0x20, 0x80)[at % 3]
            file.write_bytes(good[:at] + bytes([good[at] ^ change]) + good[at + 1 :])
            with pytest.raises(DamagedError):
                artifact.load(folder)
            changes += 1
        for bad in (b"", good[:-1], good + b"\n", good[: len(good) // 2]):
            file.write_bytes(bad)
            with pytest.raises(DamagedError):
                artifact.load(folder)
        file.write_bytes(good)
        artifact.load(folder)
    assert changes > 1000


def forge(folder, **changes):
    """Rewrite artifact.json with other content and a digest that fits."""
    says = json.loads((folder / manifest.NAME).read_bytes())
    for name, value in changes.items():
        says[name] = value(says[name]) if callable(value) else value
    (folder / manifest.NAME).write_bytes(manifest.seal(says))


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"format": 2}, "reads format 1"),
        ({"key": "moe_x"}, "its spec is"),
        ({"spec": lambda spec: {**spec, "hidden_size": 0}}, "does not understand"),
        ({"spec": lambda spec: {**spec, "flavour": 1}}, "does not understand"),
        ({"spec": lambda spec: {**spec, "hidden_size": 65}}, "its spec is"),
        ({"target": {"backend": "abacus", "name": "x"}}, "does not understand"),
        ({"layout": lambda layout: {**layout, "swizzle": 3}}, "Layout has no swizzle"),
        ({"configs": lambda configs: {"x": configs["8"]}}, "does not understand"),
        ({"configs": lambda configs: {"8": {**configs["8"], "mr": "2"}}}, "does not understand"),
        ({"configs": {}}, "buckets"),
        ({"configs": []}, "does not understand"),
        ({"tuned": [9]}, "buckets"),
        ({"evidence": {"9": {}}}, "buckets"),
        ({"library": None}, "no library"),
        ({"library": "../libmoe.so"}, "digest of its library"),
        ({"files": []}, "other fields"),
        ({"files": lambda files: {**files, "../x": files["moe.c"]}}, "lacks ../x"),
        ({"colour": 1}, "colour"),
    ],
)
def test_manifest_with_a_fitting_digest_and_wrong_content_is_refused(changes, words):
    folder = publish().folder
    forge(folder, **changes)
    with pytest.raises(DamagedError, match=words):
        artifact.load(folder)


def test_strange_things_in_the_folder_are_refused(tmp_path):
    folder = publish().folder
    with pytest.raises(DamagedError, match="not part of it"):
        (folder / "extra.so").write_bytes(b"")
        artifact.load(folder)
    (folder / "extra.so").unlink()
    with pytest.raises(DamagedError, match="not a plain file"):
        os.mkfifo(folder / "pipe")
        artifact.load(folder)
    (folder / "pipe").unlink()
    with pytest.raises(DamagedError, match="not a plain file"):
        (folder / "sub").mkdir()
        artifact.load(folder)
    (folder / "sub").rmdir()
    with pytest.raises(DamagedError, match="symbolic link"):
        (folder / "libmoe.so").rename(tmp_path / "libmoe.so")
        (folder / "libmoe.so").symlink_to(tmp_path / "libmoe.so")
        artifact.load(folder)
    (folder / "libmoe.so").unlink()
    with pytest.raises(DamagedError, match="lacks libmoe.so"):
        artifact.load(folder)


def test_a_link_in_the_home_is_refused(tmp_path):
    folder = publish().folder
    folder.rename(tmp_path / folder.name)
    folder.symlink_to(tmp_path / folder.name)
    with pytest.raises(DamagedError, match="symbolic link"):
        artifact.for_spec(SPEC)


def test_a_damaged_one_names_the_command_that_mends_it_and_publishing_does():
    spec = MoeSpec(64, 128, 4, bias=True)
    for asked, flags in ((SPEC, MEND), (spec, MEND.replace(" --dtype", " --bias --dtype"))):
        folder = publish(asked).folder
        (folder / "libmoe.so").write_bytes(b"2" * 64)
        for attempt, what in ((artifact.for_spec, asked), (artifact.find, asked.key), (artifact.load, folder)):
            with pytest.raises(DamagedError) as caught:
                attempt(what)
            assert f"{flags} --tokens 8 --target scalar`" in str(caught.value) and str(folder) in str(caught.value)
        assert artifact.existing(asked, artifact.Target("cpu", "scalar")) is None
        with pytest.warns(UserWarning, match="moegen tune"):
            assert asked not in [found.spec for found in artifact.all_artifacts()]
        publish(asked)
        assert artifact.for_spec(asked) is not None


def test_a_pipe_in_place_of_a_file_is_not_waited_for():
    folder = publish().folder
    (folder / "artifact.json").unlink()
    os.mkfifo(folder / "artifact.json")
    with pytest.raises(DamagedError, match="not a plain file.*moegen tune"):
        artifact.find(SPEC.key)


@pytest.mark.parametrize("place", ["home", "artifacts", "folder", "artifact.json", "libmoe.so", "moe.h"])
@pytest.mark.parametrize("mode", [0o020, 0o002])
def test_what_others_can_write_is_refused(place, mode):
    folder = publish().folder
    path = {"home": paths.home(), "artifacts": paths.artifacts(), "folder": folder}.get(place, folder / place)
    os.chmod(path, path.stat().st_mode | mode)
    for attempt in (
        lambda: artifact.for_spec(SPEC),
        lambda: artifact.find(SPEC.key),
        lambda: artifact.load(folder),
        lambda: artifact.find(folder),
        lambda: artifact.existing(SPEC, artifact.Target("cpu", "scalar")),
    ):
        with pytest.raises(ArtifactError, match="can be written by other users.*chmod"):
            attempt()
    if place in ("home", "artifacts"):
        with pytest.raises(ArtifactError, match="other users"):
            artifact.all_artifacts()


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to give files away")
@pytest.mark.parametrize("place", ["home", "folder", "libmoe.so"])
def test_what_others_own_is_refused(place):
    folder = publish().folder
    path = {"home": paths.home(), "folder": folder}.get(place, folder / place)
    os.chown(path, 12345, -1)
    with pytest.raises(ArtifactError, match="belongs to user 12345"):
        artifact.for_spec(SPEC)


def test_a_loose_umask_makes_nothing_that_is_refused():
    before = os.umask(0)
    try:
        publish()
        publish(mark="2")
    finally:
        os.umask(before)
    assert mark_of(artifact.for_spec(SPEC)) == "2"


def test_find_takes_what_is_unique_and_lists_what_is_not():
    other = MoeSpec(64, 128, 4, activation="gelu")
    publish()
    with pytest.raises(ArtifactError, match=f"begins with 'moe_bf16_h3_'.*{SPEC.key}__scalar"):
        artifact.find("moe_bf16_h3_")
    assert artifact.find("moe_").spec == SPEC
    publish(other)
    with pytest.raises(ArtifactError, match=f"begins 2 keys: .*{SPEC.key}"):
        artifact.find("moe_")
    assert artifact.find(SPEC.key).spec == artifact.find(SPEC.key[:-7]).spec == SPEC
    assert artifact.find(f"{other.key}__scalar").spec == artifact.find(f"{other.key}__s").spec == other
    for bad in ("", "\0", b"moe_", ".", ".."):
        with pytest.raises(ArtifactError):
            artifact.find(bad)


def test_find_looks_in_a_folder_only_if_it_is_a_path(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "tuned", lambda: tmp_path / "nothing ships")
    made = publish(out=tmp_path / "mine")
    assert made.folder == tmp_path / "mine" / f"{SPEC.key}__scalar"
    monkeypatch.chdir(made.folder.parent)
    with pytest.raises(ArtifactError, match=r"there are none in .*write \./NAME"):
        artifact.find(made.folder.name)
    for reference in (
        f"./{made.folder.name}",
        made.folder,
        str(made.folder),
        made.folder.parent,
        str(made.folder.parent),
    ):
        assert artifact.find(reference).sha256 == made.sha256
    with pytest.raises(ArtifactError, match="no folder"):
        artifact.find("./nothing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ArtifactError, match="holds no artifact.json"):
        artifact.find(tmp_path / "empty")
    publish(MoeSpec(64, 128, 5), out=tmp_path / "mine")
    with pytest.raises(ArtifactError, match="holds 2 artifacts"):
        artifact.find(tmp_path / "mine")


def test_of_several_targets_the_one_this_machine_runs_best_is_meant(monkeypatch):
    room = artifact.backends.get("cpu").target
    for name in ("avx512", "avx2", "scalar"):
        publish(target=name)
    runs = {"avx2", "scalar"}
    monkeypatch.setattr(room, "why_not", lambda target: None if target.name in runs else "it cannot")
    monkeypatch.setattr(room, "machine", room.machine.__wrapped__)  # what is told of this other machine is not kept
    assert artifact.for_spec(SPEC).target.name == "avx2"
    assert artifact.find(SPEC.key).target.name == "avx2"
    assert artifact.find(f"{SPEC.key}__avx512").target.name == "avx512"
    runs.clear()
    assert artifact.for_spec(SPEC) is None


def test_a_folder_renamed_to_another_key_does_not_serve_it():
    folder = publish().folder
    wanted = MoeSpec(64, 128, 8)
    folder.rename(folder.with_name(f"{wanted.key}__scalar"))
    with pytest.raises(DamagedError, match="holds another artifact"):
        artifact.for_spec(wanted)
    assert artifact.existing(wanted, artifact.Target("cpu", "scalar")) is None


def test_the_home_comes_before_what_ships(tmp_path, monkeypatch):
    shipped = tmp_path / "tuned"
    monkeypatch.setattr(paths, "tuned", lambda: shipped)
    folder = artifact.ship(publish(out=tmp_path / "mine"), shipped)
    assert "libmoe.so" not in {path.name for path in folder.iterdir()}
    found = artifact.for_spec(SPEC)
    assert (found.library, found.folder) == (None, folder)
    assert artifact.find(SPEC.key).folder == artifact.find(folder).folder == folder
    assert artifact.all_artifacts() == []
    assert [found.folder for found in artifact.all_artifacts(shipped=True)] == [folder]
    made = publish(mark="2")
    assert artifact.for_spec(SPEC).sha256 == artifact.find(SPEC.key).sha256 == made.sha256
    assert [found.folder for found in artifact.all_artifacts(shipped=True)] == [made.folder]


def test_a_tuned_one_takes_the_place_of_the_default():
    publish(out=paths.defaults(), tuned=[])
    assert artifact.all_artifacts() == [] and artifact.for_spec(SPEC) is None
    generation = artifact.generation()
    publish(mark="2")
    assert storage.folders(paths.defaults()) == [] and artifact.generation() > generation
    assert [mark_of(found) for found in artifact.all_artifacts()] == ["2"]


def test_files_of_a_version_that_is_gone_are_not_another_versions():
    old = publish()
    publish(mark="2")
    with pytest.raises(MissingError, match="replaced"):
        old.files()
    shutil.rmtree(old.folder)
    with pytest.raises(MissingError, match="no artifact"):
        old.files()


@pytest.mark.parametrize("spec", [SPEC, MoeSpec(48, 80, 3, 1, "swiglu", True)])
def test_the_command_that_tunes_is_one_the_command_line_takes(spec):
    from moegen.cli import cli

    words = artifact.tune_command(spec, [64, 8], "scalar").split()
    given = cli.commands[words[1]].make_context("tune", words[2:]).params
    assert given["shape"] == (1, 64, spec.hidden_size) and given["tokens"] == (8, 64) and given["target"] == "scalar"
    assert spec == MoeSpec(
        given["shape"][2],
        given["intermediate"],
        given["experts"],
        given["top_k"],
        given["activation"],
        given["bias"],
        given["dtype"],
    )


def test_layers_beyond_the_flags_are_tuned_from_python():
    spec = MoeSpec(64, 128, 4, scoring="sigmoid", score_bias=True)
    command = artifact.tune_command(spec, [8], "avx2")
    assert command == (
        "moegen.tune.tune(moegen.MoeSpec(hidden_size=64, intermediate_size=128, num_experts=4, "
        "scoring='sigmoid', score_bias=True), tokens=[8], target='avx2')"
    )
    assert eval(command.partition("moegen.tune.tune(")[2].partition(", tokens")[0], {"moegen": moegen}) == spec


@pytest.mark.parametrize("obstacle", ["file", "full", "read-only"])
def test_no_room_is_a_storage_error_and_loses_nothing(obstacle, monkeypatch, tmp_path):
    if obstacle == "file":
        paths.make_folder(paths.home())
        paths.artifacts().write_text("")
        with pytest.raises(StorageError, match="MOEGEN_HOME"):
            publish()
        return
    made = publish()
    error = OSError(28, "No space left on device") if obstacle == "full" else OSError(30, "Read-only file system")

    def fail(*arguments, **options):
        raise error

    monkeypatch.setattr(storage, "_sync" if obstacle == "full" else "_write", fail)
    with pytest.raises(StorageError, match=f"{error.strerror}.* set MOEGEN_HOME to a folder"):
        publish(mark="2")
    with pytest.raises(StorageError, match=f"{error.strerror}.* give --out a folder"):
        publish(mark="2", out=tmp_path / "out")
    assert mark_of(artifact.load(made.folder)) == "1"
    assert [name for name in os.listdir(paths.artifacts()) if "tmp" in name] == []


def test_publishing_replaces_whatever_stands_there(tmp_path):
    made = publish()
    shutil.rmtree(made.folder)
    made.folder.write_text("a file")
    publish()
    assert mark_of(artifact.load(made.folder)) == "1"
    shutil.rmtree(made.folder)
    made.folder.symlink_to(tmp_path)
    publish(mark="2")
    assert mark_of(artifact.load(made.folder)) == "2" and tmp_path.is_dir()


def test_what_comes_with_moegen_is_sound():
    """Every artifact in tuned/ is read and verified, holds no library, and says how it was measured."""
    root = paths.tuned()
    names = storage.folders(root)
    assert names
    for name in names:
        found = artifact.find(root / name)
        assert (found.library, found.name) == (None, name) and found.tuned
        assert all(found.evidence[bucket]["time_s"] > 0 for bucket in found.tuned)
