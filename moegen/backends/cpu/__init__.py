"""CPUs: C with SIMD intrinsics, built by the system's C compiler and bound through cffi."""

from moegen.backends._rooms import lazy_rooms

__getattr__ = lazy_rooms(__name__)
