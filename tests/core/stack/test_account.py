import os
import pwd

import pytest

from kithline_core.stack import account
from kithline_core.stack.account import Account, StackError


def test_the_caller_runs_children_as_itself():
    me = Account.me()

    assert me.is_me
    assert me.identity() == {}
    assert me.name == pwd.getpwuid(os.geteuid()).pw_name


def test_the_servers_never_run_as_root():
    servers = Account.for_servers()

    assert servers.uid != 0
    assert servers == Account.for_servers()


def test_as_root_the_servers_have_a_system_user_of_their_own(as_root):
    servers = Account.for_servers()

    assert servers.name == account.SYSTEM_USER
    assert servers.uid < 1000
    assert servers.identity() == {"user": servers.uid, "group": servers.gid, "extra_groups": []}


def test_a_caller_without_a_name_is_told_so(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 3_999_999_999)

    with pytest.raises(StackError, match="has no name"):
        Account.me()


def test_anybody_but_root_runs_the_servers(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: pwd.getpwnam("nobody").pw_uid)

    assert Account.for_servers().name == "nobody"


def test_a_system_user_that_is_root_is_refused(monkeypatch):
    monkeypatch.setattr(account, "SYSTEM_USER", "root")

    with pytest.raises(StackError, match="is root"):
        account._look_up()


def test_without_a_tool_to_make_the_user_the_command_is_named(monkeypatch):
    monkeypatch.setattr(account.shutil, "which", lambda *_, **__: None)

    with pytest.raises(StackError, match="useradd --system"):
        account._make()


def test_a_user_that_cannot_be_made_is_reported_with_the_reason(monkeypatch):
    monkeypatch.setattr(account, "SYSTEM_USER", "Not A Name!")
    monkeypatch.setattr(account.time, "sleep", lambda _: None)

    with pytest.raises(StackError, match="useradd --system"):
        account._make()


def test_a_user_somebody_else_has_just_made_is_taken(monkeypatch):
    monkeypatch.setattr(account, "SYSTEM_USER", "nobody")

    assert account._make().pw_name == "nobody"
