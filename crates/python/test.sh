#!/usr/bin/env bash
# Builds the wheel and tests it in virtual environments: first in a fresh one with NumPy alone, then beside what it can work with.
#
#   test.sh          tests
#   test.sh prepare  only makes the second environment
#
# THALWEG_ENVIRONMENT is where the second environment is kept; otherwise it is made anew and removed.
# THALWEG_WHEELS is where the wheel is left.
set -euo pipefail
cd "$(dirname "$0")"
source ../../conformance/environment.sh

place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
full="${THALWEG_ENVIRONMENT:-$place/full}"
# PyTorch takes some 6 GB of disk; without room for it its tests skip themselves.
packages=(pandas matplotlib plotly tqdm nbclient ipykernel)
mkdir -p "$full"
if [ "$(df --output=avail -k "$full" | tail -1)" -gt 16000000 ]; then
    packages+=(torch expecttest)
fi
if [ "${1:-}" = prepare ]; then
    make_environment "$full" "${packages[@]}"
    exit
fi

wheels="${THALWEG_WHEELS:-$place}"
python3 -m pip wheel --quiet --no-deps --wheel-dir "$wheels" .
wheel="$(ls -t "$wheels"/thalweg-*.whl | head -1)"

echo "-- NumPy alone"
python3 -m venv "$place/bare"
"$place/bare/bin/pip" install --quiet "$wheel[test]"
"$place/bare/bin/python" -m pytest -q tests

echo "-- beside ${packages[*]}"
make_environment "$full" "${packages[@]}"
# In an environment that was kept, the same version may be there already.
"$full/bin/pip" install --quiet --force-reinstall --no-deps "$wheel"
"$full/bin/pip" install --quiet "$wheel[test]"
"$full/bin/python" -m pytest -q tests/test_lab.py tests/test_torch_problem.py tests/test_torch.py tests/test_torch_state.py tests/test_torch_groups.py tests/test_torch_database.py tests/test_docs.py
