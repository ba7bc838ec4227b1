#!/usr/bin/env bash
# Builds the services for release.
. "$(dirname "$0")/common.sh"

command -v swift >/dev/null || fail "Swift 6.2 or later is needed: https://www.swift.org/install/linux/"
say "building for release (the first time takes minutes)"
cd "$root"
for product in "${services[@]}"; do
    swift build -c release --scratch-path .build-release --static-swift-stdlib --product "tarn-$product"
done
