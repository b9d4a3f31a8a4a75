"""The far side of Apprise, one of each for a test."""

from collections.abc import AsyncIterator

import pytest

from tests.apprise_far import Endpoint, Mailbox, answering, mailbox


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    """Serve an endpoint."""
    async with answering() as one:
        yield one


@pytest.fixture
async def box() -> AsyncIterator[Mailbox]:
    """Serve a mailbox."""
    async with mailbox() as one:
        yield one
