"""What every test may rely on: no order, no network."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError


def test_nothing_outside_this_machine_is_reached() -> None:
    with pytest.warns(UserWarning, match="198"), pytest.raises(SocketConnectBlockedError):
        socket.create_connection(("198.51.100.1", 80), timeout=1)  # an address that RFC 5737 keeps for examples


def test_tests_run_in_random_order(request: pytest.FixtureRequest) -> None:
    if "no:randomly" in request.config.getoption("plugins"):
        pytest.skip("pytest-randomly was switched off for this run")
    assert request.config.pluginmanager.hasplugin("randomly")
