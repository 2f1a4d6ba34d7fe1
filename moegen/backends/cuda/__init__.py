"""NVIDIA GPUs: CUDA C++ built by NVRTC, arrays through CuPy (or the caller's PyTorch), launches through the driver."""

from moegen.backends._rooms import lazy_rooms

__getattr__ = lazy_rooms(__name__)
