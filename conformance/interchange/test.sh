#!/usr/bin/env bash
# Do the networks we write as ONNX give the same outputs in onnxruntime?
set -euo pipefail
cd "$(dirname "$0")/../.."

place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/environment"
"$place/environment/bin/pip" install --quiet numpy onnxruntime
cargo run --quiet --locked -p thalweg-train --example interchange -- "$place/networks"
"$place/environment/bin/python" conformance/interchange/check.py "$place/networks"
