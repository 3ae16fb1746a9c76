#!/usr/bin/env bash
# Do the networks we write as ONNX give the same outputs in onnxruntime? Do TensorBoard, Optuna and Optuna's dashboard read our results?
#
#   test.sh          tests
#   test.sh prepare  only makes the Python environment
#
# THALWEG_ENVIRONMENT is where the environment is kept; otherwise it is made anew and removed.
# THALWEG_COMMAND and THALWEG_NETWORKS are the tool and the example `interchange`; otherwise they are built.
set -euo pipefail
cd "$(dirname "$0")/../.."
source conformance/environment.sh

place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
environment="${THALWEG_ENVIRONMENT:-$place/environment}"
make_environment "$environment" numpy onnxruntime optuna optuna-dashboard tensorboard
if [ "${1:-}" = prepare ]; then
    exit
fi

if [ -n "${THALWEG_NETWORKS:-}" ]; then
    "$THALWEG_NETWORKS" "$place/networks"
else
    cargo run --quiet --locked -p thalweg-train --example interchange -- "$place/networks"
fi
"$environment/bin/python" conformance/interchange/check.py "$place/networks"

command=(cargo run --quiet --locked -p thalweg-cli --)
if [ -n "${THALWEG_COMMAND:-}" ]; then
    command=("$THALWEG_COMMAND")
fi
results="$place/results"
thalweg() { "${command[@]}" "$@"; }
thalweg compare conformance/interchange/results.toml --out "$results" --lang en
thalweg results "$results" --csv "$results/cells.csv" --json-lines "$results/cells.jsonl" \
    --tensorboard "$results/runs" --optuna "$results/journal.log"
"$environment/bin/python" conformance/interchange/results.py "$results"
