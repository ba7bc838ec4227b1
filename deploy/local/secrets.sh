#!/usr/bin/env bash
# Makes the secrets of this installation, once, readable by nobody else.
. "$(dirname "$0")/common.sh"

umask 077
mkdir -p "$home/secrets"
make_secret() { [ -s "$home/secrets/$1" ] || { random >"$home/secrets/$1.new" && mv "$home/secrets/$1.new" "$home/secrets/$1"; }; }

for service in "${services[@]}"; do make_secret "rpc-$service"; done
for name in postgres-superuser postgres-auth postgres-index encryption-key setup-token; do make_secret "$name"; done
