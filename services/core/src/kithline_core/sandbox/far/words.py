"""What the host and a plugin's process say to each other."""

import struct
from typing import Final

READY: Final = b"ready"
RUN: Final = b"run"
READ: Final = b"read"
END: Final = b"end"
SPARE: Final = b"spare"
NUMBER: Final = struct.Struct("<q")  # how a child ended
# A run has a request, a result and an output; reading an export has the export as well.
DESCRIPTORS: Final = {RUN: 3, READ: 4}
LINES: Final = 2  # a spare's own, and its keeper's
