"""The servers that several contracts share, one of each for a module."""

from collections.abc import Iterator

import pytest

from tests.alertmanager import Alertmanager, start_alertmanager
from tests.broker import Broker, start_mosquitto


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Run one mosquitto for the module."""
    with start_mosquitto(tmp_path_factory.mktemp("broker")) as one:
        yield one


@pytest.fixture(scope="module")
def manager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alertmanager]:
    """Run one Alertmanager for the module."""
    with start_alertmanager(tmp_path_factory.mktemp("alertmanager")) as one:
        yield one
