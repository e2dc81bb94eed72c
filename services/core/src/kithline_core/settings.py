"""Every setting, in one frozen struct. `from_env` is the only reader of the environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, Self

import msgspec

from kithline_core.errors import Invalid
from kithline_core.stack.folders import locate
from kithline_sdk.manifest import Tier

PREFIX = "KITHLINE_"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of every process; a name in upper case behind `KITHLINE_`. `<NAME>_FILE` reads the value from a file."""

    database_url: str = ""
    dispatcher_database_url: str = ""
    owner_database_url: str = ""
    broker_url: str = ""
    secret: str = ""
    host: str = "127.0.0.1"
    port: int = 8787
    pool_max: int = 8
    acquire_seconds: float = 2.0
    statement_seconds: float = 60.0
    lease_seconds: float = 30.0
    heartbeat_seconds: float = 10.0
    heartbeat_file: str = ""
    reaper_seconds: float = 1.0
    renudge_seconds: float = 15.0
    max_attempts: int = 5
    snapshot_budget: int = 300
    newcomer_days: int = 28
    answer_seconds: float = 5.0
    replay_sample: int = 20
    replays_days: int = 90
    counters_days: int = 400
    counters_floor: Annotated[int, msgspec.Meta(ge=5)] = 5
    metrics: Literal["operator", "open", "off"] = "operator"
    tasks_per_tenant: int = 4
    worker_children: int = 2
    max_body_bytes: int = 10_000_000
    max_lines: int = 10_000
    log_format: str = "json"
    plugins_dir: str = ""
    plugins_require_attestation: str = ""
    plugins_trust_root: str = ""
    minimum_tier: Tier = "none"
    sandbox_tier: Literal["", "full", "process", "syscall", "none"] = ""
    sandbox_none: Literal["refuse", "first-party"] = "refuse"
    sandbox_vm: bool = False

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the settings. Raises Invalid naming the variable that cannot be read."""
        given = {"plugins_dir": _plugins(env)}
        for field in cls.__struct_fields__:
            name = PREFIX + field.upper()
            if f"{name}_FILE" in env:
                given[field] = Path(env[f"{name}_FILE"]).read_text().strip()
            elif name in env:
                given[field] = env[name]
        try:
            return msgspec.convert(given, cls, strict=False)
        except msgspec.ValidationError as error:
            raise Invalid(f"settings: {error}; see the page on settings") from None


# Those of this process, once whoever starts it said so. They are read where plugins are looked for and where they are
# shut in, and nowhere else.
_adopted: Final[list[Settings]] = []


def adopt(settings: Settings) -> None:
    """Say what the settings of this process are."""
    _adopted[:] = [settings]


def adopted() -> Settings:
    """Return the settings of this process; the defaults, without any folder, where nobody said what they are."""
    return _adopted[0] if _adopted else Settings()


def _plugins(env: Mapping[str, str]) -> str:
    """Return where plugins are stored where nobody says: in the data folder; nowhere for a user without a home."""
    try:
        return str(locate(env) / "plugins")
    except RuntimeError:
        return ""
