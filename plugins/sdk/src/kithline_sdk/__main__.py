"""`python -m kithline_sdk`: the kit of plugin authors."""

import sys

from kithline_sdk.kit.main import main

if __name__ == "__main__":
    sys.exit(main())
