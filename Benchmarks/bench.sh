#!/usr/bin/env bash
# Measures a fresh installation of its own: builds for release, starts it under a temporary folder, prints a table, writes JSON.
. "$(dirname "$0")/../deploy/local/common.sh"

"$root/deploy/local/install.sh" bench
[ -n "${TARN_BIN:-}" ] || "$root/deploy/local/build.sh"
venv=$("$root/deploy/test/venv.sh")
scratch=$(mktemp -d "${TMPDIR:-/tmp}/tarn-bench-XXXXXX")
chmod 711 "$scratch"
export TARN_HOME=$scratch TARN_BIN=$bin TARN_PORT_BASE
TARN_PORT_BASE=$("$venv/bin/python" "$root/deploy/test/free_ports.py")
tidy() {
    "$root/deploy/local/stop.sh" || true
    FORCE=1 "$root/deploy/local/clean.sh" || true
    rm -rf "$scratch"
}
trap tidy EXIT
"$root/deploy/local/run.sh" >/dev/null
set -a
. "$scratch/credentials"
set +a
mkdir -p "$root/bench-results"
"$venv/bin/python" "$root/Benchmarks/bench.py" --output "$root/bench-results" "$@"
