"""The kit of plugin authors: `python -m kithline_sdk new NAME` and `python -m kithline_sdk check WHEEL|FOLDER`."""

import sys
from pathlib import Path
from typing import Final

from kithline_sdk.packed import Packed

HERE: Final = Path(__file__).parent
_ARCHIVE: Final = HERE / "kit.json.bz2"
# In a wheel the modules travel in one archive beside this file; in the source they lie here.
PACKED: Final = Packed(__name__, _ARCHIVE) if _ARCHIVE.is_file() else None
if PACKED is not None:
    sys.meta_path.append(PACKED)
