"""A wire with an ear: passes bytes on to a server and keeps every byte that was sent."""

import socket
import threading
from urllib.parse import urlsplit


class Wire:
    """Listens here, speaks to a server there; `sent` is all that went out."""

    def __init__(self, url):
        target = urlsplit(url)
        self.target = (target.hostname, target.port)
        self.sent = bytearray()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                here, _ = self._listening.accept()
            except OSError:
                return
            there = socket.create_connection(self.target)
            threading.Thread(target=self._pass_on, args=(here, there, self.sent), daemon=True).start()
            threading.Thread(target=self._pass_on, args=(there, here, None), daemon=True).start()

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
        self._listening.close()
