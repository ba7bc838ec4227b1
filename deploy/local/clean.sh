#!/usr/bin/env bash
# Stops Tarn and deletes all its data, keys and logs. Asks first; `FORCE=1` does not.
. "$(dirname "$0")/common.sh"

[ -d "$home" ] || exit 0
if [ "${FORCE:-}" != 1 ]; then
    read -r -p "Delete every repository, object and key in $home? [y/N] " answer || true
    [ "${answer:-}" = y ] || fail "nothing was deleted"
fi
"$root/deploy/local/stop.sh"
if [ -s "$home/postgres.path" ]; then
    place=$(cat "$home/postgres.path")
    [ "$(basename "$place")" != postgres ] || rm -rf "$place"
fi
find "$home" -mindepth 1 -maxdepth 1 ! -name 'venv*' -exec rm -rf {} +
say "deleted"
