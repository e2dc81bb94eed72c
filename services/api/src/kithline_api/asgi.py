"""What an ASGI server loads: `kithline_api.asgi:app`."""

import gc
import os

from kithline_api.app import create_app
from kithline_core import observe
from kithline_core.settings import Settings, adopt

settings = Settings.from_env(os.environ)
adopt(settings)
observe.configure(settings.log_format)
app = create_app(settings)

# A batch makes tens of thousands of small tuples in no cycle at all; looking for cycles every 700 took a quarter of the
# time of its reading. What is here now stays: it is not looked at again.
gc.collect()
gc.freeze()
gc.set_threshold(100_000, 20, 100)
