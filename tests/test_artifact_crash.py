"""Publishing under fire: killed at any moment, several at once, on file systems that cannot exchange two folders."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pathlib
import random
import signal
import subprocess
import sys
import threading
import time

import pytest
from artifacts_by_hand import SPEC, mark_of, publish

from moegen import artifact, paths, storage
from moegen.errors import StorageError

HERE = pathlib.Path(__file__).parent
ROUTES = ("exchange", "rename", "copy")

# Publishes version after version until it is killed, and says so at the first.
PUBLISHER = """
import sys
sys.path[:0] = [{here!r}, {root!r}]
from test_artifact_crash import take_route
from artifacts_by_hand import publish
take_route({route!r})
for number in range(10 ** 6):
    publish(mark=str({mark} + number % 2), library_bytes=200_000)
    if number == 0:
        print("published", flush=True)
"""


def take_route(route, patch=setattr):
    """Let folders be replaced as on a file system without RENAME_EXCHANGE, or one that cannot rename folders either."""
    rename = os.rename

    def no_folders(old, new):
        if storage.pathlib.Path(new).name.endswith(".replaced") and ".tmp-" not in str(old):
            raise OSError(storage.errno.EXDEV, "Invalid cross-device link")
        rename(old, new)

    if route != "exchange":
        patch(storage, "_exchange", lambda one, other: False)
    if route == "copy":
        patch(storage.os, "rename", no_folders)


@contextlib.contextmanager
def publisher(route, mark=1):
    """A process that publishes until the block ends, and is killed then, whatever ends it."""
    code = PUBLISHER.format(here=str(HERE), root=str(HERE.parent), route=route, mark=mark)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "published\n"
            yield
        finally:
            process.kill()


@pytest.mark.parametrize("route", ROUTES)
def test_killed_while_publishing_leaves_one_whole_version(route):
    chance = random.Random(1)
    for _ in range(8):
        reads = 0
        with publisher(route):
            until = time.monotonic() + chance.uniform(0.02, 0.2)
            while time.monotonic() < until:
                assert mark_of_present() in "12"
                reads += 1
        assert reads and mark_of_present() in "12"
        assert storage.folders(paths.artifacts()) == [f"{SPEC.key}__scalar"]
    publish(mark="3")
    assert mark_of_present() == "3"
    assert sorted(os.listdir(paths.artifacts())) == [f".{SPEC.key}__scalar.lock", f"{SPEC.key}__scalar"]


def mark_of_present() -> str:
    """The mark of the artifact that is there now; read again where another took its place in between."""
    while True:
        try:
            return mark_of(artifact.for_spec(SPEC))
        except storage.MissingError:
            continue


@pytest.mark.parametrize("damaged_looks, raises", [(2, False), (3, True)])
def test_what_looks_damaged_is_looked_at_again(tmp_path, damaged_looks, raises):
    """A folder that was seen to shrink may have been replaced by one of the same number."""
    storage.replace_folder(tmp_path / "folder", {"file": b"1"})
    looks = []

    def parse(files):
        looks.append(files)
        if len(looks) <= damaged_looks:
            raise storage.DamagedError("lacks a file")
        return files

    if raises:
        with pytest.raises(storage.DamagedError):
            storage.read_folder(tmp_path / "folder", parse)
    else:
        assert storage.read_folder(tmp_path / "folder", parse) == {"file": b"1"}
    assert len(looks) == 3


@pytest.mark.parametrize("route", ROUTES)
def test_stopped_before_each_step_leaves_one_whole_version(route, monkeypatch):
    class Killed(BaseException):
        pass

    for stop_at in range(100):
        publish()
        steps = iter(range(1000))

        def before(function):
            def step(*arguments, **options):
                if next(steps) >= stop_at:  # this step and all after it, clean-up included, do not happen
                    raise Killed
                return function(*arguments, **options)

            return step

        with monkeypatch.context() as patch:
            take_route(route, patch.setattr)
            for name in ("rename", "unlink", "mkdir", "open"):
                patch.setattr(storage.os, name, before(getattr(os, name)))
            for name in ("_exchange", "_remove", "_sync", "_write"):
                patch.setattr(storage, name, before(getattr(storage, name)))
            try:
                publish(mark="2")
                finished = True
            except Killed:
                finished = False
        assert mark_of_present() in ("2" if finished else "12")
        assert storage.folders(paths.artifacts()) == [f"{SPEC.key}__scalar"]
        publish(mark="3")
        assert mark_of_present() == "3"
        assert sorted(os.listdir(paths.artifacts())) == [f".{SPEC.key}__scalar.lock", f"{SPEC.key}__scalar"]
        if finished:
            break
    assert finished and stop_at > 10


def test_two_publishers_and_readers_at_once():
    seen = set()
    with publisher("exchange", 1), publisher("exchange", 3):
        until = time.monotonic() + 2
        while time.monotonic() < until:
            seen.add(mark_of_present())
            assert [found.spec for found in artifact.all_artifacts()] == [SPEC]
    assert seen <= set("1234") and len(seen) > 1
    assert mark_of_present() in "1234"


def test_threads_that_merge_under_the_lock_lose_nothing():
    target = artifact.Target("cpu", "scalar")

    def merge(bucket):
        with artifact.lock(SPEC, target):
            present = artifact.existing(SPEC, target)
            publish(buckets=(*(present.tokens if present else ()), bucket))

    threads = [threading.Thread(target=merge, args=(1 << bucket,)) for bucket in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert artifact.for_spec(SPEC).tokens == [1 << bucket for bucket in range(8)]


def hold_lock(ready):
    with artifact.lock(SPEC, artifact.Target("cpu", "scalar")):
        ready.set()
        signal.pause()


def test_a_lock_is_waited_for_and_ends_with_its_holder(monkeypatch):
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    holder = context.Process(target=hold_lock, args=(ready,))
    holder.start()
    assert ready.wait(30)
    monkeypatch.setattr(storage, "LOCK_TIMEOUT_S", 0.2)
    with pytest.raises(StorageError, match="another process"):
        publish()
    holder.kill()
    holder.join()
    publish()
    assert mark_of_present() == "1"
