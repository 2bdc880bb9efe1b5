#!/usr/bin/env bash
# Both interfaces on loopback. Ctrl-C ends both.
set -euo pipefail
prefect_port=${PREFECT_PORT:-4200} mlflow_port=${MLFLOW_PORT:-5000}
export PREFECT_UI_API_URL="http://127.0.0.1:$prefect_port/api"
trap 'kill 0' INT TERM EXIT
prefect server start --host 127.0.0.1 --port "$prefect_port" &
mlflow server --host 127.0.0.1 --port "$mlflow_port" \
  --backend-store-uri "${MLFLOW_TRACKING_URI:-sqlite:///mlflow.db}" &
echo "Prefect  http://127.0.0.1:$prefect_port    (make flow with PREFECT_API_URL=$PREFECT_UI_API_URL)"
echo "MLflow   http://127.0.0.1:$mlflow_port"
wait
