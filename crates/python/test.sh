#!/usr/bin/env bash
# Builds the wheel and tests it in fresh virtual environments: first with NumPy alone, then beside what it can work with.
set -euo pipefail
cd "$(dirname "$0")"

place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
python3 -m pip wheel --quiet --no-deps --wheel-dir "$place" .
wheel="$(ls "$place"/thalweg-*.whl)"

echo "-- NumPy alone"
python3 -m venv "$place/bare"
"$place/bare/bin/pip" install --quiet "$wheel[test]"
"$place/bare/bin/python" -m pytest -q tests

echo "-- beside pandas, Matplotlib, plotly, tqdm and Jupyter"
python3 -m venv "$place/full"
"$place/full/bin/pip" install --quiet "$wheel[test]" pandas matplotlib plotly tqdm nbclient ipykernel
# PyTorch takes some 6 GB of disk; without room for it its tests skip themselves.
if [ "$(df --output=avail -k "$place" | tail -1)" -gt 16000000 ]; then
    "$place/full/bin/pip" install --quiet torch expecttest
    echo "-- and PyTorch"
fi
"$place/full/bin/python" -m pytest -q tests/test_lab.py tests/test_torch.py tests/test_torch_database.py tests/test_docs.py
