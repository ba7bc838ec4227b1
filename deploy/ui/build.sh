#!/usr/bin/env bash
# Builds the web UI into .build-ui: `build.sh` does nothing where its sources are unchanged, `build.sh install` installs what it needs first.
. "$(dirname "$0")/../local/common.sh"

source=$root/Services/api/ui
out=${TARN_UI_OUTPUT:-$root/.build-ui}
packages=(esbuild node-typescript node-react node-react-dom node-marked node-prismjs)
if [ "${1:-}" = install ]; then
    missing=()
    for package in "${packages[@]}"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        say "installing from Debian: ${missing[*]}"
        export DEBIAN_FRONTEND=noninteractive
        as_root apt-get update -q
        as_root apt-get install -y -q --no-install-recommends "${missing[@]}"
    fi
fi

stamp=$(cd "$source" && find . -path ./node_modules -prune -o -type f -print | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d' ' -f1)
[ "$(cat "$out/.stamp" 2>/dev/null)" != "$stamp" ] || exit 0
say "building the web UI"

# With npm's packages where they are installed, else with Debian's: copied, since links would have them found in two places.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$source/src" "$source/package.json" "$source/tsconfig.json" "$work/"
if [ -d "$source/node_modules/react" ]; then
    ln -s "$source/node_modules" "$work/node_modules"
    PATH=$source/node_modules/.bin:$PATH
else
    mkdir -p "$work/node_modules/@types"
    for name in react react-dom scheduler marked prismjs loose-envify js-tokens object-assign; do
        [ ! -d "/usr/share/nodejs/$name" ] || cp -rL "/usr/share/nodejs/$name" "$work/node_modules/"
    done
    for name in react react-dom scheduler marked prismjs prop-types csstype; do
        [ ! -d "/usr/share/nodejs/@types/$name" ] || cp -rL "/usr/share/nodejs/@types/$name" "$work/node_modules/@types/"
    done
    [ ! -d /usr/share/nodejs/csstype ] || cp -rL /usr/share/nodejs/csstype "$work/node_modules/"
fi
cd "$work"
tsc --noEmit -p .
esbuild src/main.tsx --bundle --splitting --format=esm --minify --target=es2020 --jsx=automatic --outdir=dist/assets \
    --entry-names='[name]-[hash]' --chunk-names='[name]-[hash]' --asset-names='[name]-[hash]' \
    --define:process.env.NODE_ENV='"production"' --legal-comments=none --log-level=warning
script=$(basename dist/assets/main-*.js)
style=$(basename dist/assets/main-*.css)
sed "s/@SCRIPT@/$script/; s/@STYLE@/$style/" src/index.html >dist/index.html
cp src/favicon.svg dist/
find dist -type f \( -name '*.js' -o -name '*.css' -o -name '*.html' -o -name '*.svg' \) -exec gzip -9nk {} +
# The part that is loaded before any page: the script, what it imports at once, and the style.
first=$(cd dist/assets && { echo "$script"; echo "$style"; grep -oE '^(import[^;]*"\./[^"]+";)+' "$script" | grep -oE '[A-Za-z0-9_-]+\.js' || true; } |
    sort -u | while read -r name; do stat -c %s "$name.gz"; done | awk '{ sum += $1 } END { print sum }')
[ "$first" -le 153600 ] || fail "the first load takes $first bytes compressed, more than 150 KiB"
say "the web UI's first load is $((first / 1024)) KiB compressed"
echo "$stamp" >dist/.stamp
rm -rf "$out"
mv dist "$out"
