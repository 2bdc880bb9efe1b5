"""Nothing below reports home unless the user says otherwise in the environment."""

from __future__ import annotations

import os

OFF = {
    "DO_NOT_TRACK": "1",
    "DVC_NO_ANALYTICS": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "GX_ANALYTICS_ENABLED": "false",
}


def silence() -> None:
    """Switch the telemetry of every dependency off; must come before they are imported."""
    for variable, value in OFF.items():
        os.environ.setdefault(variable, value)
