"""A plugin in two versions, as files: the second scores higher, refuses what the first takes, reads more, and leaves one out."""

import json
from pathlib import Path
from typing import Any

from kithline_core.plugins import Installed, Plugin, read_manifest

CODE = '''
from typing import Annotated, ClassVar

import msgspec
from kithline_sdk import Finding, Scorer, Snapshot, hookimpl


class Params(msgspec.Struct, frozen=True, kw_only=True):
    weight: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5
    words: list[Annotated[str, msgspec.Meta(max_length=3)]] = []
    persons: bool = False
    floor: int = 5
    no_floor: bool = False


class Share:
    """A score that grows with the organisations there are."""

    key: ClassVar[str] = "twofold.share"
    version: ClassVar[str] = "{version}"
    Params: ClassVar[type[msgspec.Struct]] = Params

    def score(self, snapshot: Snapshot, params: Params, seed: int) -> Finding:
        rows = snapshot["organisations"].rows
        score = 0.3 + 0.01 * rows * params.weight + {more}
        interval = (max(0.0, score - 0.1), min(1.0, score + 0.1))
        return Finding(score=score, level=int(score >= 0.35), interval=interval, measures={{"rows": rows}})


class Same(Share):
    key = "twofold.same"
    version = "1.0.0"

    def score(self, snapshot: Snapshot, params: Params, seed: int) -> Finding:
        return Finding(score=0.5, level=1, interval=(0.4, 0.6), measures={{"rows": snapshot["organisations"].rows}})


class Choosy(Same):
    """Has nothing to say in its second version."""

    key = "twofold.choosy"

    def score(self, snapshot: Snapshot, params: Params, seed: int) -> Finding:
        if {more}:
            return Finding(status="insufficient", reasons=["too_new"])
        return super().score(snapshot, params, seed)


class Wider(Same):
    key = "twofold.wider"


class Gone(Same):
    key = "twofold.gone"


@hookimpl
def kithline_scorers() -> list[Scorer]:
    return [Share(), Same(), Choosy(), Wider(), Gone()]
'''
ORGANISATIONS = {"table": "organisations", "columns": ["organisation"]}
TIES = {"table": "ties", "columns": ["actor", "target"]}


def versions(folder: Path) -> Installed:
    """Write both versions below a folder and return them as all that is installed."""
    return Installed([_written(folder / one, one) for one in ("1.0.0", "2.0.0")], [])


def _written(folder: Path, version: str) -> Plugin:
    package, info = folder / "kithline_twofold", folder / f"kithline_twofold-{version}.dist-info"
    package.mkdir(parents=True)
    info.mkdir()
    more = 0.05 if version == "2.0.0" else 0.0
    (package / "__init__.py").write_text(CODE.format(version=version, more=more))
    (package / "kithline.json").write_text(json.dumps(_manifest(version)))
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: kithline-twofold\nVersion: {version}\n")
    (info / "entry_points.txt").write_text("[kithline]\ntwofold = kithline_twofold\n")
    return Plugin("kithline_twofold", package, read_manifest(package))


def _manifest(version: str) -> dict[str, Any]:
    second = version == "2.0.0"
    scorers = [
        _scorer("twofold.share", version),
        _scorer("twofold.same"),
        _scorer("twofold.choosy"),
        _scorer("twofold.wider", inputs=[ORGANISATIONS, *([TIES] if second else [])]),
        *([] if second else [_scorer("twofold.gone")]),
    ]
    return {"plugin": "kithline-twofold", "version": version, "api_version": "1", "scorers": scorers}


def _scorer(key: str, version: str = "1.0.0", **more: Any) -> dict[str, Any]:
    title = {"en": key, "de": key}
    return {
        "key": key, "version": version, "title": title, "question": title, "unit": "points", "aggregation": "none",
        "levels": ["low", "high"], "window_days": 90, "inputs": [ORGANISATIONS],
        "parameters": {"weight": 0.5, "words": []}, "not_for": ["pay"], "measures": {"rows": {"label": title}}, **more,
    }  # fmt: skip
