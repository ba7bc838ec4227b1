#!/usr/bin/env bash
# Takes pictures of every page, light and dark, of the Tarn that runs here, into docs/screenshots.
. "$(dirname "$0")/../local/common.sh"

"$root/deploy/local/install.sh" test
venv=$("$root/deploy/test/venv.sh" ui)
mkdir -p "$root/docs/screenshots"
set -a
. "$home/credentials"
set +a
TARN_SCREENSHOTS=$root/docs/screenshots "$venv/bin/python" -m pytest -q -p no:cacheprovider "$root/Tests/UI"
