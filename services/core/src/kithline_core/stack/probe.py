"""Asks a server on this machine whether it is ready."""

import http.client
import socket
from urllib.parse import SplitResult, urlsplit


def answers(url: str, seconds: float = 2.0) -> bool:
    """Return whether GET answers 200. No proxy is asked: the server is on this machine."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=seconds)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def free(host: str, port: int) -> bool:
    """Return whether a server could listen there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def any_port(host: str) -> int:
    """Return a port that is free now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def pings(url: str, seconds: float = 2.0) -> bool:
    """Return whether the broker behind a URL answers: PING where it is Valkey or Redis, else the bare connection."""
    parts = urlsplit(url)
    try:
        with _opened(parts, seconds) as door:
            if not parts.scheme.startswith("redis"):
                return True
            door.sendall(b"PING\r\n")
            # A server that asks for a password is there; whether ours is right is the worker's to find out.
            return door.recv(32).startswith((b"+PONG", b"-NOAUTH"))
    except OSError:
        return False


def _opened(parts: SplitResult, seconds: float) -> socket.socket:
    if parts.scheme == "redis+socket":
        door = socket.socket(socket.AF_UNIX)
        door.settimeout(seconds)
        try:
            door.connect(parts.path)
        except OSError:
            door.close()
            raise
        return door
    usual = 6379 if parts.scheme.startswith("redis") else 5672
    return socket.create_connection((parts.hostname or "127.0.0.1", parts.port or usual), seconds)
