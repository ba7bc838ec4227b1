#!/usr/bin/env bash
# Runs the demonstration against the Tarn that `make run` started.
. "$(dirname "$0")/../local/common.sh"

[ -s "$home/credentials" ] || fail "no Tarn is set up here: run 'make run' first"
command -v python3 >/dev/null && python3 -c 'import ensurepip' 2>/dev/null || "$root/deploy/local/install.sh" test
venv=$("$root/deploy/test/venv.sh")
set -a
. "$home/credentials"
set +a
PATH=$venv/bin:$PATH exec "$venv/bin/python" "$root/deploy/demo/demo.py" "$@"
