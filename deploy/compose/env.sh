#!/usr/bin/env bash
# Makes .env with fresh secrets for compose.yaml, once.
set -euo pipefail
cd "$(dirname "$0")/../.."

[ ! -e .env ] || exit 0
umask 077
random() { head -c "${1:-32}" /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
{
    echo "# The secrets of this installation: keep them, and keep them to yourself."
    for service in gateway api storage auth index; do
        credential=$(random)
        echo "TARN_${service^^}_RPC_CREDENTIAL=$credential"
        echo "TARN_${service^^}_RPC_SHA256=$(printf %s "$credential" | sha256sum | cut -d' ' -f1)"
    done
    echo "TARN_SUPERUSER_PASSWORD=$(random)"
    echo "TARN_AUTH_PASSWORD=$(random)"
    echo "TARN_INDEX_PASSWORD=$(random)"
    echo "# Encrypts the access keys' secrets; without it they cannot be read again."
    echo "TARN_AUTH_ENCRYPTION_KEY=$(random)"
    echo "# Needed once, for the first set-up."
    echo "TARN_SETUP_TOKEN=$(random)"
    echo "TARN_STORE_S3_ACCESS_KEY=$(random 10)"
    echo "TARN_STORE_S3_SECRET_KEY=$(random)"
} >.env.new
mv .env.new .env
echo "wrote .env" >&2
