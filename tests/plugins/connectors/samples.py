"""One small export of every kind, as its format's documentation describes it."""

import io
import json
import zipfile

HR = (
    b"Employee ID;Department;Manager ID;Hire Date;Termination Date;Company;Grade\n"
    b"E1;Sales;;01.02.2020;;Acme;7\n"
    b"E2;Sales;E1;2021-05-01;31.12.2025;Acme;\n"
)

SCIM_USER = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
    "id": "2819c223",
    "externalId": "701984",
    "userName": "bjensen",
    "name": {"familyName": "Jensen", "givenName": "Barbara"},
    "userType": "Employee",
    "title": "Tour guide",
    "active": True,
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
        "employeeNumber": "701984", "costCenter": "4130", "organization": "Universal Studios",
        "division": "Theme Park", "department": "Tour Operations", "manager": {"value": "26118915"},
    },
    "meta": {"resourceType": "User", "created": "2010-01-23T04:56:22Z", "lastModified": "2011-05-13T04:42:34Z"},
}  # fmt: skip
SCIM_LIST = {
    "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    "totalResults": 1,
    "Resources": [SCIM_USER],
}

MBOX = b"""From ann@acme.example Mon Jan  5 09:00:00 2026
From: Ann <Ann@acme.example>
To: makers@lists.example
Date: Mon, 05 Jan 2026 09:00:00 +0100
Message-ID: <1@acme.example>
List-Id: Makers <makers.lists.example>
Subject: A question

Who has done this before?
From here on it is text.

From bob at works.example Mon Jan  5 10:00:00 2026
From: bob at works.example (Bob)
Date: Mon, 05 Jan 2026 10:00:00 +0000
Message-ID: <2@works.example>
In-Reply-To: <1@acme.example>
References: <1@acme.example>
List-Id: <makers.lists.example>

We have.

From robot@acme.example Mon Jan  5 10:00:01 2026
From: robot@acme.example
Date: Mon, 05 Jan 2026 10:00:01 +0000
Message-ID: <3@acme.example>
Auto-Submitted: auto-replied

I am away.
"""

DISCOURSE_USERS = (
    b"id,name,username,email,title,created_at,last_seen_at,trust_level\n"
    b"1,Ann,ann,ann@acme.example,,2025-01-01 08:00:00 UTC,,2\n"
)
DISCOURSE_OWN = (
    b"topic_title,categories,is_pm,post,like_count,reply_count,url,created_at\n"
    b"A question,Makers,No,Who has done this?,2,1,https://forum.example/t/a-question/12/1,2026-01-05 09:00:00 UTC\n"
    b"A word,,Yes,Just for you,0,0,https://forum.example/t/a-word/13/1,2026-01-05 09:30:00 UTC\n"
)
DISCOURSE_TOPIC = {
    "id": 12, "title": "A question", "category_id": 4, "archetype": "regular",
    "post_stream": {"posts": [
        {"id": 70, "post_number": 1, "username": "ann", "created_at": "2026-01-05T09:00:00.000Z", "post_type": 1},
        {"id": 71, "post_number": 2, "username": "bob", "created_at": "2026-01-05T10:00:00.000Z", "post_type": 1},
        {"id": 72, "post_number": 3, "username": "cem", "created_at": "2026-01-05T11:00:00.000Z", "post_type": 1,
         "reply_to_post_number": 2},
        {"id": 73, "post_number": 4, "username": "system", "created_at": "2026-01-05T12:00:00.000Z", "post_type": 3},
    ]},
}  # fmt: skip

SLACK = {
    "users.json": [{"id": "U1", "name": "ann"}, {"id": "U2", "name": "bob"}, {"id": "U3", "name": "robot", "is_bot": True}],
    "channels.json": [{"id": "C1", "name": "makers", "created": 1735689600, "members": ["U1", "U2"]}],
    "groups.json": [{"id": "G1", "name": "planning", "created": 1735689600}],
    "dms.json": [{"id": "D1", "members": ["U1", "U2"]}],
    "makers/2026-01-05.json": [
        {"type": "message", "subtype": "channel_join", "user": "U2", "text": "joined", "ts": "1767600000.000001"},
        {"type": "message", "user": "U1", "text": "Ask <@U2>", "ts": "1767603600.000100", "thread_ts": "1767603600.000100",
         "reactions": [{"name": "+1", "users": ["U2"], "count": 1}]},
        {"type": "message", "user": "U2", "text": "Done", "ts": "1767607200.000200", "thread_ts": "1767603600.000100",
         "parent_user_id": "U1"},
        {"type": "message", "subtype": "channel_topic", "user": "U1", "text": "set", "ts": "1767607300.000200"},
    ],
    "planning/2026-01-05.json": [{"type": "message", "user": "U1", "text": "Plan", "ts": "1767603700.000100"}],
    "D1/2026-01-05.json": [{"type": "message", "user": "U1", "text": "Just you", "ts": "1767603800.000100"}],
}  # fmt: skip

VIVA = {
    "Users.csv": "id,name,job_title,location,department,joined_at,deleted_at,email\n"
    "11,Ann,,,Sales,2025-01-01T08:00:00Z,,ann@acme.example\n12,Bob,,,Works,2025-01-01T08:00:00Z,,bob@acme.example\n",
    "Groups.csv": "id,name,description,private,created_at\n5,Makers,,false,2025-01-01T08:00:00Z\n6,Planning,,true,2025-01-01T08:00:00Z\n",
    "Messages.csv": "id,replied_to_id,parent_id,thread_id,conversation_id,group_id,group_name,participants,in_private_group,"
    "in_private_conversation,sender_id,sender_type,sender_name,sender_email,body,created_at,deleted_at\n"
    "901,,,901,,5,Makers,,false,false,11,User,Ann,ann@acme.example,Who knows?,2026-01-05T09:00:00Z,\n"
    "902,901,901,901,,5,Makers,,false,false,12,User,Bob,bob@acme.example,I do,2026-01-05T10:00:00Z,\n"
    "903,,,903,77,,,,false,true,11,User,Ann,ann@acme.example,Just you,2026-01-05T11:00:00Z,\n"
    "904,,,904,,6,Planning,,true,false,11,User,Ann,ann@acme.example,Plan,2026-01-05T11:30:00Z,\n",
}

TICKETS = b"Ticket,Created,From,To,Type\n1,05.01.2026,ann,bob,Q\n2,2026-01-06,bob,,note\n"
TICKETS_MAPPING = {
    "file": "events",
    "columns": {
        "id": "Ticket", "actor": "From", "target": "To", "verb": {"value": "posted"},
        "occurred_at": {"column": "Created", "form": "day"},
        "kind": {"column": "Type", "values": {"Q": "question", "note": "practice"}},
    },
}  # fmt: skip


def zipped(members: dict[str, object]) -> bytes:
    """A zip of texts, bytes and JSON."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content if isinstance(content, str | bytes) else json.dumps(content))
    return file.getvalue()
