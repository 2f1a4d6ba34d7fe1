"""NVIDIA GPUs: CUDA C++ compiled by NVRTC and launched through CuPy."""
from moegen.backends._rooms import lazy_rooms

__getattr__ = lazy_rooms(__name__)
