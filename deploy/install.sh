#!/bin/sh
# Puts penstock and what it needs into a virtual environment of its own; the Dockerfile's one step
# that can fail, so that it can be tried without Docker.
#   deploy/install.sh run|serve FOLDER
set -eu
[ $# = 2 ] || { echo "usage: deploy/install.sh run|serve FOLDER" >&2; exit 2; }
cd "$(dirname "$0")/.."
python3 -m venv "$2"
pip="$2/bin/python -m pip install --quiet --disable-pip-version-check --no-cache-dir"
case $1 in
  run)
    $pip -c constraints.txt ".[cpu,postgres,s3]" ;;
  serve)
    $pip -c constraints.txt -r deploy/serve.txt
    $pip --no-deps . ;;
  *) echo "$1: expected run or serve" >&2; exit 2 ;;
esac
