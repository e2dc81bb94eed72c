"""One run, in its own process: confine, score, answer, end."""

import gc
import os
import random
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import msgspec
import numpy as np
from msgspec import Struct

from kithline_core.sandbox.far import frames, reading
from kithline_core.sandbox.far.loader import Loaded, describe
from kithline_core.sandbox.far.walls import Tighten
from kithline_sdk.contract import Finding, Scorer
from kithline_sdk.snapshot import Column, Snapshot, Table, Window

STDOUT: Final = 1
STDERR: Final = 2
PLACE: Final = 200  # characters
OFTEN: Final = 10  # calls after which the interpreter has made a function fast, in memory that every fork shares then


class Unusable(ValueError):
    """A parameter has a value that the scorer cannot use."""


def run(loaded: Loaded, descriptors: list[int], tighten: Tighten) -> None:  # pragma: no cover - in the fork
    """Do one run, or read one export, and end the process, whatever happens. Never returns."""
    file, result, output, *export = descriptors
    try:
        os.dup2(output, STDOUT)
        os.dup2(output, STDERR)
        os.close(output)
        request, snapshot = frames.unsealed(file)
        os.close(file)
        tighten(request.seconds, request.memory_mb, [result, *export])
        said = reading.said(loaded, request, export[0]) if export else [answer(loaded, request, snapshot)]
        for part in said:
            frames.write_all(result, part)
        sys.stdout.flush()
    finally:
        os._exit(0)


def answer(loaded: Loaded, request: frames.Request, snapshot: bytes) -> bytes:
    """Return the framed reply of one run; whatever the scorer does wrong becomes a reply too."""
    try:
        reseed(request.seed)
        return frames.framed(frames.Found(finding=score(loaded, request, snapshot)))
    except frames.Unfit as unfit:
        return frames.framed(frames.Failed("invalid_finding", str(unfit)[:300]))
    except Unusable as unusable:
        return frames.framed(frames.Failed("invalid_parameter", str(unusable)[:300]))
    except MemoryError:
        return frames.framed(frames.NoMemory())
    except BaseException as error:  # noqa: BLE001 - a scorer may raise anything, SystemExit included
        return frames.framed(frames.Failed("crash", describe(error), raised(error, loaded.scorers.get(request.scorer))))


def raised(error: BaseException, scorer: Scorer | None) -> str:
    """Return the module and line of the innermost frame in the scorer's own package, "" where there is none."""
    package = type(scorer).__module__.partition(".")[0]
    own = [
        f"{name}:{line}"
        for frame, line in traceback.walk_tb(error.__traceback__)
        if (name := str(frame.f_globals.get("__name__", ""))).partition(".")[0] == package
    ]
    return own[-1][:PLACE] if own else ""


def score(loaded: Loaded, request: frames.Request, snapshot: bytes) -> Finding:
    """Call the scorer, but over no bytes at all: then only its parameters are looked at.

    Raises LookupError or Unfit when it is not what its manifest says, Unusable.
    """
    scorer = find(loaded.scorers, request, loaded.problems)
    params = parameters(scorer, request.params)
    if not snapshot:
        return Finding()
    found = scorer.score(Snapshot.decode(snapshot), params, request.seed)
    if not isinstance(found, Finding):
        raise frames.Unfit(f"score() returned a {type(found).__name__}, not a Finding")
    return found


def parameters(scorer: Scorer, given: dict[str, Any]) -> Struct:
    """Return the parameters as the scorer's own type. Raises Unusable, naming the parameter, outside its range."""
    try:
        return msgspec.convert(given, scorer.Params)
    except msgspec.ValidationError as error:
        words, _, path = str(error).partition(" - at `$.")
        raise Unusable(f"{path.rstrip('`')}: {words}" if path else words) from None


def find(scorers: Mapping[str, Scorer], request: frames.Request, problems: list[str]) -> Scorer:
    """Return the scorer that the manifest declares. Raises LookupError when the plugin does not offer it."""
    scorer = scorers.get(request.scorer)
    if scorer is None:
        raise LookupError("; ".join([f"the plugin offers no scorer {request.scorer}", *problems]))
    if scorer.version != request.version:
        raise LookupError(f"the plugin offers version {scorer.version}, its manifest says {request.version}")
    return scorer


def warm_up(loaded: Loaded) -> None:
    """Do once what every fork would otherwise do first: build type descriptions, and so on."""
    cells: dict[str, list[object]] = {"int": [1, 2, None], "float": [0.5, 1.5, None], "str": ["a", "b", None]}
    sample = Snapshot(
        Window(0, 1), [Table("t", {kind: Column.of(kind, some) for kind, some in cells.items()})]
    ).encode()
    reseed(0)
    for scorer in loaded.scorers.values():
        with suppress(Exception):
            msgspec.convert({}, scorer.Params)
    frames.framed(frames.Found(finding=Finding()))
    for _ in range(OFTEN):
        Snapshot.decode(sample)
    gc.collect()
    gc.freeze()  # what is there stays out of later collections, whose marks would copy every page


def reseed(seed: int) -> None:
    """Start the shared generators from the run's seed: a fork would repeat its parent's numbers."""
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002 - the legacy generator is the one that a fork shares
