"""The kit of plugin authors: `python -m kithline_sdk new NAME` and `python -m kithline_sdk check WHEEL|FOLDER`."""

from pathlib import Path

# In a wheel the modules travel in one archive beside this file; in the source they lie here.
__path__ = [*__path__, str(Path(__file__).with_name("kit.zip"))]
