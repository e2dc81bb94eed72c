"""`kithline findings`: score at home, send nothing but signed findings."""

import asyncio
import base64
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec
import rich_click as click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kithline_cli import moments, table
from kithline_cli.client import Client, server_options
from kithline_cli.files import NEW_FILE
from kithline_cli.moments import MOMENT
from kithline_cli.output import json_option, show
from kithline_core import offline, signing
from kithline_core.dataset.folder import Dataset
from kithline_core.dataset.read import read
from kithline_core.engine.score import Judged
from kithline_core.errors import NotFound
from kithline_core.sandbox.host import Sandbox

USE = "organisation_development"


@click.group()
def findings() -> None:
    """Score at your own site and send signed findings, never the data.

    Example: kithline findings send my-data --sign-with site.pem
    """


@findings.command()
@click.option("--out", required=True, type=NEW_FILE, help="The new file; only you may read it.")
@json_option
def keygen(out: Path, as_json: bool) -> None:
    """Make a key to sign findings with. The file stays here; its public half goes on record with `register`.

    Example: kithline findings keygen --out site.pem
    """
    public = signing.generate(out)
    show({"file": str(out), "public_key": public}, as_json=as_json, text=f"{out}: keep it secret\npublic key: {public}")


@findings.command()
@click.argument("key_file", type=click.Path(path_type=Path))
@click.option("--title", default="our site", show_default=True, help="What to call the key.")
@server_options
@json_option
def register(key_file: Path, title: str, url: str | None, key: str | None, as_json: bool) -> None:
    """Put the public half of a key on record, with a proof that the other half is here, so that what it signs is taken.

    Example: kithline findings register site.pem --title "site of Auren Motors"
    """
    private = signing.load(key_file)
    with Client.of(url, key) as client:
        proof = base64.b64encode(signing.prove(private, client.tenant())).decode()
        asked = {"title": title, "public_key": signing.public(private), "proof": proof}
        made = client.ask("POST", "/v1/signing-keys", asked)
    show(made, as_json=as_json, text=f"{made['id']}: {made['title']}")


@findings.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--sign-with", required=True, type=click.Path(path_type=Path), help="The key file of `keygen`.")
@click.option("--scorer", "scorers", multiple=True, help="Score only this key; may be repeated.")
@click.option("--from", "start", type=MOMENT, help="First moment inside the window.")
@click.option("--to", "end", type=MOMENT, help="First moment outside; alone it ends each scorer's own window.")
@click.option("--use", default=USE, show_default=True, help="What the results are for, as of a run.")
@server_options
@json_option
def send(
    folder: Path, sign_with: Path, scorers: tuple[str, ...], start: datetime | None, end: datetime | None, use: str,
    url: str | None, key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Score a folder on this machine and send the findings, signed; nothing else of the folder leaves it.

    Example: kithline findings send my-data --sign-with site.pem --scorer silos.internal
    """
    moments.check(start, end)
    private, dataset = signing.load(sign_with), read(folder)
    with Client.of(url, key) as client:
        known, tenant = _registered(client, signing.public(private)), client.tenant()
        judged = asyncio.run(_score(dataset, offline.Request(scorers=scorers, start=start, end=end)))
        sent = [_send(client, _signed(private, tenant, known, one.document, use)) for one in judged]
    if as_json:
        for one in sent:
            click.echo(msgspec.json.encode(one))
        return
    table.results(table.console(), [one.document for one in judged], {str(one["scorer"]) for one in sent})
    click.echo(f"{len(sent)} findings sent, signed by {known}")


def _registered(client: Client, public: str) -> str:
    """Return the id of a key on record. Raises NotFound."""
    for one in client.pages("/v1/signing-keys"):
        if one["public_key"] == public and one["revoked_at"] is None:
            return str(one["id"])
    raise NotFound("this key is not on record, or was revoked; `kithline findings register FILE` puts it there")


async def _score(dataset: Dataset, request: offline.Request) -> Sequence[Judged]:
    async with Sandbox.open() as sandbox:
        return [judged async for judged in offline.score(dataset, request, sandbox)]


def _signed(private: Ed25519PrivateKey, tenant: str, known: str, document: bytes, use: str) -> dict[str, str]:
    return {
        "document": base64.b64encode(document).decode(),
        "tenant": tenant,
        "signature": base64.b64encode(signing.sign(private, tenant, document)).decode(),
        "signing_key": known,
        "sha256": signing.sha256(document),
        "intended_use": use,
    }


def _send(client: Client, body: dict[str, str]) -> dict[str, object]:
    stored = client.ask("POST", "/v1/findings", body)
    return {name: stored[name] for name in ("id", "scorer", "key", "origin")}
