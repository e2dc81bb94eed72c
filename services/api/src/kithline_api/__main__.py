"""Serves the API: `python -m kithline_api` with granian, `--uvicorn` for development."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from kithline_core.settings import Settings

TARGET: Final = "kithline_api.asgi:app"
Serve = Callable[[Settings], None]


def _granian(settings: Settings) -> None:
    from granian import Granian  # noqa: PLC0415 - only the chosen server is loaded
    from granian.constants import HTTPModes, Interfaces  # noqa: PLC0415 - as above

    Granian(
        TARGET,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,  # to find out which one costs a large body a sixth of its way in
        workers=1,
        log_access=False,
        respawn_failed_workers=True,
        workers_max_rss=1024,
        workers_kill_timeout=20,
    ).serve()


def _uvicorn(settings: Settings) -> None:
    import uvicorn  # noqa: PLC0415 - only the chosen server is loaded

    uvicorn.run(TARGET, host=settings.host, port=settings.port, log_config=None, access_log=False)


SERVERS: Final[Mapping[str, Serve]] = {"--granian": _granian, "--uvicorn": _uvicorn}


def main(arguments: Sequence[str], environment: Mapping[str, str], servers: Mapping[str, Serve] = SERVERS) -> int:
    """Serve until stopped; 2 for a wrong call."""
    chosen = list(arguments) or ["--granian"]
    if len(chosen) != 1 or chosen[0] not in servers:
        sys.stderr.write(f"usage: python -m kithline_api [{' | '.join(servers)}]\n")
        return 2
    servers[chosen[0]](Settings.from_env(environment))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
