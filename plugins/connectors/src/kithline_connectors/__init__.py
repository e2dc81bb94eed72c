"""Reads exports of other systems and yields rows of dataset files."""

from kithline_connectors.discourse import Discourse
from kithline_connectors.mailing_list import MailingList
from kithline_connectors.mapped import Mapped
from kithline_connectors.people_list import PeopleList
from kithline_connectors.scim import Scim
from kithline_connectors.slack import Slack
from kithline_connectors.viva import Viva
from kithline_sdk.connecting import Connector
from kithline_sdk.hooks import hookimpl


@hookimpl
def kithline_connectors() -> list[Connector]:
    """Return this plugin's connectors."""
    return [Discourse(), MailingList(), Mapped(), PeopleList(), Scim(), Slack(), Viva()]
