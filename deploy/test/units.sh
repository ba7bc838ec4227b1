#!/usr/bin/env bash
# Runs the Swift tests, one target after the other: side by side, their servers would compete for two cores and for time-outs.
# `units.sh NAME…` runs only those targets. What passes is told in one line, what fails in full.
. "$(dirname "$0")/../local/common.sh"

cd "$root"
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(sed -n 's/^ *tests("\([A-Za-z]*\)".*/\1/p; s/^ *"\([A-Za-z]*\)", at: .*/\1/p' Package.swift | sort -u)
failed=()
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for target in "${targets[@]}"; do
    # By lines, so that a suite that is ended for taking too long has told what it had done.
    if timeout -k 10 "${TARN_TEST_SECONDS:-600}" stdbuf -oL swift test --skip-build --filter "^${target}Tests\\." >"$log" 2>&1 && ! grep -aqE 'Test run with 0 tests' "$log"; then
        printf '%-16s %s\n' "$target" "$(grep -aE 'Test run with' "$log" | tail -n 1)"
    else
        failed+=("$target")
        printf '%-16s FAILED\n' "$target"
        grep -aE '✘|error:|Fatal|Test run with' "$log" | head -n 60 || true
        tail -n 20 "$log"
    fi
done
[ ${#failed[@]} -eq 0 ] || fail "failed: ${failed[*]}"
