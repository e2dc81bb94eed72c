from kithline_core.stack import folders, services
from kithline_core.stack.account import Account


def test_the_services_run_as_the_caller_and_never_see_the_owner(root, account, monkeypatch):
    monkeypatch.setenv("KITHLINE_DATABASE_URL_FILE", "/somewhere/else")
    monkeypatch.setenv("KITHLINE_LEASE_SECONDS", "3")
    home = folders.create(root, account)
    settings = {"KITHLINE_DATABASE_URL": "app", "KITHLINE_OWNER_DATABASE_URL": "owner"}

    programs = services.programs(home, settings)

    assert [one.command[1:] for one in programs] == [
        ("-m", "kithline_api"),
        ("-m", "kithline_worker"),
        ("-m", "kithline_worker.dispatcher"),
    ]
    for one in programs:
        assert one.account == Account.me()
        assert one.environment["KITHLINE_DATABASE_URL"] == "app"
        assert one.environment["KITHLINE_LEASE_SECONDS"] == "3"
        assert "KITHLINE_DATABASE_URL_FILE" not in one.environment
        assert "KITHLINE_OWNER_DATABASE_URL" not in one.environment
