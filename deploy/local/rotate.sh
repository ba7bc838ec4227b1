#!/usr/bin/env bash
# Gives a service (gateway, api or storage) another secret for its calls, while everything runs: `rotate.sh gateway`.
. "$(dirname "$0")/common.sh"

service=${1:-}
case $service in gateway | api | storage) ;; *) fail "usage: rotate.sh gateway|api|storage" ;; esac
current=$home/secrets/rpc-$service next=$home/secrets/rpc-$service-next
processes=$root/deploy/local/processes.sh

restart() {
    "$processes" stop "$@"
    "$processes" start "$@"
}

# Killed anywhere, it goes on where it was: at each step the service has a secret that those it calls know.
if [ ! -s "$current-former" ]; then
    if [ ! -s "$next" ]; then
        (umask 077 && random >"$next.new") && mv "$next.new" "$next"
    fi
    say "auth and index learn the new secret"
    restart auth
    restart index
    cp -p "$current" "$current-former.new" && mv "$current-former.new" "$current-former"
fi
[ ! -s "$next" ] || mv "$next" "$current"
say "$service takes it"
restart "$service"
say "auth and index forget the old one"
rm -f "$current-former"
restart auth
restart index
