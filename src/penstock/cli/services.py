"""Verbs on the servers: start them all, tell them what to run and when."""

from __future__ import annotations

from typing import Annotated

import typer

from penstock.cli.app import app, console
from penstock.core.workspace import find_root

Port = Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free")]


@app.command()
def up(
    host: Annotated[str, typer.Option(help="where they listen")] = "127.0.0.1",
    prefect_port: Port = 4200,
    mlflow_port: Port = 5000,
    reports_port: Port = 8600,
    expose: Annotated[
        bool, typer.Option("--expose", help="let others in, who are asked for no password")
    ] = False,
) -> None:
    """Start Prefect, a worker, MLflow and the report pages, and keep them alive until Ctrl-C."""
    from penstock.services.up import up as bring_up

    ports = {"prefect": prefect_port, "mlflow": mlflow_port, "reports": reports_port}
    bring_up(find_root(), host, ports, exposed=expose, console=console)


@app.command()
def deploy() -> None:
    """Register the deployments of prefect.yaml, their pool and automations; twice is once."""
    from penstock.services.deploy import deploy as register

    for line in register(find_root()):
        console.print(line, highlight=False)
