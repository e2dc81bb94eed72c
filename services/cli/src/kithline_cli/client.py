"""Talks to a server: address and key from the options, the environment, or the stack on this machine."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Final, Self, TypeVar, cast
from urllib.parse import quote

import httpx2
import msgspec
import rich_click as click

from kithline_cli import tenants
from kithline_core.errors import DomainError, Forbidden, Invalid, NoGround, NotFound, Unauthenticated, Unavailable
from kithline_core.stack import credentials, folders

NDJSON: Final = "application/x-ndjson"
JSON: Final = "application/json"
SECONDS: Final = 120.0
SHOWN: Final = 5
Command = TypeVar("Command", bound=Callable[..., Any])

STATUS: Final[dict[int, type[DomainError]]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    422: Invalid,
    503: Unavailable,
}


class Refused(DomainError):
    """The server said no; its problem document says why."""

    code = "refused"


class Moved(Refused):
    """An import stands elsewhere than where a part was sent to."""

    code = "wrong_offset"


KINDS: Final[dict[str, type[DomainError]]] = {"no_ground": NoGround, "wrong_offset": Moved}


def server_options(command: Command) -> Command:
    """Add `--url`, `--key` and `--tenant`; the command receives `url` and the `key`, which may be that of the tenant."""

    @wraps(command)
    def with_its_key(*given: Any, tenant: str | None, **options: Any) -> Any:  # noqa: ANN401 - the command's own
        if tenant is not None:
            options["key"] = _key_of(tenant, options["url"], options["key"])
        return command(*given, **options)

    name = click.option(
        "--tenant", help="Another tenant of this machine's stack, as `demo`. Default: its own, `local`."
    )
    key = click.option("--key", envvar="KITHLINE_KEY", help="API key of the tenant. Default: this machine's stack.")
    url = click.option("--url", envvar="KITHLINE_URL", help="Address of the server. Default: this machine's stack.")
    return cast("Command", url(key(name(with_its_key))))


def stored() -> credentials.Credentials | None:
    """Return the credentials of the stack on this machine."""
    return credentials.read(folders.locate(os.environ) / "credentials.json")


class Client:
    """One key at one server. Raises Unavailable, Unauthenticated, NotFound, Invalid or Refused in the server's words."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        try:
            self._http = httpx2.Client(base_url=url, headers={"authorization": f"Bearer {key}"}, timeout=SECONDS)
        except (httpx2.InvalidURL, UnicodeEncodeError) as error:
            raise Invalid(f"--url or --key cannot be used: {error}; an address looks like http://host:8787") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    @classmethod
    def of(cls, url: str | None, key: str | None) -> Self:
        """Return a client of the options, else of this machine's stack. Raises Unavailable when there is neither."""
        known = stored()
        if url is None and known is not None:
            url = known.url
        # The stack's own key goes to the stack alone, never to another address.
        if key is None and known is not None and url == known.url:
            key = known.tenant_key
        if not url:
            raise Unavailable("no server is known; start one with `kithline up`, or name it with --url and --key")
        if not key:
            raise Unauthenticated(f"no key is known for {url}; name one with --key or KITHLINE_KEY")
        return cls(url, key)

    def send(self, method: str, path: str, body: bytes | None = None, **more: Any) -> httpx2.Response:  # noqa: ANN401 - headers and the like
        """Send a request and return its answer, whose status is below 400."""
        kind = {} if body is None else {"content-type": JSON}
        headers = {**kind, **more.pop("headers", {})}
        with self._reached():
            answer = self._http.request(method, path, content=body, headers=headers, **more)
        if answer.is_error:
            raise _refusal(answer)
        return answer

    def ask(self, method: str, path: str, body: object = None, **more: Any) -> Any:  # noqa: ANN401 - JSON
        """Send JSON and return JSON, None for an empty answer."""
        raw = None if body is None else msgspec.json.encode(body)
        answer = self.send(method, path, raw, **more)
        try:
            return msgspec.json.decode(answer.content) if answer.content else None
        except msgspec.DecodeError:
            raise Unavailable(f"{self.url} answers, but not as Kithline does; is the address right?") from None

    def tenant(self) -> str:
        """Return the id of the tenant the key belongs to. Raises Forbidden for a key of another kind."""
        told = self.ask("GET", "/v1/whoami")
        if told["tenant_id"] is None:
            raise Forbidden(f"this needs the key of a tenant; this one is a key of: {told['kind']}")
        return str(told["tenant_id"])

    def lines(self, path: str, asked: object = None) -> Iterator[bytes]:
        """Yield everything behind an address, one JSON object a line; `asked` is sent as JSON."""
        method, body = ("GET", None) if asked is None else ("POST", msgspec.json.encode(asked))
        headers = {"accept": NDJSON, "content-type": JSON}
        with self._reached(), self._http.stream(method, path, content=body, headers=headers) as answer:
            if answer.is_error:
                answer.read()
                raise _refusal(answer)
            # Not iter_lines: it cuts at U+2028 and its like, which a text may hold.
            rest = b""
            for part in answer.iter_bytes():
                *whole, rest = (rest + part).split(b"\n")
                yield from filter(None, whole)

    def pages(self, path: str, **filters: str) -> Iterator[Any]:
        """Yield every object of a list, page after page."""
        cursor: str | None = ""
        while cursor is not None:
            page = self.ask("GET", path, params={"limit": 200, **filters, **({"cursor": cursor} if cursor else {})})
            yield from page["data"]
            cursor = page.get("next_cursor") if page["has_more"] else None

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except httpx2.TransportError as error:
            raise Unavailable(f"{self.url} does not answer ({error}); is it up? try `kithline status`") from None


def _key_of(tenant: str, url: str | None, key: str | None) -> str:
    """Return a key of a tenant on this machine's stack, of those kept here or a new one."""
    known = stored()
    if key is not None or (url is not None and (known is None or url != known.url)):
        raise Invalid(
            "--tenant names a tenant of this machine's stack; where --key or --url is named, that key decides"
        )
    if known is None or not known.partner_key:
        raise Unavailable("no stack was started here that could hold the tenant; `kithline up` starts one")
    if tenant == known.tenant and known.tenant_key:
        return known.tenant_key
    return tenants.held(tenant) or issue(known, tenant)


def issue(known: credentials.Credentials, tenant: str) -> str:
    """Issue a key of a tenant on this machine's stack for a day, and keep it. Raises NotFound."""
    end = datetime.now(UTC) + tenants.LIFE
    with Client(known.url, known.partner_key) as partner:
        asked = {"title": "kithline --tenant", "expires_at": end.isoformat()}
        try:
            made = partner.ask("POST", f"/v1/partners/me/tenants/{quote(tenant, safe='')}/keys", asked)
        except NotFound:
            there = [one["external_id"] for one in partner.pages("/v1/partners/me/tenants")]
            known_ones = ", ".join(there[:SHOWN]) + (" and others" if len(there) > SHOWN else "")
            raise NotFound(f"this machine's stack has no tenant {tenant!r}; it has {known_ones}") from None
    tenants.keep(tenant, made["key"], end)
    return str(made["key"])


def _refusal(answer: httpx2.Response) -> DomainError:
    try:
        problem = msgspec.json.decode(answer.content, type=dict[str, Any])
    except msgspec.DecodeError:
        problem = {}
    said = str(problem.get("detail") or problem.get("title") or f"the server answered {answer.status_code}")
    kind = KINDS.get(str(problem.get("code"))) or STATUS.get(answer.status_code, Refused)
    return kind("; ".join([said, *(fault(one) for one in problem.get("errors", [])[:SHOWN])]))


def fault(one: dict[str, Any]) -> str:
    """Return one fault of a problem or report in words: its line, where in it, and what."""
    place = f"line {one['line']} " if one.get("line") else ""
    return f"{place}{one.get('pointer') or ''}: {one.get('message', '')}".strip(": ")
