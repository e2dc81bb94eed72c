"""Reads the wheel of a plugin: its manifest, what the manifest names, and whose entry point it is."""

import configparser
import re
import sys
import zipfile
from pathlib import Path
from typing import Final

import msgspec
from packaging.utils import canonicalize_name

from kithline_core.errors import Invalid
from kithline_core.model.questionnaires import Questionnaire
from kithline_core.plugins.declared import fault
from kithline_core.plugins.found import GROUP, MANIFEST, rank
from kithline_core.plugins.wheel import archive, metadata
from kithline_core.plugins.wheel.metadata import About
from kithline_sdk.manifest import Manifest

LOCK: Final = "kithline.lock"
MANIFEST_BYTES: Final = 4 * archive.MIB
MODULE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
HOOK: Final = re.compile(rb"^@(?:\w+\.)?hookimpl\b[^\n]*\n(?:@[^\n]*\n)*(?:async )?def (kithline_\w+)", re.MULTILINE)
# What a plugin's own process is made of: a wheel that brings one of these would stand in its place.
OURS: Final = frozenset({"kithline_core", "kithline_sdk", "kithline_api", "kithline_worker", "kithline_cli"})
TAKEN: Final = OURS | {"msgspec", "numpy", "pluggy"} | sys.stdlib_module_names


class Wheel(msgspec.Struct, frozen=True):
    """A plugin's wheel, read and found to be in order. `lock`: the text of its kithline.lock, None when it brings none."""

    path: Path
    digest: str
    about: About
    module: str
    manifest: Manifest
    hooks: tuple[str, ...]
    lock: str | None


def read(path: Path) -> Wheel:
    """Read a plugin's wheel; nothing of it is run. Raises Invalid, saying what is wrong with it."""
    digest = archive.digest(path)
    with archive.opened(path, archive.PLUGIN) as file:
        info = metadata.info(path, file)
        archive.recorded(path, file, info)
        about = metadata.about(path, file, info)
        module = _module(path, file, info)
        manifest = declared(path, file, module)
        _agree(path, about, manifest)
        _brings(path, file, module, manifest)
        return Wheel(path, digest, about, module, manifest, _hooks(file, module), _lock(file, module))


def offers(path: Path) -> bool:
    """Return whether a wheel has an entry point of ours, so that it means to be a plugin. Raises Invalid."""
    with archive.opened(path, archive.LIBRARY) as file:
        return bool(_points(path, file, metadata.info(path, file)))


def declared(path: Path, file: zipfile.ZipFile, module: str) -> Manifest:
    """Return the manifest, which this host must be able to serve. Raises Invalid."""
    name = f"{module}/{MANIFEST}"
    if name not in file.namelist():
        raise Invalid(f"{path.name} holds no {name}: a plugin says there what it is")
    if file.getinfo(name).file_size > MANIFEST_BYTES:
        raise Invalid(f"{path.name}: {name} is larger than {MANIFEST_BYTES // archive.MIB} MiB")
    try:
        manifest = msgspec.json.decode(file.read(name), type=Manifest)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Invalid(f"{path.name}: {name} cannot be read: {error}") from None
    if reason := fault(manifest):
        raise Invalid(f"{path.name}: {reason}")
    return manifest


def _module(path: Path, file: zipfile.ZipFile, info: str) -> str:
    """Return the package that the one entry point leads to."""
    modules = _points(path, file, info)
    if len(modules) != 1:
        raise Invalid(f"{path.name} has {len(modules)} entry points in the group {GROUP}; a plugin has one")
    (module,) = modules
    if not MODULE.fullmatch(module) or f"{module}/__init__.py" not in file.namelist():
        raise Invalid(f"{path.name}: its entry point leads to {module[:80]!r}, which is no package at its top")
    if strange := sorted(_tops(file, info) & TAKEN):
        raise Invalid(f"{path.name} would stand in the place of {', '.join(strange)}")
    if compiled := [name for name in file.namelist() if name.endswith(".pyc")]:
        raise Invalid(f"{path.name}: {compiled[0]} is bytecode, which could differ from the source beside it")
    if data := [name for name in file.namelist() if name.partition("/")[0].endswith(".data")]:
        raise Invalid(f"{path.name}: {data[0]} would be put outside its package")
    return module


def _points(path: Path, file: zipfile.ZipFile, info: str) -> list[str]:
    name = f"{info}/entry_points.txt"
    parser = configparser.RawConfigParser(delimiters=("=",), strict=True)
    try:
        parser.read_string(file.read(name).decode() if name in file.namelist() else "")
        return [value.strip() for _, value in parser.items(GROUP)] if parser.has_section(GROUP) else []
    except configparser.Error as error:
        raise Invalid(f"{path.name}: {name} cannot be read: {error.message}") from None


def _tops(file: zipfile.ZipFile, info: str) -> set[str]:
    """Return the names one could import."""
    return {name.partition("/")[0].partition(".")[0] for name in file.namelist() if not name.startswith(f"{info}/")}


def _agree(path: Path, about: About, manifest: Manifest) -> None:
    told = (canonicalize_name(manifest.plugin), rank(manifest.version))
    if told != (about.name, rank(about.version)):
        raise Invalid(
            f"{path.name} is {about.name} {about.version}, and its manifest is of"
            f" {manifest.plugin[:80]!r} {manifest.version[:40]!r}"
        )


def _brings(path: Path, file: zipfile.ZipFile, module: str, manifest: Manifest) -> None:
    """Refuse a manifest that names files which are not there, or questionnaires that are none. Raises Invalid."""
    names = set(file.namelist())
    listed = {name for spec in manifest.scorers for name in spec.word_lists}
    for name in sorted({*listed, *manifest.questionnaires}):
        if f"{module}/{name}" not in names:
            raise Invalid(f"{path.name}: its manifest names {name[:100]!r}, which is not there")
    for name in manifest.questionnaires:
        try:
            msgspec.json.decode(file.read(f"{module}/{name}"), type=Questionnaire)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise Invalid(f"{path.name}: {name} is no questionnaire: {error}") from None


def _hooks(file: zipfile.ZipFile, module: str) -> tuple[str, ...]:
    sources = [name for name in file.namelist() if name.startswith(f"{module}/") and name.endswith(".py")]
    return tuple(sorted({hook.decode() for name in sources for hook in HOOK.findall(file.read(name))}))


def _lock(file: zipfile.ZipFile, module: str) -> str | None:
    name = f"{module}/{LOCK}"
    return file.read(name).decode() if name in file.namelist() else None
