"""What every test begins and ends with."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog


@pytest.fixture(autouse=True)
def _logging_is_nobody_s_legacy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take back how a command configured the logging of its process."""
    configure = structlog.configure

    def for_now(**given: Any) -> None:
        configure(**given | {"cache_logger_on_first_use": False})

    monkeypatch.setattr(structlog, "configure", for_now)
    yield
    structlog.reset_defaults()
