#!/usr/bin/env bash
# Builds the Python package, installs it in a fresh virtual environment and runs its tests.
set -euo pipefail
cd "$(dirname "$0")"

environment="$(mktemp -d)"
trap 'rm -rf "$environment"' EXIT
python3 -m venv "$environment"
"$environment/bin/pip" install --quiet '.[test]'
"$environment/bin/python" -m pytest -q tests
