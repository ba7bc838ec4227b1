#!/usr/bin/env bash
# What runs, and whether it is ready. Ends with 1 where something is not.
. "$(dirname "$0")/common.sh"

all=0
for service in "${services[@]}"; do
    if ! pid=$(running "$service"); then
        state=stopped pid=- all=1
    elif internal "$service" readyz >/dev/null 2>&1; then
        state=ready
    else
        state='not ready' all=1
    fi
    printf '%-9s %-10s pid %-8s log %s\n' "$service" "$state" "$pid" "$home/logs/$service.log"
done
exit $all
