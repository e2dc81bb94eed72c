"""What a scorer may not touch: why, and the way round each."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Ban(NamedTuple):
    """Why something is banned, and what to use instead."""

    why: str
    instead: str


_NETWORK = Ban("there is no network in a run", "declare what you need as an input of the manifest")
_PROCESS = Ban("a run may start no process and no thread", "compute it here; numpy is at hand")
_CHANCE = Ban("its numbers change between runs or versions", "kithline_sdk.stats.Draws(seed)")
_CLOCK = Ban("the present would make two runs differ", "snapshot.window.end is the present")
_HOST = Ban("a scorer knows nothing of its host", "a parameter in `Params`, or an input of the manifest")
_NATIVE = Ban("it reaches past the sandbox", "numpy, or a compiled dependency with a Python face")
_PICKLE = Ban("reading it runs code", "msgspec or json")
_CODE = Ban("code that is made at run time cannot be checked", "write the function out")
_FILES = Ban("a run may open no file", "importlib.resources, once, when the module is imported")
_HASH = Ban("strings hash otherwise in every process", "zlib.crc32, or sort and count")

# Modules, whole.
MODULES: Final[Mapping[str, Ban]] = {
    **dict.fromkeys(
        ("socket", "ssl", "http.client", "http.server", "urllib.request", "ftplib", "smtplib", "imaplib", "poplib",
         "socketserver", "xmlrpc", "requests", "httpx", "aiohttp", "urllib3", "websockets", "webbrowser"), _NETWORK,
    ),
    **dict.fromkeys(
        ("subprocess", "multiprocessing", "threading", "concurrent", "asyncio", "signal", "pty", "sched", "_thread"),
        _PROCESS,
    ),
    **dict.fromkeys(("random", "secrets", "numpy.random", "uuid"), _CHANCE),
    **dict.fromkeys(("getpass", "platform", "pwd", "grp", "resource", "locale"), _HOST),
    **dict.fromkeys(("ctypes", "cffi", "mmap"), _NATIVE),
    **dict.fromkeys(("pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"), _PICKLE),
    **dict.fromkeys(("tempfile", "shutil", "sqlite3", "dbm"), _FILES),
}  # fmt: skip

# Names reached through a module or a class, as they are written after imports are resolved.
NAMES: Final[Mapping[str, Ban]] = {
    **dict.fromkeys(
        ("os.system", "os.popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.startfile", "os.kill"), _PROCESS
    ),
    **dict.fromkeys(("os.environ", "os.getenv", "os.putenv", "os.getpid", "os.getcwd", "os.uname", "sys.argv"), _HOST),
    **dict.fromkeys(("os.urandom", "os.getrandom", "numpy.random"), _CHANCE),
    **dict.fromkeys(
        ("time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.localtime",
         "time.perf_counter_ns", "time.gmtime", "time.ctime", "time.sleep", "datetime.datetime.now",
         "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"), _CLOCK,
    ),
    **dict.fromkeys(("eval", "exec", "compile", "__import__"), _CODE),
    **dict.fromkeys(("os.open", "os.remove", "os.listdir", "os.scandir"), _FILES),
    "hash": _HASH,
}  # fmt: skip

# What the interpreter reports while code runs (its audit events), by the start of their names.
EVENTS: Final[Mapping[str, Ban]] = {
    "socket.": _NETWORK,
    "urllib.Request": _NETWORK,
    "http.client.": _NETWORK,
    "smtplib.": _NETWORK,
    "ftplib.": _NETWORK,
    "subprocess.Popen": _PROCESS,
    "os.system": _PROCESS,
    "os.exec": _PROCESS,
    "os.fork": _PROCESS,
    "os.posix_spawn": _PROCESS,
    "_thread.start_new_thread": _PROCESS,
    "ctypes.": _NATIVE,
    "pickle.find_class": _PICKLE,
    "os.listdir": _FILES,
    "os.scandir": _FILES,
    "shutil.": _FILES,
    "tempfile.": _FILES,
    "open": _FILES,
}


def of_module(name: str) -> Ban | None:
    """Return why a module, or the package it is in, is banned."""
    parts = name.split(".")
    return next((MODULES[one] for size in range(len(parts), 0, -1) if (one := ".".join(parts[:size])) in MODULES), None)


def of_name(name: str) -> Ban | None:
    """Return why a dotted name, or what it is reached through, is banned."""
    parts = name.split(".")
    return next((NAMES[one] for size in range(len(parts), 0, -1) if (one := ".".join(parts[:size])) in NAMES), None)


def of_event(name: str) -> Ban | None:
    """Return why an audit event is banned."""
    return next((ban for start, ban in EVENTS.items() if name.startswith(start)), None)
