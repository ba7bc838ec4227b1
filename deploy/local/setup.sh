#!/usr/bin/env bash
# The first set-up: makes the administrator and writes the keys into files that shells and clients read.
. "$(dirname "$0")/common.sh"

endpoint=$scheme://$listen:$api_port s3_endpoint=$scheme://$listen:$s3_port
umask 077
if [ ! -s "$home/credentials" ]; then
    # Its certificate may name another host than the address it listens on here.
    answer=$(printf 'header = "X-Tarn-Setup-Token: %s"\n' "$(cat "$home/secrets/setup-token")" |
        curl -sS -k -m 30 -K - -H 'Content-Type: application/json' -d '{"username":"admin"}' "$endpoint/api/v1/setup_lakefs")
    field() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" <<<"$answer"; }
    key=$(field access_key_id) secret=$(field secret_access_key)
    [ -n "$key" ] && [ -n "$secret" ] || fail "set-up was refused: $(field message)"
    printf '%s\n' "AWS_ACCESS_KEY_ID=$key" "AWS_SECRET_ACCESS_KEY=$secret" >"$home/credentials.new"
    printf '%s\n' "TARN_ENDPOINT=$endpoint" "TARN_S3_ENDPOINT=$s3_endpoint" >>"$home/credentials.new"
    mv "$home/credentials.new" "$home/credentials"
fi

# The addresses may change between runs, the keys do not.
. "$home/credentials"
printf '%s\n' "TARN_ENDPOINT=$endpoint" "TARN_S3_ENDPOINT=$s3_endpoint" "AWS_ACCESS_KEY_ID=$AWS_ACCESS_KEY_ID" \
    "AWS_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY" >"$home/credentials.new"
mv "$home/credentials.new" "$home/credentials"
cat >"$home/aws-profile" <<EOF
# For ~/.aws/config; then: aws --profile tarn s3 ls
[profile tarn]
region = ${TARN_S3_REGION:-us-east-1}
endpoint_url = $s3_endpoint
aws_access_key_id = $AWS_ACCESS_KEY_ID
aws_secret_access_key = $AWS_SECRET_ACCESS_KEY
s3 =
    addressing_style = path
EOF
cat >"$home/lakectl.yaml" <<EOF
# lakectl --config $home/lakectl.yaml repo list
credentials:
  access_key_id: $AWS_ACCESS_KEY_ID
  secret_access_key: $AWS_SECRET_ACCESS_KEY
server:
  endpoint_url: $endpoint
EOF
