#!/usr/bin/env bash
# Makes .tarn/venv: the real clients and stores that tests, demo and benchmarks use. Prints its path.
. "$(dirname "$0")/../local/common.sh"

venv=${TARN_VENV:-$root/.tarn/venv}
wanted=$(sha256sum <"$root/Tests/Clients/requirements.txt")
if [ "$(cat "$venv/requirements.sha256" 2>/dev/null)" != "$wanted" ]; then
    say "installing the clients that the tests use (Tests/Clients/requirements.txt)"
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check -r "$root/Tests/Clients/requirements.txt" >&2
    printf '%s\n' "$wanted" >"$venv/requirements.sha256"
fi
echo "$venv"
