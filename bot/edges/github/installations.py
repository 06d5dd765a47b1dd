"""The App's own things: where it is installed, and which webhooks never reached us."""

from datetime import datetime

from bot.edges.github.request import Request
from bot.edges.github.topic import Topic
from bot.ports import FailedDelivery, Installed

_MAX_INSTALLATIONS, _MAX_REPOSITORIES, _MAX_DELIVERIES = 1000, 5000, 3000


class Installations(Topic):
    """The part of `Forge` about the App itself."""

    async def repositories(self) -> tuple[Installed, ...]:
        """Every repository of every installation."""
        request = Request(method="GET", path="/app/installations?per_page=100")
        signer = self._client.tokens.app()
        found: list[Installed] = []
        async for item in self._client.listing(request, signer, None, _MAX_INSTALLATIONS):
            if not item.get("suspended_at"):
                found.extend(await self._repositories(int(item["id"])))
        return tuple(found)

    async def failed_deliveries(self, since: datetime) -> tuple[FailedDelivery, ...]:
        """Webhook deliveries since a time that did not reach us."""
        request = Request(method="GET", path="/app/hook/deliveries?per_page=100")
        signer = self._client.tokens.app()
        failed: dict[str, FailedDelivery] = {}
        arrived: set[str] = set()
        # Newest first. `status=failure` of the API misses timeouts, so the filter is ours.
        async for item in self._client.listing(request, signer, None, _MAX_DELIVERIES):
            at = datetime.fromisoformat(item["delivered_at"])
            if at < since:
                break
            guid = str(item["guid"])
            if item.get("status") == "OK":
                arrived.add(guid)
            elif guid not in failed:
                failed[guid] = FailedDelivery(
                    id=int(item["id"]), guid=guid, event=str(item["event"]), at=at
                )
        return tuple(one for guid, one in failed.items() if guid not in arrived)

    async def redeliver(self, delivery: FailedDelivery) -> None:
        """Ask GitHub to send one again."""
        request = Request(
            method="POST",
            path="/app/hook/deliveries/{id}/attempts",
            values={"id": delivery.id},
            repeatable=False,
        )
        await self._client.transport.ask(request, self._client.tokens.app())

    async def _repositories(self, installation: int) -> list[Installed]:
        request = Request(method="GET", path="/installation/repositories?per_page=100")
        signer = self._client.tokens.installation(installation)
        return [
            Installed(
                repo=item["full_name"],
                installation=installation,
                default_branch=item["default_branch"],
            )
            async for item in self._client.listing(
                request, signer, "repositories", _MAX_REPOSITORIES
            )
            if not item.get("archived") and not item.get("disabled")
        ]
