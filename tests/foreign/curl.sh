#!/usr/bin/env bash
# curl against the sandbox: the documents' own parameters, typed by hand.
# Usage: curl.sh SANDBOX_URL
set -uo pipefail
url=$1
passed=0 failed=0

# expect WHAT TEXT PATTERN
expect() {
  if grep -qE -- "$3" <<<"$2"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED $1: expected $3 in: $2"
  fi
}
post() { curl --silent --show-error --max-time 10 "$@"; }
# field JSON PATH…
field() { python3 -c 'import json, sys
value = json.loads(sys.argv[1])
for name in sys.argv[2:]: value = value[name]
print(value)' "$@"; }

personas=$(post "$url/_sandbox/personas")
person=$(python3 -c 'import json, sys
people = json.loads(sys.argv[1])
people = people.get("personas", people) if isinstance(people, dict) else people
person = next(p for p in people if p["id"] == "passes")
print(person["name"], person["id_number"], person["mobile"], sep="\t")' "$personas")
IFS=$'\t' read -r name number mobile <<<"$person"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
photo=$work/photo
base64 -w0 tests/photos/portrait.jpg >"$photo"

# Juhe verifyface, as its document writes it
v2() { post "$url/juhe/verifyface/verify2" --data-urlencode "key=${1:-sandbox-juhe-key}" --data-urlencode "idcard=$number" \
  --data-urlencode "realname=$name" --data-urlencode "image@$photo"; }
answer=$(v2)
expect "verify2 passes" "$answer" '"authResult":"00'
expect "verify2 is charged" "$answer" '"charge":true'
expect "a wrong key is 10001" "$(v2 wrong)" '"error_code":10001'
answer=$(post "$url/juhe/verifyface/verify" --data-urlencode "key=sandbox-juhe-key" --data-urlencode "idcard=$number" \
  --data-urlencode "realname=$name" --data-urlencode "image@$photo" --data "thousand=1")
expect "verify passes" "$answer" '"res":1'
answer=$(post "$url/juhe/verifyface_mobile/query" --data-urlencode "key=sandbox-juhe-key" --data-urlencode "idcard=$number" \
  --data-urlencode "realname=$name" --data-urlencode "mobile=$mobile" --data-urlencode "image@$photo")
expect "mobile passes" "$answer" '"res":100'

# The encrypted variant, by openssl
key=$(printf %s JHsandbox0openid | md5sum | cut -c1-16)
hex=$(printf %s "$key" | od -An -tx1 | tr -d ' \n')
seal() { openssl enc -aes-128-ecb -K "$hex" -base64 -A; }
seal <"$photo" >"$work/sealed"
answer=$(post "$url/juhe/verifyface/verify2Encry" --data-urlencode "key=sandbox-juhe-key" \
  --data-urlencode "idcard=$(printf %s "$number" | seal)" --data-urlencode "realname=$(printf %s "$name" | seal)" \
  --data-urlencode "image@$work/sealed")
expect "verify2Encry answers in ciphertext" "$answer" '^[A-Za-z0-9+/=]+$'
expect "which openssl decrypts" "$(printf '%s' "$answer" | openssl enc -d -aes-128-ecb -K "$hex" -base64 -A)" '"authResult":"00'

# Juhe faceid: begin, finish without a browser, search
order=$(post "$url/juhe/faceid/query" --data-urlencode "key=sandbox-juhe-key" --data-urlencode "certName=$name" \
  --data-urlencode "certNo=$number" --data "orderId=curl0001" --data-urlencode "returnUrl=https://example.com/#/aaa/bbb")
jh=$(field "$order" result jh_order_id)
search() { post "$url/juhe/faceid/search" --data "key=sandbox-juhe-key&jhOrderId=$jh"; }
expect "not submitted yet" "$(search)" '"error_code":279307'
landed=$(post -H 'content-type: application/json' --data '{}' "$url/_sandbox/sessions/$jh/complete")
expect "the hash row of the document" "$landed" 'https://example.com/\?response=.*&sign=[0-9a-f]{32}#aaa/bbb'
expect "passed" "$(search)" '"passed":"T"'

# Jumdata
lifecheck() { post -H "Authorization: APPCODE sandbox-jumdata-appcode" "$url/jumdata/lifecheck/$1" "${@:2}"; }
token=$(field "$(lifecheck init --data-urlencode 'returnUrl=https://example.com/back')" data token)
expect "no result yet" "$(lifecheck result --data "token=$token")" '"code":201'
landed=$(post -H 'content-type: application/json' --data '{}' "$url/_sandbox/sessions/$token/complete")
expect "the unsigned return" "$landed" "token=$token&success=true"
expect "a face image" "$(lifecheck result --data "token=$token")" '"faceImageUrl":"http'
expect "a wrong AppCode is refused by the gateway" \
  "$(post -i -H 'Authorization: APPCODE wrong' --data 'token=x' "$url/jumdata/lifecheck/result" | tr -d '\r')" '^[Xx]-[Cc]a-[Ee]rror-[Mm]essage: Invalid AppCode'

# Baidu
access=$(field "$(post --request POST "$url/baidu/oauth/2.0/token?grant_type=client_credentials&client_id=sandbox-baidu-ak&client_secret=sandbox-baidu-sk")" access_token)
face() { post -H 'content-type: application/json' --data "$2" "$url/baidu/rpc/2.0/brain/solution/faceprint/$1?access_token=$access"; }
verify=$(field "$(face verifyToken/generate '{"plan_id":"1"}')" result verify_token)
expect "submit" "$(face idcard/submit "{\"verify_token\":\"$verify\",\"id_name\":\"$name\",\"id_no\":\"$number\",\"certificate_type\":0}")" '"success":true'
expect "not acted yet" "$(face result/detail "{\"verify_token\":\"$verify\"}")" 'Token无效或者已过期'
post -H 'content-type: application/json' --data '{}' "$url/_sandbox/sessions/$verify/complete" >/dev/null
expect "detail passes" "$(face result/detail "{\"verify_token\":\"$verify\"}")" '"success":true'
expect "getall passes" "$(face result/getall "{\"verify_token\":\"$verify\"}")" '"is_verify_passed":true'
expect "no token is 110" "$(post -H 'content-type: application/json' --data '{}' "$url/baidu/rpc/2.0/brain/solution/faceprint/result/detail")" '"error_code":110'

expect "the ledger has seen it" "$(post "$url/_sandbox/ledger")" 'juhe.verifyface.verify2'
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
