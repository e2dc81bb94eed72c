"""The whole environment of sandboxed code: nothing of the host's, and what makes arithmetic alike on every machine."""

from typing import Final

# What numpy 2.4 dispatches above X86_V3. A name that this processor lacks costs an ImportWarning, which Python hides.
ABOVE_V3: Final = ("X86_V4", "AVX512_ICL", "AVX512_SPR")

PINNED: Final[dict[str, str]] = {
    "LC_ALL": "C.UTF-8",
    # A run takes its memory once: what one array leaves the next one fills, without asking the kernel for it anew.
    "MALLOC_MMAP_THRESHOLD_": "33554432",
    "MALLOC_TRIM_THRESHOLD_": "1099511627776",
    "NPY_DISABLE_CPU_FEATURES": " ".join(ABOVE_V3),
    # A run is a young process: whole huge pages for it have to be found and cleared first, for longer than they save.
    "NUMPY_MADVISE_HUGEPAGE": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_CORETYPE": "Haswell",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "RAYON_NUM_THREADS": "1",
    "TZ": "UTC",
}
