"""The layers one by one, in this process as far as it must not shut itself in; behind them the honesty tests look."""

import errno
import os
import resource
import sys
from pathlib import Path

import pytest

from kithline_core.sandbox import bubblewrap, cgroups, confinement, interpreters, strays, users, wear
from kithline_core.sandbox.confinement import Inside, Wall
from kithline_core.sandbox.far import boot, calls, canaries, kernel, landlock, late, seccomp
from kithline_core.sandbox.far.boot import Boot

# Of probes of the kernel's own, which asks no filter about them, and ends whoever else makes them.
NEVER_FILTERED = {335, 336}
BOOT = Boot("a", "/a", [], 64, 2, 9, 1, 0, landlock=True, seccomp=True, readable=["/etc"])


@pytest.fixture
def called(monkeypatch):
    """System calls that were made of the kernel, in place of making them."""
    made = []
    monkeypatch.setattr(kernel, "call", lambda number, *rest: made.append((number, *rest)) or 3)
    monkeypatch.setattr(kernel, "prctl", lambda option, *_: made.append(option))
    monkeypatch.setattr(os, "close", lambda _: None)
    return made


@pytest.mark.parametrize(("version", "size"), [(1, 8), (2, 8), (3, 8), (4, 16), (5, 16), (6, 24), (7, 24)])
def test_landlock_handles_all_that_its_version_knows(version, size):
    described = landlock._described(version)
    files = int.from_bytes(described.raw[:8], "little")

    assert len(described) == size
    assert files.bit_count() == {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)
    assert described.raw[8:16] in (b"", landlock.NET_RIGHTS.to_bytes(8, "little"))
    assert described.raw[16:] in (b"", landlock.SCOPES.to_bytes(8, "little"))


def test_landlock_lets_folders_be_listed_and_files_be_read(called, monkeypatch):
    monkeypatch.setattr(landlock, "version", lambda: 7)

    landlock.restrict(["/etc", "/etc/passwd"])

    assert [one[0] if isinstance(one, tuple) else one for one in called] == [444, 445, 445, 38, 446]


def test_without_landlock_nothing_is_said_to_be_restricted(monkeypatch):
    def refuse(*_):
        raise OSError

    monkeypatch.setattr(kernel, "call", refuse)
    assert landlock.version() == 0
    with pytest.raises(OSError, match="the kernel has no Landlock"):
        landlock.restrict(["/"])


def test_a_system_call_that_is_refused_is_an_error():
    with pytest.raises(OSError, match=r"system call 444 was refused: Invalid argument"):
        kernel.call(444, 1, 0, 9)
    assert kernel.call(39) == os.getpid()


def test_a_process_gives_up_everything_in_an_order_in_which_nothing_comes_back(monkeypatch):
    done = []
    monkeypatch.setattr(os, "closerange", lambda *ends: done.append(("close", *ends)))
    for module, name in (
        (kernel, "confine"), (kernel, "become"), (kernel, "give_up_capabilities"), (kernel, "die_with"),
        (kernel, "prctl"), (landlock, "restrict"), (seccomp, "for_loading"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, lambda *_, name=name: done.append(name))

    boot.confine(BOOT._replace(user=7))
    everything = [one for one in done if isinstance(one, str)]
    done.clear()
    boot.confine(BOOT._replace(landlock=False, seccomp=False, host=0))

    assert everything == [
        "confine", "become", "give_up_capabilities", "die_with", "prctl", "prctl", "restrict", "for_loading",
    ]  # fmt: skip
    assert done == [
        ("close", 3, 9), ("close", 10, os.sysconf("SC_OPEN_MAX")), "confine", "give_up_capabilities", "die_with",
        "prctl", "prctl",
    ]  # fmt: skip
    with pytest.raises(PermissionError, match="its user may not read /nowhere"):
        boot.confine(BOOT._replace(readable=["/nowhere"]))


def test_what_a_process_is_told_is_read_back():
    assert Boot.read(BOOT.words()) == BOOT


def test_becoming_somebody_leaves_every_group(monkeypatch):
    done = []
    for name in ("setgroups", "setresgid", "setresuid"):
        monkeypatch.setattr(os, name, lambda *given, name=name: done.append((name, *given)))

    kernel.become(7)

    assert done == [("setgroups", []), ("setresgid", 7, 7, 7), ("setresuid", 7, 7, 7)]


def test_capabilities_are_set_to_none(called):
    kernel.give_up_capabilities()

    assert [number for number, *_ in called] == [kernel.CAPSET]


def test_processes_are_counted_only_where_the_user_is_alone():
    assert resource.RLIMIT_NPROC not in kernel.lasting(64)
    assert kernel.lasting(64, 2)[resource.RLIMIT_NPROC] == (2, 2)


def test_a_run_may_make_no_call_that_names_a_file_a_process_or_a_socket():
    named = {"open", "stat", "exec", "fork", "clone", "socket", "connect", "kill", "ptrace", "mount", "unlink", "link"}

    assert not {name for name in calls.RUN for word in named if word in name}
    assert not {name for name in calls.LOAD for word in named - {"stat", "link"} if word in name}
    assert 30 < len(calls.RUN) < 60
    assert set(calls.RUN.items()) < set(calls.IMPORT.items()) < set(calls.LOAD.items())


def answered(code, numbers):
    """Return which of these system calls a process behind a filter gets any answer to but that it may not or that there is none."""
    told, end = os.pipe()
    pid = os.fork()
    if pid == 0:
        seccomp.install(code)
        for number in numbers:
            try:
                kernel.call(number, *[2**64 - 1] * 4)
            except OSError as error:
                if error.errno in {errno.EPERM, errno.ENOSYS}:
                    continue
            os.write(end, f"{number}\n".encode())
        os._exit(0)
    os.close(end)
    status = os.waitpid(pid, 0)[1]
    with os.fdopen(told) as said:
        return said.read().split(), status


@pytest.mark.parametrize(
    ("code", "listed"),
    [(seccomp.RUNNING, calls.RUN), (seccomp.IMPORTING, calls.IMPORT), (seccomp.LOADING, calls.LOAD)],
    ids=["a run", "a spare", "loading"],
)
def test_no_call_is_answered_that_is_not_listed(code, listed):
    others = sorted({*range(500)} - {*listed.values()} - NEVER_FILTERED)

    assert answered(code, others) == ([], 0)
    assert answered(code, [calls.RUN["getpid"]]) == (["39"], 0)


def test_another_processor_has_no_filter(monkeypatch):
    monkeypatch.setattr(seccomp.platform, "machine", lambda: "aarch64")

    with pytest.raises(seccomp.Missing, match="not of aarch64"):
        seccomp.for_loading()


def test_filters_are_installed_after_new_privileges_are_given_up(called):
    seccomp.for_loading()
    seccomp.for_a_run()

    assert called == [38, 22, 38, 22]


def test_late_modules_are_imported_and_a_missing_one_of_the_plugins_own_is_an_error():
    late.load(["colorsys"], text=True)

    assert {"colorsys", "encodings.cp437", "numpy.linalg"} <= sys.modules.keys()
    with pytest.raises(ImportError):
        late.load(["no_such_module"], text=False)


def test_without_a_wall_most_canaries_get_out():
    open_doors = canaries.attempts(BOOT, namespaces=True)

    tried = {name: open_doors[name] for name in ("runs a program", "reads elsewhere", "writes a file", "sees the host")}
    assert canaries.succeeded(tried) == list(tried)
    assert "finds files elsewhere" not in canaries.attempts(BOOT._replace(landlock=False), namespaces=False)


def test_a_canary_that_finds_nothing_anywhere_was_held(monkeypatch):
    monkeypatch.setattr(canaries, "ELSEWHERE", ("/nowhere",))
    monkeypatch.setattr(os, "open", lambda *_: Path("/nowhere").stat())

    assert canaries.succeeded({"reads": canaries.reads, "writes": canaries.writes}) == []


def test_canaries_say_what_got_out_in_a_line(capfd):
    canaries.tell(["a thing"])

    assert capfd.readouterr().out == '["a thing"]\n'


def test_a_thread_is_a_thread():
    assert canaries.begins_a_thread()


@pytest.mark.parametrize(
    ("maps", "span"),
    [("0 0 4294967295", users.NOBODYS), ("0 100000 65536", users.PASSING), ("0 1000 1\n1 100000 65535", users.PASSING)],
)
def test_a_plugins_user_is_one_that_the_namespace_has(tmp_path, monkeypatch, maps, span):
    monkeypatch.setattr(users, "MAPS", tmp_path / "uid_map")
    (tmp_path / "uid_map").write_text(maps)
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    picked = {users.pick() for _ in range(20)}

    assert len(picked) > 1
    assert all(one in span for one in picked)
    assert users.alone(picked.pop()) == (span is users.NOBODYS)


def test_who_is_not_root_stays_who_they_are(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert users.pick() == 0
    assert not users.alone(0)


def test_only_what_an_interpreter_consists_of_is_shown(tmp_path):
    shown = interpreters.readable(sys.executable, tmp_path, "/nowhere", development=True)

    assert str(tmp_path) in shown
    assert not {"/", "/etc", "/home", "/tmp", "/usr", "/nowhere", str(Path.cwd())} & set(shown)
    assert any(Path(os.__file__).is_relative_to(one) for one in shown)
    assert any(Path(kernel.__file__).is_relative_to(one) for one in shown)


def test_a_stored_plugin_is_not_shown_what_lies_beside_kithline(tmp_path):
    python = tmp_path / "env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    (tmp_path / "env" / "pyvenv.cfg").touch()
    python.symlink_to(Path(os.path.realpath(sys.executable)))

    shown = interpreters.readable(str(python), development=False)

    assert str(tmp_path / "env") in shown
    assert not any(Path(kernel.__file__).is_relative_to(one) for one in shown)


def test_an_interpreter_of_the_system_shows_its_own_parts_and_not_the_system(monkeypatch):
    asked = ["/usr", "/usr/lib/python3", "/usr/lib/python3", "libpython3.so"]
    monkeypatch.setattr(interpreters, "_asked", lambda _: asked)

    found = interpreters._base.__wrapped__("/usr/bin/python3")

    assert "/usr" not in found
    assert {"/usr/lib/python3", "/usr/lib/libpython3.so"} <= set(found)


def test_an_interpreter_of_its_own_shows_its_libraries_and_not_what_lies_beside_them(monkeypatch, tmp_path):
    lib = tmp_path / "lib" / "python3"
    (tmp_path / "envs" / "another").mkdir(parents=True)
    lib.mkdir(parents=True)
    monkeypatch.setattr(interpreters, "_asked", lambda _: [str(tmp_path), str(lib), str(lib), "libpython3.so"])

    found = interpreters._base.__wrapped__(str(tmp_path / "bin" / "python3"))

    assert interpreters.topmost(found) == [str(tmp_path / "lib"), str(tmp_path / "lib64")]


def test_another_interpreter_is_asked_where_it_lies(monkeypatch):
    own = interpreters._asked(os.path.realpath(sys.executable))
    monkeypatch.setattr(interpreters.sys, "executable", "/another")

    assert interpreters._asked(os.path.realpath(sys._base_executable)) == own


def test_links_to_an_interpreter_are_followed_and_never_for_ever(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")

    assert len(interpreters.links(str(tmp_path / "a"))) == interpreters.HOPS


def test_paths_within_others_are_left_out():
    assert interpreters.topmost(["/a/b", "/a", "/ab", "/a"]) == ["/a", "/ab"]


def test_folders_that_only_their_owner_may_enter_are_named_outermost_first(tmp_path):
    tmp_path.chmod(0o755)
    inner = tmp_path / "shut" / "too"
    inner.mkdir(parents=True)
    for folder in (inner, inner.parent):
        folder.chmod(0o700)

    (found,) = bubblewrap.closed([str(inner / "file"), "/etc/passwd"])

    assert inner.parent.is_relative_to(found)


@pytest.mark.parametrize(("user", "word"), [(0, "CAP_SETUID"), (1000, "--unshare-user")])
def test_namespaces_are_made_by_root_or_by_anybody(monkeypatch, user, word):
    monkeypatch.setattr(os, "geteuid", lambda: user)

    made = bubblewrap.apart(["/a/b"], ["python"])

    assert word in made
    assert made[-2:] == ["--", "python"]
    assert {"--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--die-with-parent"} <= set(made)
    assert made[1:6] == ["--dir", "/a", "--ro-bind", "/a/b", "/a/b"]


def test_the_systems_bubblewrap_goes_before_ours(monkeypatch):
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda _: "/usr/bin/bwrap")
    assert bubblewrap.program.__wrapped__() == "/usr/bin/bwrap"
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda _: None)
    assert Path(bubblewrap.program.__wrapped__()).name == "bwrap"


@pytest.mark.parametrize("shut", [[], ["/shut"]])
def test_a_tier_without_namespaces_is_entered_by_a_door_where_folders_are_shut(monkeypatch, tmp_path, shut):
    monkeypatch.setattr(users, "pick", lambda: 1_900_000_001)
    monkeypatch.setattr(bubblewrap, "closed", lambda _: shut)
    inside = Inside("/shut/python", ["/shut/python", "/lib"])

    words = confinement.command(Wall("process", tmp_path, {}), inside, "a.module", 5)
    told = Boot.read(words[-1])

    assert (words[0] == "/shut/python") == (not shut)
    assert ("--tmpfs" in words) == bool(shut)
    assert told.host == (0 if shut else os.getpid())
    assert (told.processes, told.landlock, told.seccomp) == (2, True, True)


@pytest.mark.parametrize(
    ("lines", "files"),
    [("0::/here", ["memory.max", "pids.max"]), ("4:memory:/here\n8:pids:/here\n9:cpu:/", None), ("", [])],
)
def test_a_group_is_made_in_either_version_and_goes_again(tmp_path, monkeypatch, lines, files):
    monkeypatch.setattr(cgroups, "MOUNT", tmp_path)
    monkeypatch.setattr(cgroups, "OWN", tmp_path / "cgroup")
    (tmp_path / "cgroup").write_text(lines)
    for folder in ("here", "memory/here", "pids/here"):
        (tmp_path / folder).mkdir(parents=True)
    mark, real = strays.mark(), Path.mkdir

    def mkdir(self, *args, **kwargs):  # as the kernel does: a group has its files at once
        real(self, *args, **kwargs)
        for name in ("memory.max", "memory.limit_in_bytes", "pids.max", cgroups.MEMBERS):
            (self / name).touch()

    monkeypatch.setattr(Path, "mkdir", mkdir)
    group = cgroups.make(mark, 64, 4)
    group.take(7)

    assert len(group.folders) == (len(files) // 2 if files is not None else 2)
    for folder in group.folders:
        assert (folder / cgroups.MEMBERS).read_text() == "7"
        limits = {path.name: path.read_text() for path in folder.iterdir()}
        assert {"4", str(64 * 1024 * 1024)} & set(limits.values())
        for path in folder.iterdir():
            path.unlink()
    group.remove()
    assert not any(folder.exists() for folder in group.folders)


def test_a_group_that_lacks_a_limit_is_none_and_one_of_a_dead_host_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(cgroups, "MOUNT", tmp_path)
    monkeypatch.setattr(cgroups, "OWN", tmp_path / "cgroup")
    (tmp_path / "cgroup").write_text("0::/")
    boot_id, namespace, pid, started, token = strays.mark().split(":")
    dead = tmp_path / cgroups._name(f"{boot_id}:{namespace}:{pid}:1{started}:{token}")
    dead.mkdir()

    assert cgroups.make(strays.mark(), 64, 4).folders == []
    cgroups.remove_abandoned()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["cgroup"]
    monkeypatch.setattr(cgroups, "MOUNT", tmp_path / "missing")
    assert cgroups.make(strays.mark(), 64, 4).folders == []


def test_a_process_is_worn_after_many_runs_or_when_it_has_grown(monkeypatch):
    monkeypatch.setattr(wear, "RUNS", 3)
    fresh = wear.Wear(os.getpid())
    assert [fresh.out() for _ in range(3)] == [False, False, True]

    grown = wear.Wear(2**22 - 1)
    assert grown.before == 0
    monkeypatch.setattr(wear, "held", lambda _: wear.GROWTH_PAGES + 1)
    assert grown.out()
