"""Large files go as imports, resumed wherever they stopped; small ones may be tried, named, and taken whole."""

import csv
import gzip
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from kithline_cli import importing, transfer, uploads
from kithline_cli.tapes import Tape
from kithline_core.errors import DatasetError, Unavailable

AT = "2026-01-05T09:00:00Z"


def rating(number, **more):
    return {"object": f"o{number}", "rater": "r", "item": "i", "value": 1, **more}


@pytest.fixture
def ratings(tmp_path):
    """A file of 2,000 ratings, two lines of which are wrong."""
    rows = [json.dumps(rating(n)) for n in range(2_000)]
    rows[9], rows[99] = "{broken", json.dumps(rating(1, value="many"))
    path = tmp_path / "ratings.ndjson"
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.fixture
def ground(kithline, example):
    """A tenant with a ground."""
    kithline("import", example)


@pytest.fixture
def client():
    with transfer.Client(os.environ["KITHLINE_URL"], os.environ["KITHLINE_KEY"]) as made:
        yield made


def test_one_file_is_sent_in_parts(kithline, ground, ratings, monkeypatch, tmp_path):
    monkeypatch.setattr(uploads, "FIRST", 5_000)

    done = kithline("import", ratings, "--batch", "by hand", "--rejects", tmp_path / "bad.csv")

    assert done.exit_code == 1, done.output
    assert "ratings: 1998 accepted, 2 rejected\n" in done.stdout
    assert "  line 100 /value: " in done.stdout
    assert "batch: by hand\n" in done.stdout
    rows = list(csv.DictReader((tmp_path / "bad.csv").read_text().splitlines()))
    assert [(row["file"], row["line"], row["pointer"], row["code"]) for row in rows] == [
        ("ratings", "10", "", "malformed"),
        ("ratings", "100", "/value", "wrong_type"),
    ]


def test_sending_a_file_again_changes_nothing(kithline, ground, ratings):
    kithline("import", ratings)

    again = json.loads(kithline("import", ratings, "--json").stdout)["ratings"]

    assert (again["accepted"], again["duplicates"], again["rejected"]) == (0, 1_998, 2)


def test_a_large_file_of_a_folder_goes_in_parts_with_the_others_before_it(kithline, example, monkeypatch, client):
    monkeypatch.setattr(importing, "LARGE", 200)

    done = kithline("import", example, "--json")

    report = json.loads(done.stdout)
    sizes = {path.name.partition(".")[0]: path.stat().st_size for path in example.glob("*.csv")}
    assert done.exit_code == 0, done.output
    assert {stem for stem, counts in report.items() if "import" in counts} == {
        stem for stem, size in sizes.items() if size > 200
    }
    assert all(counts["accepted"] for counts in report.values())
    assert len({counts["batch"] for counts in report.values()}) == 1


def test_a_packed_file_is_counted_as_it_is_unpacked(kithline, ground, tmp_path):
    path = tmp_path / "ratings.csv.gz"
    path.write_bytes(gzip.compress(b"object,rater,item,value\n" + b"".join(b"g%d,r,i,1\n" % n for n in range(50))))

    report = json.loads(kithline("import", path, "--json").stdout)

    assert report["ratings"]["accepted"] == 50


def test_what_only_a_folders_reader_takes_is_written_anew(kithline, ground, tmp_path):
    path = tmp_path / "ratings.ndjson"
    lines = [json.dumps(rating("x", value="3")), "", json.dumps(rating("y", value="")), json.dumps(rating("z"))]
    path.write_text("\r\n".join(lines))

    report = json.loads(kithline("import", path, "--json").stdout)["ratings"]

    assert (report["accepted"], [one["line"] for one in report["errors"]]) == (2, [3])


def test_an_import_that_stopped_goes_on_where_it_was(kithline, ground, ratings, client):
    tape = Tape(ratings)
    asked = {
        "file": "ratings",
        "format": "ndjson",
        "bytes": tape.content.size,
        "sha256": tape.content.sha256,
        "batch": "b",
    }
    one = client.ask("POST", "/v1/imports", asked)
    headers = {"content-type": "application/octet-stream", "upload-offset": "0"}
    client.send("PATCH", one["links"]["self"], ratings.read_bytes()[:30_000], headers=headers)
    client.ask("POST", one["links"]["pause"])

    report = json.loads(kithline("import", ratings, "--resume", "--json").stdout)["ratings"]

    assert (report["import"], report["batch"]) == (one["id"], "b")
    assert (report["accepted"], report["duplicates"], report["rejected"]) == (1_998, 0, 2)
    ended = json.loads(kithline("import", ratings, "--resume", "--json").stdout)["ratings"]
    assert (ended["import"], ended["accepted"], ended["duplicates"]) == (one["id"], 1_998, 0)
    fresh = json.loads(kithline("import", ratings, "--json").stdout)["ratings"]
    assert fresh["import"] != one["id"]


def test_ctrl_c_pauses_and_says_how_to_go_on(kithline, ground, ratings, monkeypatch, client):
    monkeypatch.setattr(uploads, "FIRST", 5_000)
    put, calls = uploads._put, []

    def interrupted(*arguments):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return put(*arguments)

    monkeypatch.setattr(uploads, "_put", interrupted)
    stopped = kithline("import", ratings)
    monkeypatch.setattr(uploads, "_put", put)

    assert stopped.exit_code == 1
    assert "paused ratings at byte" in stopped.stderr
    assert f"kithline import {ratings} --resume" in stopped.stderr
    (one,) = [one for one in client.pages("/v1/imports") if one["state"] == "paused"]
    assert 0 < one["position"] < ratings.stat().st_size
    assert json.loads(kithline("import", ratings, "--resume", "--json").stdout)["ratings"]["accepted"] == 1_998


def test_an_import_that_somebody_cancels_is_told(kithline, ground, ratings, monkeypatch, client):
    monkeypatch.setattr(uploads, "FIRST", 5_000)
    put = uploads._put

    def cancelled(client, one, part):
        done = put(client, one, part)
        client.ask("POST", one["links"]["cancel"])
        return done

    monkeypatch.setattr(uploads, "_put", cancelled)
    done = kithline("import", ratings)

    assert done.exit_code == 1
    assert "was cancelled meanwhile" in done.stderr


class Flaky(BaseHTTPRequestHandler):
    """Passes requests on, and cuts every third connection before or after the server heard of it."""

    count = 0
    target = ""

    def do_POST(self):
        self.pass_on()

    def do_PATCH(self):
        Flaky.count += 1
        if Flaky.count % 3 == 1:
            self.connection.close()
            return
        self.pass_on(answer=Flaky.count % 3 != 2)

    def do_GET(self):
        self.pass_on()

    def pass_on(self, *, answer=True):
        import httpx2  # noqa: PLC0415 - the client under test uses it too

        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        got = httpx2.request(self.command, f"{self.target}{self.path}", content=body, headers=headers)
        if not answer:
            self.connection.close()
            return
        self.send_response(got.status_code)
        for name, value in got.headers.items():
            if name.lower() not in ("content-encoding", "transfer-encoding", "date", "server"):
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(got.content)

    def log_message(self, *_): ...


@pytest.fixture
def flaky(monkeypatch):
    Flaky.target, Flaky.count = os.environ["KITHLINE_URL"], 0
    server = HTTPServer(("127.0.0.1", 0), Flaky)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_broken_connections_lose_nothing_and_double_nothing(kithline, ground, ratings, flaky, monkeypatch):
    monkeypatch.setattr(uploads, "FIRST", 4_000)
    monkeypatch.setattr(uploads, "MOST", 9_000)
    monkeypatch.setattr(uploads, "WAITS", (0.01,) * 8)

    report = json.loads(kithline("import", ratings, "--url", flaky, "--json").stdout)["ratings"]

    assert Flaky.count > 20
    assert [report[name] for name in transfer.COUNTED] == [1_998, 0, 0, 0, 2]


def test_a_server_that_stays_away_is_unreachable(kithline, ratings, monkeypatch):
    monkeypatch.setattr(uploads, "WAITS", (0.0, 0.0))

    assert kithline("import", ratings, "--url", "http://127.0.0.1:9").exit_code == 4


def test_patience_ends(monkeypatch):
    def away():
        raise Unavailable("gone")

    monkeypatch.setattr(uploads, "WAITS", ())

    with pytest.raises(Unavailable):
        uploads.patiently(away)


def test_parts_go_packed_to_other_machines(kithline, ground, ratings, monkeypatch):
    monkeypatch.setattr(uploads, "_NEAR", set())

    assert json.loads(kithline("import", ratings, "--json").stdout)["ratings"]["accepted"] == 1_998


def test_a_part_that_the_server_refuses_ends_the_command(kithline, ground, tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "FIRST", 8_100_000)
    path = tmp_path / "ratings.csv"
    path.write_bytes(b"object,rater,item,value\n" + b"\n" * 8_200_000)

    done = kithline("import", path)

    assert done.exit_code == 1
    assert "more than 8000000 bytes" in done.stderr


def test_of_many_rejects_the_first_are_named(kithline, ground, tmp_path):
    path = tmp_path / "ratings.ndjson"
    path.write_bytes(b"5\n" * 150)

    report = json.loads(kithline("import", path, "--json").stdout)["ratings"]

    assert (report["rejected"], len(report["errors"])) == (150, transfer.KEPT)


@pytest.mark.parametrize("whole", [True, False])
def test_a_dry_run_says_everything_and_keeps_nothing(kithline, ground, tmp_path, whole, client):
    path = tmp_path / "more" / "ratings.csv"
    path.parent.mkdir()
    path.write_text("object,rater,item,value\ntry,r,i,1\n")

    done = kithline("import", path.parent if whole else path, "--dry-run")

    assert done.exit_code == 0, done.output
    assert done.stdout == "ratings: 1 accepted\n"
    assert "try" not in [row["object"] for row in client.pages("/v1/ratings")]


def test_atomic_takes_a_file_whole_or_not_at_all(kithline, example, client):
    kithline("import", example)
    header, *rows = (example / "events.csv").read_text().splitlines()
    fresh = rows[0].replace(rows[0].split(",")[0], "fresh", 1)
    (example / "events.csv").write_text("\n".join([header, fresh, rows[0].replace("cat", "ann")]))

    done = kithline("import", example / "events.csv", "--atomic")

    assert done.exit_code == 3
    assert "nothing of the batch was" in done.stderr
    assert "fresh" not in [row["id"] for row in client.pages("/v1/events")]
    (example / "events.csv").write_text(f"{header}\n{fresh}")
    assert kithline("import", example / "events.csv", "--atomic").exit_code == 0


def test_atomic_holds_for_what_one_request_holds(kithline, ground, ratings, monkeypatch):
    monkeypatch.setattr(transfer, "MOST_LINES", 10)
    ratings.write_text("".join(json.dumps(rating(n)) + "\n" for n in range(11)))

    done = kithline("import", ratings, "--atomic")

    assert done.exit_code == 3
    assert "--atomic holds for one request, and ratings has 11 rows" in done.stderr


def test_rejects_of_small_files_are_written_too(kithline, example, tmp_path):
    kithline("import", example)
    header, *rows = (example / "events.csv").read_text().splitlines()
    (example / "events.csv").write_text("\n".join([header, rows[0].replace("cat", "ann"), *rows[1:]]))

    kithline("import", example, "--rejects", tmp_path / "bad.ndjson")

    (one,) = map(json.loads, (tmp_path / "bad.ndjson").read_text().splitlines())
    assert (one["file"], one["line"], one["code"]) == ("events", 2, "conflict")


@pytest.mark.parametrize("large", [True, False])
def test_verbs_of_ones_own_can_be_registered_on_the_way(kithline, ground, tmp_path, large, monkeypatch, client):
    monkeypatch.setattr(importing, "LARGE", 1 if large else 10_000)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "dataset.json").write_text('{"nature":"synthetic"}')
    (tmp_path / "own" / "events.csv").write_text(f"id,occurred_at,actor,verb\nv1,{AT},p,custom:crm.called\n")

    refused = kithline("import", tmp_path / "own" / "events.csv")
    taken = kithline("import", tmp_path / "own", "--register-verbs")

    assert (refused.exit_code, taken.exit_code) == (1, 0), taken.output
    assert "custom:crm.called" in [one["verb"] for one in client.ask("GET", "/v1/verbs")]


def test_a_folder_without_settings_leaves_those_of_an_earlier_one_and_their_ground(kithline, example, client, tmp_path):
    settings = json.loads((example / "dataset.json").read_text())
    (example / "dataset.json").write_text(json.dumps({**settings, "nature": "synthetic"}))
    assert kithline("import", example).exit_code == 0
    before = client.ask("GET", "/v1/dataset")
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "events.csv").write_text(f"id,occurred_at,actor,verb\nlater,{AT},p,posted\n")

    taken = kithline("import", tmp_path / "later")

    assert taken.exit_code == 0, taken.output
    assert client.ask("GET", "/v1/dataset") == before != {}
    assert [one.get("valid_to") for one in client.pages("/v1/grounds")] == [None]


@pytest.mark.parametrize("name", ["nothing", "letters.txt", "ratings.csv"])
def test_what_is_no_dataset_is_refused(kithline, tmp_path, name):
    if name != "nothing":
        (tmp_path / name).write_text("")

    assert kithline("import", tmp_path / name).exit_code == 3


def test_a_tape_is_read_from_any_place(ratings, monkeypatch):
    monkeypatch.setattr("kithline_cli.tapes._CHUNK", 1_000)
    tape, body = Tape(ratings), ratings.read_bytes()

    for start, size in ((0, 10), (50_000, 5_000), (50_001, 5_000), (7, 20), (len(body) - 3, 99), (len(body), 5)):
        assert tape.read(start, size) == body[start : start + size]


def test_a_tape_passes_on_a_line_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr("kithline_cli.tapes._LONGEST", 1_000)
    path = tmp_path / "ratings.ndjson"
    path.write_bytes(b"x" * 5_000)

    assert Tape(path).content.size == 5_000


def test_only_csv_and_ndjson_have_tapes(tmp_path):
    with pytest.raises(DatasetError):
        Tape(tmp_path / "ratings.parquet")


def test_a_packed_file_that_is_cut_is_told(kithline, tmp_path):
    path = tmp_path / "ratings.csv.gz"
    path.write_bytes(gzip.compress(b"object,rater,item,value\n" * 100)[:-20])

    done = kithline("import", path)

    assert done.exit_code == 3
    assert "cannot be read" in done.stderr
