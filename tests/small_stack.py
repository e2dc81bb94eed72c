"""The real supervisor over real servers, with small programs in the places of the API, the worker and the dispatcher.

Run as `python small_stack.py ROOT HOST PORT`, as `control.start` runs the product's own.
"""

import json
import os
import sys

from kithline_core.stack import keeper, supervisor
from kithline_core.stack.account import Account
from kithline_core.stack.keeper import Service

API = """
import http.server, os
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_): ...
http.server.HTTPServer((os.environ["KITHLINE_HOST"], int(os.environ["KITHLINE_PORT"])), Ready).serve_forever()
"""
# A worker with a child of its own in a session of its own: what a process group alone does not reach.
WORKER = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
time.sleep(600)
"""
IDLE = "import time; time.sleep(600)"
KEYS = {"operator_key": "o", "partner_key": "p", "tenant": "local", "tenant_key": "t"}


def python(program):
    return (sys.executable, "-c", program)


def programs(home, settings):
    given = {**os.environ, **settings}
    parts = {"api": API, "worker": WORKER, "dispatcher": os.environ.get("SMALL_DISPATCHER", IDLE)}
    return [
        Service(name=name, command=python(text), environment=given, folder=home.root, account=Account.me())
        for name, text in parts.items()
    ]


PLAN = supervisor.Plan(
    migrate=python(os.environ.get("SMALL_MIGRATE", "")),
    bootstrap=python(f"print('''{json.dumps(KEYS)}''')"),
    programs=programs,
)


keeper.GIVE_UP_AFTER = int(os.environ.get("SMALL_GIVE_UP_AFTER", keeper.GIVE_UP_AFTER))

if __name__ == "__main__":
    sys.exit(supervisor.main(*sys.argv[1:], plan=PLAN))
