#!/usr/bin/env bash
# The first set-up of a Tarn that compose runs: makes the administrator and writes the keys to .tarn/compose-credentials.
set -euo pipefail
cd "$(dirname "$0")/../.."

. ./.env
api=http://127.0.0.1:${TARN_COMPOSE_API_PORT:-8000} s3=http://127.0.0.1:${TARN_COMPOSE_S3_PORT:-8001}
file=.tarn/compose-credentials
[ ! -s "$file" ] || { echo "$file is there" >&2; exit 0; }
umask 077
mkdir -p .tarn
answer=$(printf 'header = "X-Tarn-Setup-Token: %s"\n' "$TARN_SETUP_TOKEN" |
    curl -sS -m 30 -K - -H 'Content-Type: application/json' -d '{"username":"admin"}' "$api/api/v1/setup_lakefs")
field() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" <<<"$answer"; }
key=$(field access_key_id) secret=$(field secret_access_key)
[ -n "$key" ] && [ -n "$secret" ] || { echo "error: set-up was refused: $(field message)" >&2; exit 1; }
printf '%s\n' "TARN_ENDPOINT=$api" "TARN_S3_ENDPOINT=$s3" "AWS_ACCESS_KEY_ID=$key" "AWS_SECRET_ACCESS_KEY=$secret" >"$file"
echo "wrote $file" >&2
