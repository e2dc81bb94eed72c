"""Answers about who may do what: keys, partners, tenants, and the service itself."""

from typing import Final

from kithline_api.answers.shared import Json
from kithline_api.catalogue import KINDS
from kithline_api.examples import AT, PUBLIC_KEY, named

_KEY: Final[Json] = {
    "id": named("key"), "key_id": "c4k0ra2mve1t", "title": "importer", "scopes": ["events:write", "people:write"],
    "created_at": AT, "expires_at": "2027-01-05T09:00:00Z", "revoked_at": None, "last_used_at": None,
}  # fmt: skip
_NO_GROUND: Final = KINDS["no_ground"]

ANSWERS: Final[dict[str, Json]] = {
    "Alive": {"status": "ok"},
    "Ready": {"status": "ok", "database": "ok", "migrations": "at head", "sandboxes": {"full": 2}, "replays": "ok"},
    "ErrorPage": {
        "code": _NO_GROUND.code, "status": _NO_GROUND.status, "title": _NO_GROUND.title, "meaning": _NO_GROUND.meaning,
        "remedy": _NO_GROUND.remedy,
    },
    "Caller": {"kind": "tenant", "key_id": _KEY["key_id"], "scopes": _KEY["scopes"], "tenant_id": named("tenant"),
               "partner_id": None},
    "Pooling": {"agreed": True, "reason": "contract of 2026-01-02, section 4", "changed_at": AT},
    "Partner": {"id": named("partner"), "title": "Engage platform", "created_at": AT},
    "Grant": {
        "id": named("grant"), "partner_id": named("partner"), "given_by": "Auren Motors", "external_id": "auren",
        "document": "contract of 2026-01-02", "valid_from": AT, "valid_until": None,
    },
    "Tenant": {"id": named("tenant"), "external_id": "auren", "title": "Auren Motors", "created_at": AT},
    "Key": _KEY,
    "IssuedKey": {**_KEY, "key": "kithline_live_c4k0ra2mve1t_<43 characters, shown this once>_<6 of checksum>"},
    "SigningKey": {
        "id": named("signing_key"), "title": "site of Auren Motors", "public_key": PUBLIC_KEY, "created_at": AT,
        "revoked_at": None,
    },
}  # fmt: skip
