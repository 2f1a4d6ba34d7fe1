"""What can go wrong, as types. A message says what came, what was wanted, and the command or change that mends it."""


class MoegenError(Exception):
    """Base of every error that moegen raises on purpose. `exit_code` is what the command line ends with."""

    exit_code = 1


class SpecError(MoegenError, ValueError):
    """A layer, option or name that makes no sense: sizes, activation, dtype, a shape that does not parse."""

    exit_code = 2


class ShapeError(MoegenError, ValueError):
    """An array whose shape, rank, dtype, contiguity or overlap is not what the layer takes."""

    exit_code = 2


class TargetError(MoegenError):
    """A target that this machine cannot run or does not know."""


class BuildError(MoegenError):
    """The compiler is missing or refused the source; the message carries the compiler's own words."""


class AccuracyError(MoegenError):
    """A kernel whose result differs from the oracle by more than the tolerance."""


class ArtifactError(MoegenError):
    """An artifact that is missing, damaged, foreign, or that another user could have written."""


class LibraryError(ArtifactError):
    """A library that this machine does not load, though its files are whole: its own source makes one that it does."""


class StorageError(MoegenError):
    """A home that cannot be written: read-only, full, or not a folder."""


class CheckpointError(MoegenError):
    """A model's folder that cannot be read: an unknown family, a missing shard or tensor, a wrong shape, damage."""
