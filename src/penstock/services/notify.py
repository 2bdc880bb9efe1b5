"""Where a message about a failed run goes: a webhook, or whatever Apprise can reach."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from penstock.core.errors import PenstockError
from penstock.services.automations import FAILED, register, tell_of_failures, withdraw

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

VARIABLE = "PENSTOCK_NOTIFY_URL"
BLOCK = "penstock-failures"


class BadNotifyUrl(PenstockError):
    """PENSTOCK_NOTIFY_URL is no address that a message can be sent to."""

    def __init__(self, scheme: str) -> None:
        super().__init__(
            f"{VARIABLE}: nothing can be sent to an address of kind {scheme!r}\n"
            f"  fix: export {VARIABLE}=https://…   (a webhook), or an address of Apprise such as "
            "mailto://user:password@example.org, slack://…, ntfys://…"
        )


def register_notification(client: SyncPrefectClient) -> str:
    """Have failed runs told to PENSTOCK_NOTIFY_URL; unset, nobody is told. A sentence about it.

    The address may hold a secret: the server keeps it encrypted, and it is printed nowhere.

    Raises:
        BadNotifyUrl: Apprise can't read it.
    """
    url = os.environ.get(VARIABLE)
    if not url:
        withdraw(client, FAILED)
        return f"notification: none ({VARIABLE} is not set)"
    block = make_block(url)
    document = block.save(BLOCK, overwrite=True, _sync=True)
    register(client, tell_of_failures(document))
    return f"notification: failed runs are told by {url.partition(':')[0]}"


def make_block(url: str) -> Any:
    """The block that sends: JSON to a webhook, by Apprise to anything else; raises BadNotifyUrl."""
    scheme = url.partition(":")[0]
    if scheme in {"http", "https"} and urlsplit(url).hostname:
        from prefect.blocks.notifications import CustomWebhookNotificationBlock
        from prefect.types import SecretDict

        return CustomWebhookNotificationBlock(
            name="penstock",
            url="{{url}}",
            json_data={"subject": "{{subject}}", "body": "{{body}}"},
            headers=None,
            cookies=None,
            secrets=SecretDict({"url": url}),
        )
    from apprise import Apprise
    from prefect.blocks.notifications import SlackWebhook
    from pydantic import SecretStr

    if scheme in {"http", "https"} or not Apprise().add(url):
        raise BadNotifyUrl(scheme)
    # Of Prefect's blocks, this one hands any address to Apprise.
    return SlackWebhook(url=SecretStr(url))
