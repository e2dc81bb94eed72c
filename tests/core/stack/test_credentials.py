import stat

from kithline_core.stack import credentials


def test_keys_are_kept_when_a_later_start_makes_none(tmp_path):
    file = tmp_path / "credentials.json"
    made = b'{"operator_key": "o", "partner_key": "p", "tenant": "local", "tenant_key": "t"}'
    credentials.keep(file, "http://127.0.0.1:1", made)

    for nothing in (b"", b"{}\n"):
        kept = credentials.keep(file, "http://127.0.0.1:2", nothing)

    assert kept == credentials.read(file)
    assert (kept.url, kept.operator_key, kept.tenant_key) == ("http://127.0.0.1:2", "o", "t")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_credentials_are_complete_with_an_operators_key(tmp_path):
    file = tmp_path / "credentials.json"

    before = credentials.complete(file)
    credentials.keep(file, "http://127.0.0.1:1", b"{}")
    bare = credentials.complete(file)
    credentials.keep(file, "http://127.0.0.1:1", b'{"operator_key": "o"}')

    assert (before, bare, credentials.complete(file)) == (False, False, True)


def test_credentials_that_cannot_be_read_are_none(tmp_path):
    assert credentials.read(tmp_path / "none") is None
    (tmp_path / "torn").write_text('{"url": ')
    assert credentials.read(tmp_path / "torn") is None
