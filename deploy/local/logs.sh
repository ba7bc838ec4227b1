#!/usr/bin/env bash
# Follows the logs of every process.
. "$(dirname "$0")/common.sh"
exec tail -n 20 -F "$home"/logs/*.log
