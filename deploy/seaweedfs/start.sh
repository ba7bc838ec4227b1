#!/bin/sh
# Starts one SeaweedFS server with its S3 interface; the keys come from the environment and go to a file that it alone reads.
set -eu
umask 077
cat >/tmp/s3.json <<EOF
{"identities": [{"name": "tarn", "credentials": [{"accessKey": "$STORE_ACCESS_KEY", "secretKey": "$STORE_SECRET_KEY"}],
  "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}
EOF
unset STORE_ACCESS_KEY STORE_SECRET_KEY
exec weed server -dir=/data -ip=seaweedfs -ip.bind=0.0.0.0 -filer -s3 -s3.port=8333 -s3.config=/tmp/s3.json \
    -volume.max=100 -master.volumeSizeLimitMB=1024
