#!/usr/bin/env bash
# Makes .tarn/venv: the real clients and stores that tests, demo and benchmarks use. Prints its path.
# `venv.sh lake` adds the clients of data lakes, `venv.sh ui` what drives a browser, which only tests use.
. "$(dirname "$0")/../local/common.sh"

venv=${TARN_VENV:-$root/.tarn/venv}

# Installs a file of requirements, with more options for pip, unless that has been done.
ensure() {
    local file=Tests/Clients/$1 stamp=$venv/$(tr / - <<<"${1%.txt}").sha256 wanted
    shift
    wanted=$(sha256sum <"$root/$file")
    [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || return 0
    say "installing the clients that the tests use ($file)"
    "$venv/bin/pip" install -q --disable-pip-version-check "$@" -r "$root/$file" >&2
    printf '%s\n' "$wanted" >"$stamp"
}

[ -x "$venv/bin/pip" ] || python3 -m venv "$venv"
ensure requirements.txt
if [[ " $* " == *" ui "* ]]; then ensure ../UI/requirements.txt; fi
if [[ " $* " == *" lake "* ]]; then
    ensure requirements-s3fs.txt --upgrade --target "$venv/s3fs" &
    s3fs=$!
    ensure requirements-lake.txt
    wait $s3fs
fi
echo "$venv"
