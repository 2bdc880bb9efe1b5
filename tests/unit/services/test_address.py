"""Where servers listen."""

from __future__ import annotations

import socket

import pytest

from penstock.effects.reach import is_loopback
from penstock.services.address import (
    Address,
    NoSuchHost,
    NotLoopback,
    PortTaken,
    reserve,
)
from penstock.services.plan import make_plan


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.0.1", "::1", "localhost"])
def test_these_hosts_are_this_machine_alone(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "example.org", "127.0.0.1.evil"])
def test_these_hosts_let_others_in(host: str) -> None:
    assert not is_loopback(host)


def test_port_0_is_one_that_is_free() -> None:
    address = reserve("prefect", "127.0.0.1", 0)
    assert address.port > 0
    with socket.socket() as one:
        one.bind((address.host, address.port))


def test_a_port_that_is_taken_is_named_with_the_option_to_change_it() -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        port = one.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"mlflow: port {port} of 127.0.0.1 is taken"):
            reserve("mlflow", "127.0.0.1", port)


@pytest.mark.parametrize("host", ["nowhere.invalid", "203.0.113.7"])
def test_a_host_that_is_not_this_machine_is_said_to_be_the_mistake(host: str) -> None:
    with pytest.raises(NoSuchHost, match=rf"can't listen on port 0 of {host}: .*\n  fix: "):
        reserve("prefect", host, 0)


def test_two_servers_are_not_given_one_port(tmp_path) -> None:  # type: ignore[no-untyped-def]
    free = reserve("prefect", "127.0.0.1", 0).port
    with pytest.raises(PortTaken, match=rf"mlflow: port {free} of 127.0.0.1 is taken"):
        make_plan(
            tmp_path,
            "127.0.0.1",
            {"prefect": free, "mlflow": free, "reports": 0},
            exposed=False,
        )


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::1", "http://[::1]:80"),
    ],
)
def test_the_url_is_what_one_on_this_machine_types(host: str, url: str) -> None:
    assert Address(host, 80).url == url


def test_a_host_beyond_loopback_is_refused_unless_it_is_meant(tmp_path) -> None:  # type: ignore[no-untyped-def]
    ports = {"prefect": 0, "mlflow": 0, "reports": 0}
    with pytest.raises(NotLoopback, match="--expose"):
        make_plan(tmp_path, "0.0.0.0", ports, exposed=False)
    plan = make_plan(tmp_path, "0.0.0.0", ports, exposed=True)
    assert all("0.0.0.0" in service.command for service in plan.first)
