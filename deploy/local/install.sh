#!/usr/bin/env bash
# Installs the Debian packages that are missing: `install.sh run`, `install.sh test` or `install.sh bench`.
. "$(dirname "$0")/common.sh"

run=(make git curl ca-certificates pkg-config libpq-dev libcurl4-openssl-dev libssl-dev util-linux)
test=(haproxy python3 python3-venv chromium fonts-dejavu-core)
if [ "$1" != run ] || embeds_postgres; then run+=(postgresql); fi
wanted=("${run[@]}")
[ "$1" = run ] || wanted+=("${test[@]}")
[ "$1" != bench ] || wanted+=(nginx-light)

missing=()
for package in "${wanted[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

[ "$(id -u)" = 0 ] || command -v sudo >/dev/null || fail "as root, run: apt-get install ${missing[*]}"
say "installing from Debian: ${missing[*]}"
# Debian's package would start a cluster of its own, which nothing here uses.
if [[ " ${missing[*]} " == *" postgresql "* ]]; then
    as_root mkdir -p /etc/postgresql-common/createcluster.d
    echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.d/tarn.conf >/dev/null
fi
# Nor is a web server wanted beyond the bench, which starts its own.
if [[ " ${missing[*]} " == *" nginx-light "* ]]; then
    as_root ln -sf /dev/null /etc/systemd/system/nginx.service
fi
export DEBIAN_FRONTEND=noninteractive
as_root apt-get update -q
as_root apt-get install -y -q --no-install-recommends "${missing[@]}"
