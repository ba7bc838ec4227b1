#!/usr/bin/env bash
# Everything that is tested: units and pairs of services (swift test), then real clients against a Tarn of their own.
. "$(dirname "$0")/../local/common.sh"

started=$SECONDS
step() { say "[$((SECONDS - started)) s] $*"; }
cd "$root"

"$root/deploy/local/install.sh" test
venv=$("$root/deploy/test/venv.sh" lake ui)
export PATH=$venv/bin:$PATH TARN_TEST_WEED=$venv/bin/weed TARN_TEST_REQUIRE_S3=1

step "format"
"$root/deploy/test/lint.sh"
step "building the tests"
swift build --build-tests
step "units and pairs"
"$root/deploy/test/units.sh"
step "building for release"
"$root/deploy/local/build.sh"
step "building the web UI"
"$root/deploy/ui/build.sh" install

step "real clients"
scratch=$(mktemp -d /tmp/tarn-test-XXXXXX)
chmod 711 "$scratch"
port=$(python3 "$root/deploy/test/free_ports.py")
export TARN_HOME=$scratch TARN_PORT_BASE=$port TARN_BIN=$bin
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
python3 -m pytest -q -p no:cacheprovider --color=no "$root/Tests/Clients" || {
    tail -n 30 "$scratch"/logs/*.log >&2
    exit 1
}
step "the web UI in a browser"
python3 -m pytest -q -p no:cacheprovider --color=no "$root/Tests/UI" || {
    tail -n 30 "$scratch"/logs/api.log >&2
    exit 1
}
step "all of it passed"
