"""The embedded broker: Valkey on a Unix socket in a private folder, its queue kept in an append-only file."""

from pathlib import Path

import msgspec

from kithline_core.stack.account import Account
from kithline_core.stack.folders import write
from kithline_core.stack.probe import pings

SETTINGS = """\
port 0
unixsocket "{socket}"
unixsocketperm 700
dir "{data}"
appendonly yes
appendfsync everysec
save ""
daemonize no
databases 2
# A full broker must refuse, not forget: the queue holds no truth, but a nudge lost late is a run late.
maxmemory-policy noeviction
"""


class Valkey(msgspec.Struct, frozen=True, kw_only=True):
    """A broker on disk: where it lies and whose it is."""

    folder: Path
    sockets: Path
    program: Path
    account: Account

    @property
    def socket(self) -> Path:
        """The one door."""
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """The broker's URL in the form Celery's transport understands."""
        return f"redis+socket://{self.socket}"

    def command(self) -> tuple[str, ...]:
        """Return the server's command line; it runs in the foreground and stops on SIGTERM."""
        return (str(self.program), str(self.folder / "valkey.conf"))

    def ready(self) -> bool:
        """Return whether the server answers PING."""
        return pings(self.url, 1.0)


def prepare(broker: Valkey) -> None:
    """Write the broker's configuration."""
    settings = SETTINGS.format(socket=broker.socket, data=broker.folder)
    write(broker.folder / "valkey.conf", settings, broker.account)
