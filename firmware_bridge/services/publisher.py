"""Service ServicePublisher: tells where the other services are."""

from __future__ import annotations

from collections.abc import Callable

from firmware_bridge.protocol.host import Completion, Job
from firmware_bridge.services.service import Emit, Service


class PublisherService(Service):
    """GetServices answers with every service's address."""

    name = ""

    def __init__(self, addresses: Callable[[], list[str]]) -> None:
        super().__init__()
        self._addresses = addresses
        self.handlers |= {"ServicePublisher.GetServices": self._get_services}

    async def _get_services(self, _job: Job, _emit: Emit) -> Completion:
        services = [{"serviceURI": address} for address in self._addresses()]
        return Completion(payload={"vendorName": "Guitai", "services": services})
