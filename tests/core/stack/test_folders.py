import os
import stat
from pathlib import Path

import pytest

from kithline_core.stack import folders
from kithline_core.stack.account import Account, StackError

OTHER = Account("somebody", 12345, 12345)


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"KITHLINE_HOME": "/a", "XDG_DATA_HOME": "/b", "HOME": "/c"}, "/a"),
        ({"XDG_DATA_HOME": "/b", "HOME": "/c"}, "/b/kithline"),
        ({"HOME": "/c"}, "/c/.local/share/kithline"),
        ({}, str(Path.home() / ".local/share/kithline")),
    ],
)
def test_the_data_folder_is_named_by_the_first_that_is_set(env, expected):
    assert folders.locate(env) == Path(expected)


def test_everything_made_is_private(root, account):
    home = folders.create(root, account)

    assert stat.S_IMODE(home.servers.stat().st_mode) == 0o700
    assert home.servers.stat().st_uid == account.uid
    assert stat.S_IMODE(home.sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.logs.stat().st_mode) == 0o700
    assert stat.S_IMODE(root.stat().st_mode) & 0o066 == 0
    assert folders.create(root, account) == home


def test_as_root_what_servers_own_lies_outside_a_private_home(root, account, as_root):
    home = folders.create(root, account)

    assert home.servers == folders.SHARED / folders.digest(root)


def test_what_was_outside_stays_outside_when_the_home_opens(root, account, as_root):
    before = folders.create(root, account)
    root.parent.chmod(0o711)

    assert folders.create(root, account) == before


def test_as_root_what_servers_own_lies_inside_a_home_they_can_reach(reachable_root, account, as_root):
    home = folders.create(reachable_root, account)

    assert home.servers == reachable_root / "servers"


def test_sockets_move_where_their_path_fits(reachable_root, account):
    deep = reachable_root.parent / ("long" * 25)
    deep.mkdir(mode=0o711)

    for one in (account, Account.me()):
        home = folders.plan(deep, one)
        assert home.servers == deep / "servers"
        assert len(str(home.sockets)) < folders.SOCKET_FOLDER_BYTES


def test_sockets_outside_the_home_are_private_too(reachable_root, account):
    deep = reachable_root.parent / ("long" * 25)
    home = folders.create(deep, account)
    try:
        assert home.sockets.stat().st_uid == account.uid
        assert stat.S_IMODE(home.sockets.stat().st_mode) == 0o700
    finally:
        home.sockets.rmdir()


def test_a_folder_of_somebody_else_is_refused_and_left_alone(tmp_path):
    (tmp_path / "open").mkdir(mode=0o755)
    (tmp_path / "link").symlink_to(tmp_path)

    for name in ("open", "link"):
        with pytest.raises(StackError, match="not a private folder"):
            folders.own(tmp_path / name, Account.me())
    with pytest.raises(StackError, match="not a private folder of somebody"):
        folders.own(tmp_path / "open", OTHER)

    assert stat.S_IMODE((tmp_path / "open").stat().st_mode) == 0o755


def test_a_folder_that_exists_keeps_its_mode(tmp_path):
    (tmp_path / "mine").mkdir(mode=0o750)

    folders.make(tmp_path / "mine", 0o711)

    assert stat.S_IMODE((tmp_path / "mine").stat().st_mode) == 0o750


def test_a_folder_is_made_with_its_mode_whatever_the_umask(tmp_path):
    before = os.umask(0o077)
    try:
        folders.make(tmp_path / "new", 0o711)
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o711


def test_a_private_folder_hides_what_is_below(tmp_path):
    tmp_path.chmod(0o700)

    assert folders.reachable(tmp_path, Account.me()) or os.geteuid() == 0
    assert not folders.reachable(tmp_path, OTHER)
    assert folders.reachable(Path("/usr/bin"), OTHER)


def test_a_private_file_is_replaced_in_one_move(tmp_path):
    folders.write(tmp_path / "secret", "old")
    folders.write(tmp_path / "secret", "new")

    assert (tmp_path / "secret").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]
