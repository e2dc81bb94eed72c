"""A whole installation of the test session's own: started and stopped by the command, as a user would."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from kithline_core.stack import credentials, folders

KITHLINE = str(Path(sys.executable).with_name("kithline"))


class Installation:
    """One data folder and the command on it."""

    def __init__(self, home):
        self.home = home
        self.env = {**os.environ, "KITHLINE_HOME": str(home), "COLUMNS": "160"}

    def run(self, *arguments, code=0, **env):
        """Run the command and return what it printed."""
        command = [KITHLINE, *map(str, arguments)]
        done = subprocess.run(command, env={**self.env, **env}, capture_output=True, timeout=280, check=False)
        assert done.returncode == code, (
            f"{arguments}: {done.returncode}\n{done.stdout[-2000:]!r}\n{done.stderr[-2000:]!r}"
        )
        return done.stdout

    def json(self, *arguments, **env):
        return msgspec.json.decode(self.run(*arguments, "--json", **env))

    def findings(self, *arguments, **env):
        """Return finding documents as printed, by scorer."""
        lines = self.run(*arguments, "--json", **env).splitlines()
        return {msgspec.json.decode(line)["scorer"]: line for line in lines}

    @property
    def credentials(self):
        return credentials.read(self.home / "credentials.json")

    def tenant(self, name):
        """Provision a tenant and return the environment in which the command acts for it."""
        with self.acting(self.credentials.url, self.credentials.partner_key) as partner:
            partner.ask("PUT", f"/v1/partners/me/tenants/{name}", {"title": name})
            key = partner.ask("POST", f"/v1/partners/me/tenants/{name}/keys", {"title": "test"})["key"]
        return {"KITHLINE_URL": self.credentials.url, "KITHLINE_KEY": key}

    @staticmethod
    def acting(url, key):
        """Return a client with a key."""
        from kithline_cli.client import Client  # noqa: PLC0415 - loaded with the first test that measures it

        return Client(url, key)

    def client(self, tenant):
        """Return a client that acts for a tenant."""
        return self.acting(tenant["KITHLINE_URL"], tenant["KITHLINE_KEY"])


@pytest.fixture(scope="session")
def installation(tmp_path_factory):
    """A running stack; tests that need one share it, each with a tenant of its own."""
    made = Installation(tmp_path_factory.mktemp("home") / "kithline")
    made.run("up", "--detach", "--port", "0")
    yield made
    made.run("down")
    # As root the servers keep their data where their own user can reach it; the session's temporary folder cannot hold it.
    shutil.rmtree(folders.SHARED / folders.digest(made.home), ignore_errors=True)
