#!/usr/bin/env bash
# Starts Tarn scaled out, loads it with real clients, kills replicas meanwhile, and checks that nothing acknowledged is lost.
set -euo pipefail
cd "$(dirname "$0")/../.."

deploy/compose/env.sh
venv=$(deploy/test/venv.sh)
echo "==> starting with --scale gateway=3 --scale api=2 --scale auth=2 --scale index=2 --scale storage=2" >&2
docker compose up -d --wait --build --scale gateway=3 --scale api=2 --scale auth=2 --scale index=2 --scale storage=2
deploy/compose/setup.sh
set -a
. .tarn/compose-credentials
set +a
exec "$venv/bin/python" deploy/compose/prove.py "$@"
