"""What the CPU backend finds out about a machine."""

from __future__ import annotations

import pytest

from moegen.backends import Target
from moegen.backends.cpu import target
from moegen.errors import SpecError
from moegen.spec import MoeSpec


def control_group(tmp_path, line, files):
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text(line)
    for name, text in files.items():
        path = tmp_path / "sys" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(tmp_path / "proc"), str(tmp_path / "sys")


@pytest.mark.parametrize(
    "line, files, cores",
    [
        ("0::/a/b\n", {"a/b/cpu.max": "max 100000\n", "a/cpu.max": "150000 100000\n"}, 1.5),
        ("0::/a/b\n", {"a/b/cpu.max": "50000 100000\n", "a/cpu.max": "150000 100000\n"}, 0.5),
        ("0::/\n", {"cpu.max": "200000 100000\n"}, 2.0),
        (
            "3:cpu,cpuacct:/a\n",
            {"cpu,cpuacct/a/cpu.cfs_quota_us": "100000\n", "cpu,cpuacct/a/cpu.cfs_period_us": "100000\n"},
            1.0,
        ),
        ("3:cpu:/a\n", {"cpu/a/cpu.cfs_quota_us": "-1\n", "cpu/a/cpu.cfs_period_us": "100000\n"}, None),
        ("0::/a\n", {}, None),
    ],
)
def test_control_group_quota(tmp_path, line, files, cores):
    assert target._cgroup_cores(*control_group(tmp_path, line, files)) == cores


def test_threads_follow_the_environment(monkeypatch):
    monkeypatch.delenv("MOEGEN_NUM_THREADS", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "1,4")
    assert target.default_threads() == 1
    monkeypatch.setenv("MOEGEN_NUM_THREADS", "3")
    assert target.default_threads() == 3
    for wrong in ("none", "0", "\u00b2"):
        monkeypatch.setenv("MOEGEN_NUM_THREADS", wrong)
        with pytest.raises(SpecError, match="MOEGEN_NUM_THREADS must be an integer from 1 to"):
            target.default_threads()
    monkeypatch.setenv("MOEGEN_NUM_THREADS", "")
    assert target.default_threads() == 1


def test_targets_are_found_named_and_refused():
    best = target.available()[0]
    assert target.why_not(best) is None and target.detect(MoeSpec(8, 8, 2)) in target.available()
    assert target.parse("scalar") == Target("cpu", "scalar") and target.parse("h100_sm_90a") is None
    assert "not a CPU target" in target.why_not(Target("cpu", "z80"))


@pytest.mark.parametrize("name", [each.name for each in target.available()])
def test_roofs_multiply_normal_numbers_however_long(name):
    """With subnormal ones an Intel processor told 8 of its 240 GFLOP/s."""
    loops = target._roof_loops(Target("cpu", name), 1)
    for kind in range(loops.kinds):
        loops._seconds(loops.lib.moegen_roof_multiply_add, 8, kind=kind, rounds=200_000)
        assert all(abs(loops.sink[16 * part]) > 1e-30 for part in range(8))


def test_roof_is_above_what_plain_python_reaches():
    roof = target.measure_roof(Target("cpu", "scalar"), MoeSpec(8, 8, 2), 1, read_bytes=32 << 20)
    assert 1e8 < roof.flops < 1e13 and 1e8 < roof.bytes < 1e13
