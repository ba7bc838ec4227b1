#!/usr/bin/env bash
# Stops Tarn and the embedded Postgres; the data stays.
. "$(dirname "$0")/common.sh"

"$root/deploy/local/processes.sh" stop
[ ! -s "$home/postgres.path" ] || "$root/deploy/local/postgres.sh" stop
say "stopped"
