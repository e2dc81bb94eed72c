"""A wire with an ear: passes bytes on to a server and keeps every byte that was sent."""

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit


class Wire:
    """Listens here, speaks to a server there; `sent` is all that went out. Closing it ends every thread and socket."""

    def __init__(self, url):
        target = urlsplit(url)
        self.target = (target.hostname, target.port)
        self.sent = bytearray()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._sockets, self._passing = [], []
        self._accepting = self._start(self._serve)

    def _serve(self):
        while True:
            try:
                here, _ = self._listening.accept()
            except OSError:
                return
            there = socket.create_connection(self.target)
            self._sockets += [here, there]
            self._passing += [
                self._start(self._pass_on, here, there, self.sent),
                self._start(self._pass_on, there, here, None),
            ]

    @staticmethod
    def _start(work, *parts):
        thread = threading.Thread(target=work, args=parts, daemon=True)
        thread.start()
        return thread

    @staticmethod
    def _pass_on(source, sink, kept):
        try:
            while part := source.recv(65_536):
                if kept is not None:
                    kept.extend(part)
                sink.sendall(part)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        # The one that accepts ends first: after it no socket and no thread is added.
        _cut(self._listening)
        self._accepting.join(10)
        for each in self._sockets:
            _cut(each)
        for thread in self._passing:
            thread.join(10)
        for each in (self._listening, *self._sockets):
            each.close()


def _cut(open_socket):
    with suppress(OSError):
        open_socket.shutdown(socket.SHUT_RDWR)
