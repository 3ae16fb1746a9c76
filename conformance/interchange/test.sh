#!/usr/bin/env bash
# Do the networks we write as ONNX give the same outputs in onnxruntime? Do TensorBoard, Optuna and Optuna's dashboard read our results?
set -euo pipefail
cd "$(dirname "$0")/../.."

place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/environment"
"$place/environment/bin/pip" install --quiet numpy onnxruntime optuna optuna-dashboard tensorboard
cargo run --quiet --locked -p thalweg-train --example interchange -- "$place/networks"
"$place/environment/bin/python" conformance/interchange/check.py "$place/networks"

results="$place/results"
thalweg() { cargo run --quiet --locked -p thalweg-cli -- "$@"; }
thalweg compare conformance/interchange/results.toml --out "$results" --lang en
thalweg results "$results" --csv "$results/cells.csv" --json-lines "$results/cells.jsonl" \
    --tensorboard "$results/runs" --optuna "$results/journal.log"
"$place/environment/bin/python" conformance/interchange/results.py "$results"
