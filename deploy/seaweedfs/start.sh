#!/bin/sh
# Starts one SeaweedFS server with its S3 interface; the keys come from the environment and go to a file that it alone reads.
# Once it answers, the bucket is made, and /tmp/bucket-is-there tells the health check.
set -eu
umask 077
rm -f /tmp/bucket-is-there
cat >/tmp/s3.json <<EOF
{"identities": [{"name": "tarn", "credentials": [{"accessKey": "$STORE_ACCESS_KEY", "secretKey": "$STORE_SECRET_KEY"}],
  "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}
EOF
printf 'user = "%s:%s"\n' "$STORE_ACCESS_KEY" "$STORE_SECRET_KEY" >/tmp/curl.conf
unset STORE_ACCESS_KEY STORE_SECRET_KEY

make_bucket() {
    while :; do
        status=$(curl -s -m 5 -K /tmp/curl.conf --aws-sigv4 aws:amz:us-east-1:s3 -X PUT -o /dev/null -w '%{http_code}' \
            http://127.0.0.1:8333/tarn || true)
        case $status in 200 | 409) break ;; esac
        sleep 0.5
    done
    touch /tmp/bucket-is-there
}
make_bucket &

exec weed server -dir=/data -ip=seaweedfs -ip.bind=0.0.0.0 -filer -s3 -s3.port=8333 -s3.config=/tmp/s3.json \
    -volume.max=100 -master.volumeSizeLimitMB=1024
