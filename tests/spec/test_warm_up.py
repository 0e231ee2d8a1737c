"""The program makes the first page ready beside the server, and reads the sample clinic once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from rls_dash.ui import sample
from rls_dash.warm_up import warm_up


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """What was read, with nothing read before."""
    done: list[object] = []
    read = sample.load

    def counted(*given: object, **named: object) -> object:
        done.append(given)
        return read(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(sample, "load", counted)
    sample._plain.cache_clear()
    yield done
    gc.unfreeze()


def test_a_page_that_asks_meanwhile_waits_for_the_reading_under_way(readings: list[object]) -> None:
    with ThreadPoolExecutor(2) as pool:
        warming, page = pool.submit(warm_up), pool.submit(sample.ready)
        warming.result()
        found = page.result()
    assert len(readings) == 1
    assert found is sample.ready() and found.is_sample


def test_what_is_there_before_any_upload_is_not_looked_through_again(readings: list[object]) -> None:
    gc.unfreeze()
    warm_up()
    assert gc.get_freeze_count() > 0
