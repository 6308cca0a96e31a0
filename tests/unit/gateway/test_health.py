from __future__ import annotations

import pytest

from turnout.errors import AuthenticationFailed, ProviderUnavailable, RateLimited, RequestRejected
from turnout.gateway.health import Health
from turnout.types import Model, Price

ONE, TWO = (Model(f"box/{name}", "box", name, Price()) for name in ("one", "two"))
DOWN = ProviderUnavailable("down")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def health(clock: Clock) -> Health:
    return Health(clock)


def fail(health: Health, model: Model, times: int) -> None:
    for _ in range(times):
        assert health.wait_s(model) == 0
        health.failed(model, DOWN)


def test_a_model_that_fails_five_times_in_a_row_rests(health, clock):
    fail(health, ONE, 4)
    health.succeeded(ONE)
    fail(health, ONE, 5)
    assert health.wait_s(ONE) == 10
    assert health.resting() == {"box/one": 10}
    assert health.wait_s(TWO) == 0
    clock.now += 4
    assert health.wait_s(ONE) == 6


def test_one_probe_at_a_time_after_the_rest(health, clock):
    fail(health, ONE, 5)
    clock.now += 10
    assert health.wait_s(ONE) == 0
    assert health.wait_s(ONE) > 0  # the probe is not back
    health.failed(ONE, DOWN)
    assert health.wait_s(ONE) == 10
    clock.now += 10
    assert health.wait_s(ONE) == 0
    health.succeeded(ONE)
    assert health.wait_s(ONE) == health.wait_s(ONE) == 0
    assert health.resting() == {}


def test_a_provider_rests_when_all_of_its_models_fail(health):
    fail(health, ONE, 4)
    for i in range(11):
        health.failed(Model(f"box/{i}", "box", str(i), Price()), DOWN)
    assert health.wait_s(TWO) == 10
    assert health.wait_s(Model("elsewhere/m", "elsewhere", "m", Price())) == 0


def test_models_of_this_machine_are_servers_of_their_own(health):
    for i in range(20):
        health.failed(Model(f"local/{i}", "local", str(i), Price()), DOWN)
    assert health.wait_s(Model("local/fine", "local", "fine", Price())) == 0


def test_retry_after_is_kept_to_within_reason(health):
    health.failed(ONE, RateLimited("slow down", retry_after_s=7))
    assert health.wait_s(ONE) == 7
    assert health.wait_s(TWO) == 0
    health.failed(TWO, RateLimited("go away", retry_after_s=1e9))
    assert health.wait_s(TWO) == 300


def test_a_refused_key_rests_its_provider(health):
    health.failed(ONE, AuthenticationFailed("wrong key"))
    assert health.wait_s(TWO) == 30


def test_a_refused_request_says_that_the_provider_is_well(health):
    fail(health, ONE, 4)
    health.failed(ONE, RequestRejected("too long"))
    fail(health, ONE, 4)
    assert health.wait_s(ONE) == 0
