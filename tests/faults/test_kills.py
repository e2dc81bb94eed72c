"""`kill -9` of everything that can be killed, while runs are under way: nothing is lost, nothing is done twice."""

import random
import signal
import time

import psutil
import pytest

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

SEED = 20_260_101
RUNS = 200


def test_two_hundred_runs_survive_ten_kills_with_exactly_one_result_per_run_and_scorer(stage, capsys):
    stage.start_all()
    tenants = [stage.tenant() for _ in range(4)]
    wanted = [run for tenant in tenants for run in stage.order(tenant, "steady", "raises", times=RUNS // 4)]
    started = time.monotonic()

    kills = ["child"] * 4 + ["worker"] * 2 + ["dispatcher"] * 2 + ["broker"] * 2
    random.Random(SEED).shuffle(kills)
    for number, kill in enumerate(kills, 1):
        some = number * len(wanted) * 2 // (len(kills) + 2)
        stage.until(lambda some=some: _results(stage) >= some, f"{some} results before kill {number} ({kill})", 120)
        _kill(stage, kill)
    stage.until(lambda: stage.finished(wanted), "every run is finished", 240)
    elapsed = time.monotonic() - started

    states = stage.ask("select state, count(*) from runs where run_id = any($1) group by state", wanted)
    assert {row["state"]: row["count"] for row in states} == {"succeeded": RUNS}
    per_pair = stage.ask(
        "select run_id, scorer, count(*) as results from results where run_id = any($1) group by run_id, scorer", wanted
    )
    assert len(per_pair) == RUNS * 2
    assert {row["results"] for row in per_pair} == {1}
    (told,) = stage.ask("select count(*), count(distinct subject_id) as runs from outbox where kind = 'run.succeeded'")
    assert tuple(told) == (RUNS, RUNS)
    (attempts,) = stage.ask("select count(*) from attempts")
    with capsys.disabled():
        print(  # noqa: T201 - a fault test prints its figure
            f"\nkill_child_200: seed {SEED}, runs {RUNS}, kills {len(kills)}, lost 0, duplicates 0, "
            f"attempts {attempts['count']} of {RUNS * 2} needed, {elapsed:.0f} s"
        )


def _results(stage):
    (row,) = stage.ask("select count(*) from results")
    return row["count"]


def _kill(stage, kill):
    if kill == "child":
        for child in stage.until(stage.children, "the worker has children")[:1]:
            _kill_process(child)
    elif kill == "broker":
        stage.kill("broker")
        time.sleep(0.5)
        stage.start_broker()
    else:
        stage.kill(kill)
        (stage.start_worker if kill == "worker" else stage.start_dispatcher)()


def _kill_process(process):
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


def test_a_wiped_broker_loses_no_run(stage):
    stage.start_all()
    wanted = stage.order(stage.tenant(), "steady", times=40)
    stage.until(lambda: _results(stage) >= 5, "five results")

    stage.kill("broker")
    stage.start_broker(wiped=True)

    stage.until(lambda: stage.finished(wanted), "every run is finished", 120)
    (row,) = stage.ask("select count(*) from results where run_id = any($1)", wanted)
    assert row["count"] == 40


def test_a_run_that_kills_every_worker_is_dead_after_five_attempts_and_delays_nobody(stage):
    # Behind a wall nobody reaches the worker; without one a run kills it, as the kernel does when memory runs out.
    stage.start_all(sandbox_tier="none", sandbox_none="first-party")
    poisoned, healthy = stage.tenant(), stage.tenant()
    (poison,) = stage.order(poisoned, "kills_worker")
    wanted = stage.order(healthy, "steady", times=20)

    stage.until(lambda: stage.finished(wanted), "the others are finished")
    stage.until(lambda: stage.finished([poison]), "the poison run is finished", 120)

    (task,) = stage.ask("select state, attempt, reason from run_tasks where run_id = $1", poison)
    (run,) = stage.ask("select state from runs where run_id = $1", poison)
    notices = stage.ask("select kind from outbox where subject_id = $1", poison)
    assert tuple(task) == ("dead", 5, "the worker was lost in each of 5 attempts")
    assert run["state"] == "failed"
    assert [row["kind"] for row in notices] == ["run.failed"]


def test_a_worker_that_was_stopped_past_its_lease_is_fenced_out(stage):
    stage.start_all()
    (wanted,) = stage.order(stage.tenant(), "slow")
    stage.until(lambda: stage.ask("select from run_tasks where state = 'leased'"), "the task is leased")
    frozen = [
        psutil.Process(stage.processes["worker"].pid),
        *psutil.Process(stage.processes["worker"].pid).children(True),
    ]
    for one in frozen:
        one.suspend()

    stage.start_worker("second")
    stage.until(lambda: stage.finished([wanted]), "somebody else finished it", 60)
    for one in frozen:
        one.resume()
    stage.until(lambda: "lease lost" in stage.log("worker") or "fenced out" in stage.log("worker"), "the twin gave up")

    (results,) = stage.ask("select count(*), max(attempt) as attempt from results where run_id = $1", wanted)
    outcomes = stage.ask(
        "select outcome from attempts where task_id in (select task_id from run_tasks where run_id = $1)", wanted
    )
    assert tuple(results) == (1, 2)
    assert sorted(row["outcome"] for row in outcomes) == ["done", "lost"]


def test_two_dispatchers_finish_everything_once(stage):
    stage.start_all()
    stage.start_dispatcher("another")
    wanted = stage.order(stage.tenant(), "steady", "well", times=20)

    stage.until(lambda: stage.finished(wanted), "every run is finished")

    (attempts,) = stage.ask(
        "select count(*) from attempts where task_id in (select task_id from run_tasks where run_id = any($1))", wanted
    )
    assert attempts["count"] == 40


def test_lost_database_sessions_lose_no_run(stage):
    stage.start_all()
    wanted = stage.order(stage.tenant(), "steady", times=60)
    for round_ in range(5):
        stage.until(lambda some=round_ * 8: _results(stage) >= some, "some results")
        stage.ask(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        )

    stage.until(lambda: stage.finished(wanted), "every run is finished", 120)
    (row,) = stage.ask("select count(*) from results where run_id = any($1)", wanted)
    assert row["count"] == 60
    assert stage.processes["worker"].poll() is None
    assert stage.processes["dispatcher"].poll() is None


def test_a_broker_that_is_away_stops_neither_admission_nor_reaping(stage):
    stage.start_broker()
    stage.start_dispatcher()
    stage.start_worker()
    (first,) = stage.order(stage.tenant(), "slow")
    stage.until(lambda: stage.ask("select from run_tasks where state = 'leased'"), "the task is leased")

    stage.kill("broker")
    for child in stage.children():
        _kill_process(child)
    tenant = stage.tenant()
    wanted = stage.order(tenant, "steady", times=5)

    reaped = "select from attempts where outcome = 'lost'"
    stage.until(lambda: stage.ask(reaped), "the lease of the dead child is reaped", 30)
    admitted = "select count(*) from run_tasks where tenant_id = $1 and admitted_at is not null"
    stage.until(lambda: stage.ask(admitted, tenant)[0]["count"] == 5, "the new tasks are admitted", 30)
    assert stage.processes["dispatcher"].poll() is None
    stage.start_broker()
    stage.until(lambda: stage.finished([first, *wanted]), "everything is finished once it is back", 120)


def test_a_worker_that_is_asked_to_stop_finishes_what_it_holds_and_wastes_nothing(stage):
    stage.start_all()
    wanted = stage.order(stage.tenant(), "slow") + stage.order(stage.tenant(), "steady", times=20)
    stage.until(lambda: stage.ask("select from run_tasks where state = 'leased'"), "a task is leased")

    stage.kill("worker", signal.SIGTERM)
    stage.start_worker()

    stage.until(lambda: stage.finished(wanted), "every run is finished")
    (attempts,) = stage.ask("select count(*), max(attempt) as most from attempts")
    assert tuple(attempts) == (21, 1)
