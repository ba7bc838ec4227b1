#!/usr/bin/env bash
# Tarn's own processes: `processes.sh start` or `processes.sh stop`, and which (all, if none is named).
. "$(dirname "$0")/common.sh"

# The environment of one service, as lines of NAME=value.
environment() {
    local service=$1 caller secret
    echo "TARN_HOME=$home"
    echo "TARN_LOG_LEVEL=${TARN_LOG_LEVEL:-info}"
    echo "TARN_RPC_LISTEN=127.0.0.1:$(rpc_port "$service")"
    echo "TARN_RPC_CREDENTIAL_FILE=$home/secrets/rpc-$service"
    case $service in
        auth | index)
            # The former and the next secret of a service too, while it is changed.
            echo "TARN_RPC_CALLERS=$(for caller in gateway api storage; do
                for secret in "$home/secrets/rpc-$caller"{,-former,-next}; do
                    [ ! -s "$secret" ] || printf '%s=%s,' "$caller" "$(sha256sum <"$secret" | cut -d' ' -f1)"
                done
            done | sed 's/,$//')" ;;
        *)
            echo "TARN_INDEX=127.0.0.1:$(rpc_port index)"
            echo "TARN_AUTH=127.0.0.1:$(rpc_port auth)"
            if [ "${TARN_STORE:-local}" = local ]; then
                echo "TARN_STORE=local"
                echo "TARN_STORE_LOCAL_PATH=${TARN_STORE_LOCAL_PATH:-$home/objects}"
                echo "TARN_DEFAULT_NAMESPACE=${TARN_DEFAULT_NAMESPACE:-local://}"
            else
                env | grep -E '^TARN_(STORE|DEFAULT_NAMESPACE)' || true
            fi ;;
    esac
    case $service in
        auth)
            echo "TARN_AUTH_DATABASE_URL=$(database_url auth)"
            echo "TARN_AUTH_ENCRYPTION_KEY_FILE=$home/secrets/encryption-key"
            echo "TARN_SETUP_TOKEN_FILE=$home/secrets/setup-token"
            # With a secret in it: for auth alone.
            env | grep -E '^TARN_OIDC_' || true ;;
        index) echo "TARN_INDEX_DATABASE_URL=$(database_url index)" ;;
        gateway) echo "TARN_LISTEN=$listen:$s3_port" ;;
        api)
            echo "TARN_LISTEN=$listen:$api_port"
            echo "TARN_S3_ENDPOINT_URL=${TARN_S3_ENDPOINT_URL:-$scheme://$listen:$s3_port}"
            local ui=${TARN_UI_DIRECTORY:-$root/.build-ui}
            [ ! -f "$ui/index.html" ] || echo "TARN_UI_DIRECTORY=$ui" ;;
    esac
    # What the caller sets goes through: tuning, region, domains, the load balancer's addresses.
    env | grep -E '^TARN_(S3_REGION|AUTH_FORMER_ENCRYPTION_KEYS|AUTH_MISS|AUDIT|AUTH_DATABASE_ALLOW|S3_DOMAINS|PRESIGN|API_|PROXY_FROM|LOOPS|DRAIN|ACCESS_LOG|LOG_FORMAT|MAX_|IDLE_TIMEOUT|TLS_|RPC_TLS_|INDEX_|CLEANUP_|JOB_)' | grep -v DATABASE_URL || true
}

database_url() {
    local given=TARN_${1^^}_DATABASE_URL file=TARN_${1^^}_DATABASE_URL_FILE
    if [ -n "${!given:-}" ]; then
        echo "${!given}"
    elif [ -n "${!file:-}" ]; then
        head -n 1 "${!file}"
    else
        echo "postgresql://tarn_$1:$(cat "$home/secrets/postgres-$1")@/tarn?host=$(sed 's|/|%2F|g' "$home/postgres.socket")"
    fi
}

start() {
    local service=$1 line log=$home/logs/$1.log variables=()
    ! running "$service" >/dev/null || return 0
    while IFS= read -r line; do variables+=("$line"); done < <(environment "$service")
    if [ "$service" = auth ] || [ "$service" = index ]; then
        env -i PATH="$PATH" "${variables[@]}" "$bin/tarn-$service" migrate >>"$log" 2>&1 ||
            { tail -n 20 "$log" >&2; fail "$service could not migrate its schema"; }
    fi
    env -i PATH="$PATH" "${variables[@]}" setsid nohup "$bin/tarn-$service" serve >>"$log" 2>&1 </dev/null &
    echo $! >"$home/run/$service.pid"
}

stop() {
    local pid
    pid=$(running "$1") || return 0
    kill "$pid" 2>/dev/null || true
    wait_for 30 sh -c "! kill -0 $pid" || kill -9 "$pid" 2>/dev/null || true
    rm -f "$home/run/$1.pid"
}

action=$1
shift
chosen=("$@")
[ ${#chosen[@]} -gt 0 ] || chosen=("${services[@]}")
umask 077
mkdir -p "$home/run" "$home/logs" "$home/objects"

case $action in
    start)
        for service in "${chosen[@]}"; do start "$service"; done
        for service in "${chosen[@]}"; do
            wait_for 60 internal "$service" readyz || {
                tail -n 20 "$home/logs/$service.log" >&2
                fail "$service is not healthy; its log is $home/logs/$service.log"
            }
        done ;;
    stop) for ((i = ${#chosen[@]} - 1; i >= 0; i--)); do stop "${chosen[i]}"; done ;;
    *) fail "start or stop" ;;
esac
