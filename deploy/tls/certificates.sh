#!/usr/bin/env bash
# Makes certificates for calls between services: `certificates.sh FOLDER NAME=ADDRESS[,ADDRESS…]…`
#
# FOLDER gets an authority of its own (authority.key; kept if it is there), and for each NAME a folder with key.pem,
# certificate.pem and authority.pem, for the host names and IP addresses that the service is called by. Those that are there are
# made anew: running it again renews them, and services take them up by themselves. TARN_TLS_DAYS is how long they are valid (825).
set -euo pipefail

fail() { printf 'error: %s\n' "$*" >&2; exit 1; }
[ $# -ge 2 ] || fail "usage: $(basename "$0") FOLDER NAME=ADDRESS[,ADDRESS…]…"
days=${TARN_TLS_DAYS:-825}
mkdir -p "$1"
cd "$1"
shift
# Nobody else gets into the folder; so the folders in it can be mounted for a user with whatever id.
chmod 700 .
umask 077

new_key() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }
if [ ! -e authority.key ]; then
    new_key authority.key.new
    openssl req -new -x509 -key authority.key.new -days 3650 -subj "/CN=Tarn services" -addext "basicConstraints=critical,CA:TRUE" \
        -addext "keyUsage=critical,keyCertSign,cRLSign" -out authority.pem
    mv authority.key.new authority.key
fi
for service in "$@"; do
    name=${service%%=*} addresses=${service#*=}
    [[ $service == *=* && $name =~ ^[a-z0-9-]+$ && $addresses =~ ^[A-Za-z0-9.:,-]+$ ]] || fail "not NAME=ADDRESS[,ADDRESS…]: $service"
    alternatives=
    for address in ${addresses//,/ }; do
        kind=DNS
        if [[ $address == *:* || $address =~ ^[0-9.]+$ ]]; then kind=IP; fi
        alternatives+=${alternatives:+,}$kind:$address
    done
    mkdir -p "$name"
    new_key "$name/key.new"
    openssl req -new -key "$name/key.new" -subj "/CN=$name" -addext "subjectAltName=$alternatives" \
        -addext "extendedKeyUsage=serverAuth,clientAuth" -out "$name/request"
    openssl x509 -req -in "$name/request" -days "$days" -copy_extensions copyall -CA authority.pem -CAkey authority.key \
        -set_serial "0x$(openssl rand -hex 16)" -out "$name/certificate.new" 2>/dev/null || fail "openssl does not sign for $name"
    rm "$name/request"
    cp authority.pem "$name/authority.pem"
    chmod 755 "$name"
    chmod 644 "$name"/*
    mv "$name/key.new" "$name/key.pem"
    mv "$name/certificate.new" "$name/certificate.pem"
done
