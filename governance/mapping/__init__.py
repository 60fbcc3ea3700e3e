"""One seam for work over many files: a pool of processes, or Dask where a scheduler is named; what is done stays done.

Every batch of input gives one part, a Parquet file named after the input's bytes, the function's version and nothing
else. A part is written whole or not at all, so a run that was killed goes on where it stood, and a run over inputs of
which one changed redoes that one. The parts are the same whatever does the work.
"""

from governance.mapping.pieces import Batch, Slice, part_name, read_blocks
from governance.mapping.run import Part, Progress, map_files, processors

__all__ = ["Batch", "Part", "Progress", "Slice", "map_files", "part_name", "processors", "read_blocks"]
