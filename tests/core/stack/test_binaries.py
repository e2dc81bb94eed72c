import os
import stat
import subprocess

import pytest

from kithline_core.stack import binaries
from kithline_core.stack.account import Account, StackError

OTHER = Account("somebody", 65534, 65534)


@pytest.fixture
def shared(tmp_path, monkeypatch):
    folder = tmp_path / "shared"
    monkeypatch.setattr(binaries, "SHARED", folder)
    return folder


def test_the_caller_uses_the_programs_where_they_are_installed():
    assert (binaries.postgres(Account.me()) / "postgres").exists()
    assert binaries.valkey(Account.me()).exists()


def test_another_user_gets_a_copy_everybody_may_run_even_under_a_strict_umask(shared):
    before = os.umask(0o077)
    try:
        programs = binaries.postgres(OTHER)
    finally:
        os.umask(before)

    assert programs.is_relative_to(shared)
    for part in (programs, programs / "postgres", programs / "initdb"):
        assert stat.S_IMODE(part.stat().st_mode) == 0o755
    assert stat.S_IMODE((programs.parent / "share" / "postgres.bki").stat().st_mode) == 0o644
    done = subprocess.run([programs / "initdb", "--version"], capture_output=True, text=True, check=True)
    assert "PostgreSQL" in done.stdout
    assert binaries.postgres(OTHER) == programs


def test_a_copy_made_meanwhile_by_another_process_is_used(tmp_path):
    for name in ("draft", "target"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    (tmp_path / "draft" / "link").symlink_to("file")

    binaries._publish(tmp_path / "draft", tmp_path / "target")

    assert not (tmp_path / "draft").exists()


def test_a_missing_wheel_is_named():
    with pytest.raises(StackError, match="no_such_wheel is not installed"):
        binaries._package("no_such_wheel")
