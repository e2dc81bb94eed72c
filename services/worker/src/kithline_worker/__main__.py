"""`python -m kithline_worker`."""

import os

from kithline_worker.main import main

if __name__ == "__main__":
    main(os.environ)
