# Sourced by the scripts of this folder: paths, ports and small helpers.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
home=${TARN_HOME:-$root/.tarn}
base=${TARN_PORT_BASE:-8000}
bin=${TARN_BIN:-$root/.build-release/release}
listen=${TARN_LISTEN_ADDRESS:-127.0.0.1}
scheme=http
[ -z "${TARN_TLS_CERTIFICATE_FILE:-}" ] || scheme=https
api_port=$base s3_port=$((base + 1))
# In the order of starting; stopped the other way round.
services=(auth index storage gateway api)

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
# A new secret: 256 bits in hexadecimal.
random() { head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# Asks a service's internal listener, by TLS where calls are: `internal auth readyz`.
internal() {
    local options=() scheme=http
    if [ -n "${TARN_RPC_TLS_AUTHORITY_FILE:-}" ] && { [ "$1" = auth ] || [ "$1" = index ]; }; then
        scheme=https
        options=(--cacert "$TARN_RPC_TLS_AUTHORITY_FILE" --cert "$TARN_RPC_TLS_CERTIFICATE_FILE" --key "$TARN_RPC_TLS_KEY_FILE")
    fi
    curl -fsS -m 2 "${options[@]}" "$scheme://127.0.0.1:$(rpc_port "$1")/$2"
}

# The port of a service's internal listener: RPC, health, metrics.
rpc_port() {
    case $1 in
        gateway) echo $((base + 101)) ;; api) echo $((base + 102)) ;; auth) echo $((base + 103)) ;;
        index) echo $((base + 104)) ;; storage) echo $((base + 105)) ;;
    esac
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# Whether Postgres is ours to run: the database of a service, at least, is not given from outside.
embeds_postgres() {
    [ -z "${TARN_INDEX_DATABASE_URL:-}${TARN_INDEX_DATABASE_URL_FILE:-}" ] ||
        [ -z "${TARN_AUTH_DATABASE_URL:-}${TARN_AUTH_DATABASE_URL_FILE:-}" ]
}

# The pid of a service that runs, or nothing: a pid file may be left over from a killed one.
running() {
    local pid
    pid=$(cat "$home/run/$1.pid" 2>/dev/null) || return 1
    [ "$(basename "$(readlink "/proc/$pid/exe" 2>/dev/null | sed 's/ (deleted)$//')" 2>/dev/null)" = "tarn-$1" ] || return 1
    # Another instance may have been given the number since.
    tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qxF "TARN_HOME=$home" || return 1
    echo "$pid"
}

# Waits for a command to succeed, at most so many seconds.
wait_for() {
    local seconds=$1 end
    shift
    end=$((SECONDS + seconds))
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.1
    done
}
