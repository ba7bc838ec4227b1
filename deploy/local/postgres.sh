#!/usr/bin/env bash
# The embedded Postgres cluster: `postgres.sh start` or `postgres.sh stop`.
. "$(dirname "$0")/common.sh"

programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$programs" ] || { [ "$1" = stop ] && exit 0 || fail "PostgreSQL is not installed"; }

# Postgres refuses to run as root: then the cluster is the postgres user's, in a folder that it can reach.
mkdir -p "$home"
if [ ! -s "$home/postgres.path" ]; then
    place=$home/postgres
    if [ "$(id -u)" = 0 ] && ! runuser -u postgres -- test -x "$home"; then
        place=/var/lib/tarn/$(printf %s "$home" | sha256sum | cut -c1-16)/postgres
    fi
    echo "$place" >"$home/postgres.path"
fi
place=$(cat "$home/postgres.path")
data=$place/data socket=$place
# A socket's path may be 107 bytes long.
[ ${#socket} -le 80 ] || socket=/tmp/tarn-$(printf %s "$home" | sha256sum | cut -c1-16)

as_owner() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }
control() { as_owner "$programs/pg_ctl" -D "$data" "$@"; }

case $1 in
    stop)
        if [ -s "$data/PG_VERSION" ] && control status >/dev/null; then control -s -m fast stop; fi
        exit 0 ;;
    start) ;;
    *) fail "start or stop" ;;
esac

owner=$(id -u)
[ "$owner" != 0 ] || owner=postgres
mkdir -p "$place" "$socket"
chown "$owner" "$place" "$socket"
chmod 711 "$place" "$socket"
if [ ! -s "$data/PG_VERSION" ]; then
    say "making a Postgres cluster in $data"
    as_owner rm -rf "$data"
    password=$place/superuser
    install -m 600 -o "$owner" "$home/secrets/postgres-superuser" "$password"
    as_owner "$programs/initdb" -D "$data.new" -U tarn_superuser --pwfile="$password" --auth=scram-sha-256 \
        --encoding=UTF8 --locale=C.UTF-8 >/dev/null
    rm -f "$password"
    as_owner mv "$data.new" "$data"
fi
# A killed server that its parent has not buried yet still passes for a running one, with pg_ctl and with Postgres itself. Its
# lock file may go once its children are gone: each has the data folder as its working folder.
if [ -s "$data/postmaster.pid" ]; then
    pid=$(head -n 1 "$data/postmaster.pid")
    if [ "$(ps -o stat= -p "$pid" | cut -c1)" = Z ]; then
        for _ in $(seq 100); do
            children=$(find /proc/[0-9]*/cwd -maxdepth 0 -lname "$data" 2>/dev/null || true)
            [ -n "$children" ] || break
            sleep 0.1
        done
        [ -z "$children" ] || fail "Postgres was killed, and its children stay: $children"
        rm -f "$data/postmaster.pid"
    fi
fi
if ! control status >/dev/null; then
    log=$place/postgres.log
    options="-c listen_addresses='' -c unix_socket_directories='$socket' -c port=5432 -c jit=off -c max_connections=200"
    # After a kill the old one's children take a moment to go, and hold its memory until then.
    for attempt in 1 2 3 4 5; do
        control -s -w -t 120 -l "$log" -o "$options" start 2>/dev/null && break
        [ $attempt -lt 5 ] || { tail -n 20 "$log" >&2; fail "Postgres did not start"; }
        sleep 1
    done
fi
echo "$socket" >"$home/postgres.socket"

export PGPASSWORD TARN_AUTH_PASSWORD TARN_INDEX_PASSWORD
PGPASSWORD=$(cat "$home/secrets/postgres-superuser")
TARN_AUTH_PASSWORD=$(cat "$home/secrets/postgres-auth")
TARN_INDEX_PASSWORD=$(cat "$home/secrets/postgres-index")
psql=("$programs/psql" -X -q -h "$socket" -U tarn_superuser -v ON_ERROR_STOP=1)
if [ "$("${psql[@]}" -d postgres -Atc "SELECT count(*) FROM pg_database WHERE datname = 'tarn'")" = 0 ]; then
    "${psql[@]}" -d postgres -c 'CREATE DATABASE tarn' >/dev/null
fi
"${psql[@]}" -d tarn -f "$root/deploy/postgres/roles.sql" >/dev/null
