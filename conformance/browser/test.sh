#!/usr/bin/env bash
# Do our pages work in a browser? Every kind of page, wide and on a phone, in light and dark, in both languages.
#
#   test.sh [FOLDER]  tests; screenshots are left in FOLDER
#   test.sh prepare   only makes the Python environment, and installs Chromium where it may
#
# THALWEG_ENVIRONMENT is where the environment is kept; otherwise it is made anew and removed.
# THALWEG_COMMAND is the tool; otherwise it is built.
set -euo pipefail
cd "$(dirname "$0")/../.."
source conformance/environment.sh

browser="$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)"
if [ -z "$browser" ] && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    apt-get update -qq > /dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium > /dev/null
    browser="$(command -v chromium)"
fi
if [ -z "$browser" ]; then
    echo "no Chromium here: install it (Debian: apt-get install chromium) to test the pages in it" >&2
    exit 1
fi

place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
environment="${THALWEG_ENVIRONMENT:-$place/environment}"
make_environment "$environment" playwright
if [ "${1:-}" = prepare ]; then
    exit
fi

command=(cargo run --quiet --locked -p thalweg-cli --)
if [ -n "${THALWEG_COMMAND:-}" ]; then
    command=("$THALWEG_COMMAND")
fi
thalweg() { "${command[@]}" "$@" > "$place/said" 2>&1 || { cat "$place/said"; exit 1; }; }
folder=conformance/browser
thalweg compare $folder/comparison.toml --lang en --out "$place/pages/compare-en"
thalweg compare $folder/comparison.toml --lang ko --out "$place/pages/compare-ko"
thalweg lr-test --rules sgd,adam --repeats 2 --lang en --out "$place/pages/lr-test-en"
thalweg sweep --rule adam --problem digits --over learning_rate=1e-3..0.1:3 --over beta1=0.5,0.9 --lang ko --out "$place/pages/sweep-ko"
thalweg run $folder/study.toml --lang en --out "$place/pages/study-en"
thalweg train --rule adam --epochs 3 --lang ko --report "$place/pages/train-ko/report.html"
thalweg explain --rule adam --lang en --report "$place/pages/explain-en/report.html"
thalweg trajectory --rule adam --lang ko --html "$place/pages/trajectory-ko/report.html"
thalweg learn 5.4.2 --lang ko --html "$place/pages/learn-ko/report.html"
thalweg step --rule adam --steps 3 --lang en --html "$place/pages/step-en/report.html"
"$environment/bin/python" conformance/browser/check.py "$browser" "$place/pages" ${1:+"$1"}
