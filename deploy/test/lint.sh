#!/usr/bin/env bash
# Checks the format of the sources, and that the README's table holds the variables that are read, no more and no less.
. "$(dirname "$0")/../local/common.sh"

cd "$root"
swift format lint -s -r Package.swift Shared Services Tests
for script in $(git ls-files '*.sh'); do bash -n "$script"; done

# A name that is not a literal: those of the peers, `TARN_\(peer)`.
read=$({ git grep -hoE '"TARN_[A-Z0-9_]+"' -- Services Shared ':!*.md' | tr -d '"'; echo TARN_INDEX; echo TARN_AUTH; } | sort -u)
told=$(sed -n '/^## Configuration/,/^## What/p' README.md | grep '^| `TARN_' | cut -d'|' -f2 | grep -oE 'TARN_[A-Z0-9_]+' | sort -u)
untold=$(comm -23 <(echo "$read") <(echo "$told"))
[ -z "$untold" ] || fail "not in the README's table: $(echo $untold)"
for name in $(comm -13 <(echo "$read") <(echo "$told")); do
    grep -rqE "[$][{]?$name\b" deploy/local || fail "in the README's table, and read by nobody: $name"
done
