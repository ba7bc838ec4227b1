#!/usr/bin/env bash
# Checks the format of the sources.
. "$(dirname "$0")/../local/common.sh"

cd "$root"
swift format lint -s -r Package.swift Shared Services Tests
for script in $(git ls-files '*.sh'); do bash -n "$script"; done
