#!/usr/bin/env bash
# Installs, builds, starts and sets up Tarn on this machine. Running it again starts what is not running.
. "$(dirname "$0")/common.sh"
here=$root/deploy/local

[ -n "${TARN_BIN:-}" ] || { "$here/install.sh" run && "$here/build.sh" && "$root/deploy/ui/build.sh" install; }
mkdir -p "$home"
chmod 711 "$home"
"$here/secrets.sh"
if embeds_postgres; then
    say "starting Postgres"
    "$here/postgres.sh" start
fi
say "starting ${services[*]}"
"$here/processes.sh" start
"$here/setup.sh"

. "$home/credentials"
cat <<EOF

Tarn is running.
  API and UI     $TARN_ENDPOINT
  S3 endpoint    $TARN_S3_ENDPOINT
  access key     $AWS_ACCESS_KEY_ID
  secret key     $AWS_SECRET_ACCESS_KEY

  source $home/credentials           for a shell (add: set -a)
  $home/aws-profile                  for the AWS tools
  $home/lakectl.yaml                 for lakectl

make status, make logs, make stop.
EOF
