"""Wheels of plugins, made as a zip: a sound one, and any way of being unsound that a test asks for."""

import base64
import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

CODE = '''
from typing import ClassVar
import msgspec, numpy
from kithline_sdk import Finding, Scorer, Snapshot, hookimpl


class Params(msgspec.Struct, frozen=True, kw_only=True):
    persons: bool = False
    floor: int = 5
    no_floor: bool = False


class Echo:
    """Says how many ties there are, and which numpy counted them."""

    key: ClassVar[str] = "{key}"
    version: ClassVar[str] = "1.0.0"
    Params: ClassVar[type[msgspec.Struct]] = Params

    def score(self, snapshot: Snapshot, params: Params, seed: int) -> Finding:
        major, minor = (int(part) for part in numpy.__version__.split(".")[:2])
        measures = {{"ties": snapshot["ties"].rows, "numpy": major * 100 + minor, "build": {build}}}
        return Finding(score=0.5, interval=(0.4, 0.6), measures=measures)


@hookimpl
def kithline_scorers() -> list[Scorer]:
    return [Echo()]
'''
# Equal content, equal bytes.
DATE = (2026, 1, 1, 0, 0, 0)
NOT_FOR = ["appraisal", "pay", "dismissal", "award", "delisting"]


def manifest(name: str = "acme-echo", version: str = "1.0.0", key: str = "acme.echo", **more: Any) -> dict[str, Any]:
    """Return the manifest of a plugin with one scorer."""
    label = {"en": "Count", "de": "Zahl"}
    scorer = {
        "key": key, "version": "1.0.0", "title": {"en": "Echo", "de": "Echo"}, "unit": "points",
        "question": {"en": "How many ties?", "de": "Wie viele?"}, "aggregation": "none", "levels": [],
        "window_days": 90, "inputs": [{"table": "ties", "columns": ["actor", "target"], "required": True}],
        "not_for": NOT_FOR, "measures": {one: {"label": label} for one in ("ties", "numpy", "build")},
    }  # fmt: skip
    own = {"scorers": [scorer], **more} if "scorers" not in more else more
    return {"plugin": name, "version": version, "api_version": "1", **own}


def wheel(
    folder: Path,
    name: str = "acme-echo",
    version: str = "1.0.0",
    *,
    key: str = "acme.echo",
    build: int = 1,
    module: str | None = None,
    points: str | None = None,
    needs: Iterable[str] = ("kithline-sdk>=1,<2",),
    lock: str | None = None,
    files: Mapping[str, str | bytes | None] | None = None,
    about: Mapping[str, str] | None = None,
    tag: str = "py3-none-any",
    **more: Any,
) -> Path:
    """Write a plugin's wheel. `files` adds files, or takes one away with None; `more` changes the manifest."""
    package = module or name.replace("-", "_")
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    told = {"Metadata-Version": "2.1", "Name": name, "Version": version, "Requires-Python": ">=3.11", **(about or {})}
    lines = [f"{field}: {value}" for field, value in told.items()] + [f"Requires-Dist: {one}" for one in needs]
    content: dict[str, str | bytes | None] = {
        f"{package}/__init__.py": CODE.format(key=key, build=build),
        f"{package}/kithline.json": json.dumps(manifest(name, version, key, **more)),
        f"{package}/kithline.lock": lock,
        f"{info}/METADATA": "\n".join(lines) + "\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
        f"{info}/entry_points.txt": f"[kithline]\n{package} = {package}\n" if points is None else points,
        **(files or {}),
    }
    path = folder / f"{name.replace('-', '_')}-{version}-{tag}.whl"
    return zipped(path, {one: text for one, text in content.items() if text is not None}, info)


def zipped(path: Path, content: Mapping[str, str | bytes], info: str) -> Path:
    """Write a zip with a RECORD of what it holds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {name: text.encode() if isinstance(text, str) else text for name, text in content.items()}
    record = "".join(f"{name},sha256={mark(data)},{len(data)}\n" for name, data in told.items())
    told.setdefault(f"{info}/RECORD", f"{record}{info}/RECORD,,\n".encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in told.items():
            out.writestr(zipfile.ZipInfo(name, DATE), data, zipfile.ZIP_DEFLATED)
    return path


def mark(data: bytes) -> str:
    """Return a hash as RECORD writes it."""
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def changed(path: Path, change: Mapping[str, bytes]) -> Path:
    """Write other bytes into a wheel without telling its RECORD."""
    with zipfile.ZipFile(path) as file:
        content = {one.filename: file.read(one) for one in file.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in {**content, **change}.items():
            out.writestr(name, data)
    return path
