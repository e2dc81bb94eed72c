"""What an ASGI server loads: `kithline_api.asgi:app`."""

import os

from kithline_api.app import create_app
from kithline_core import observe
from kithline_core.settings import Settings

settings = Settings.from_env(os.environ)
observe.configure(settings.log_format)
app = create_app(settings)
