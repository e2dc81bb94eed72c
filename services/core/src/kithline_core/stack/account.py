"""The operating system's user the servers run as: the caller, or a system user of their own when the caller is root."""

import os
import pwd
import shutil
import subprocess
import time
from typing import Self, TypedDict

import msgspec

from kithline_core.errors import DomainError

SYSTEM_USER = "kithline-servers"


class StackError(DomainError):
    """The servers cannot be started as things are; the text says what to do."""

    code = "stack"


class Identity(TypedDict, total=False):
    """What `subprocess.Popen` needs to run a child as the account."""

    user: int
    group: int
    extra_groups: list[int]


class Account(msgspec.Struct, frozen=True):
    """A user of the operating system."""

    name: str
    uid: int
    gid: int

    @classmethod
    def me(cls) -> Self:
        """Return the caller. Raises StackError when the user id has no name, which Postgres needs."""
        try:
            return cls(pwd.getpwuid(os.geteuid()).pw_name, os.geteuid(), os.getegid())
        except KeyError:
            raise StackError(f"user id {os.geteuid()} has no name in /etc/passwd, and Postgres needs one") from None

    @classmethod
    def for_servers(cls) -> Self:
        """Return who runs the servers; as root a system user, made when missing, since Postgres refuses root."""
        if os.geteuid() != 0:
            return cls.me()
        found = _look_up() or _make()
        return cls(found.pw_name, found.pw_uid, found.pw_gid)

    @property
    def is_me(self) -> bool:
        """Whether this is the calling process's own user."""
        return self.uid == os.geteuid()

    def identity(self) -> Identity:
        """Return the options that make `subprocess.Popen` run a child as this account."""
        return {} if self.is_me else {"user": self.uid, "group": self.gid, "extra_groups": []}


def _look_up() -> pwd.struct_passwd | None:
    try:
        found = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return None
    if found.pw_uid == 0:
        raise StackError(f"the user {SYSTEM_USER} is root; the servers need a user without rights")
    return found


def _make() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    advice = f"Postgres refuses to run as root; make a user for it: useradd --system --user-group {SYSTEM_USER}"
    if useradd is None:
        raise StackError(advice)
    command = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    command += ["--shell", "/usr/sbin/nologin", SYSTEM_USER]
    for _ in range(20):  # another process may be making it, or hold the lock on /etc/passwd
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a fixed command
        found = _look_up()
        if found is not None:
            return found
        time.sleep(0.1)
    raise StackError(f"{advice} ({done.stderr.strip()})")
