"""Names in addresses that are words of ours or of plugins: no NUL, which Postgres holds no text with, and no book."""

from typing import Annotated, Final

from litestar.params import PathParameter

_PLAIN: Final = r"^[^\x00]+$"

ScorerKey = Annotated[str, PathParameter(min_length=1, max_length=200, pattern=_PLAIN, description="A scorer's key")]
PluginName = Annotated[str, PathParameter(min_length=1, max_length=200, pattern=_PLAIN, description="A plugin's name")]
TableName = Annotated[
    str,
    PathParameter(min_length=1, max_length=200, pattern=_PLAIN, description="A table that a finding's lineage names"),
]
