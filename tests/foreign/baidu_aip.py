"""Holds the sandbox's Baidu against the official Python client (pip install baidu-aip chardet).

    python baidu_aip.py http://127.0.0.1:PORT

The client fetches its token, signs and sends with its own code; only the host in its constants is replaced.
Exits with 1 when a check failed.
"""

import json
import sys
import urllib.request

from aip.base import AipBase

API_KEY, SECRET_KEY, PLAN = "sandbox-baidu-ak", "sandbox-baidu-sk", "1"
PASSES = {"id_name": "张伟", "id_no": "110101180001020010", "certificate_type": 0}
STRANGER = {"id_name": "张三", "id_no": "11010519491231002X", "certificate_type": 0}

counts = {"passed": 0, "failed": 0}


def check(what, good, seen=None):
    counts["passed" if good else "failed"] += 1
    if not good:
        print(f"FAILED {what}: {seen!r}", file=sys.stderr)


class Faceprint(AipBase):
    """The official client with its host replaced; it has no faceprint calls, so they go through its `_request`."""

    def __init__(self, sandbox, key=API_KEY, secret=SECRET_KEY):
        super().__init__("sandbox", key, secret)
        self.sandbox = sandbox
        self._AipBase__accessTokenUrl = f"{sandbox}/baidu/oauth/2.0/token"

    def call(self, name, body):
        url = f"{self.sandbox}/baidu/rpc/2.0/brain/solution/faceprint/{name}"
        return self._request(url, json.dumps(body), {"Content-Type": "application/json"})


def admin(sandbox, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{sandbox}/_sandbox/{path}", data=data), timeout=10) as reply:
        return json.load(reply)


def verification(sandbox, client, how):
    generated = client.call("verifyToken/generate", {"plan_id": PLAN})
    check(f"{how}: generate", generated.get("success") is True, generated)
    token = generated["result"]["verify_token"]
    submitted = client.call("idcard/submit", {"verify_token": token, **PASSES})
    check(f"{how}: submit", submitted.get("result") == 1, submitted)
    early = client.call("result/detail", {"verify_token": token})
    check(f"{how}: asked too early", early.get("message") == "Token无效或者已过期", early)
    admin(sandbox, f"sessions/{token}/complete", {})
    for name, good in [
        ("simple", lambda r: r["result"]["image"].startswith(sandbox)),
        ("detail", lambda r: r["result"]["verify_result"]["score"] > 80),
        ("stat", lambda r: r["result"]["Verify_FIN"][0]["error_code"] == "0"),
        ("media/query", lambda r: r["result"]["video"] == []),
        ("getall", lambda r: r["result"]["verify_result"][0]["is_verify_passed"] is True),
    ]:
        reply = client.call(f"result/{name}", {"verify_token": token})
        check(f"{how}: {name}", reply.get("success") is True and good(reply), reply)


def main(sandbox):
    sandbox = sandbox.rstrip("/")
    client = Faceprint(sandbox)
    verification(sandbox, client, "access_token")
    check("the scope keeps the client on its token", client._isCloudUser is False, client._isCloudUser)

    # The same client turns to BCE signatures once it believes that its app has no scope.
    signing = Faceprint(sandbox)
    signing._isCloudUser = True
    verification(sandbox, signing, "signature")

    wrong = Faceprint(sandbox, secret="wrong")
    wrong._isCloudUser = True
    reply = wrong.call("verifyToken/generate", {"plan_id": PLAN})
    check("a wrong secret signs in vain", reply == {"error_code": 14, "error_msg": "IAM Certification failed"}, reply)
    refused = Faceprint(sandbox, secret="wrong")._auth()
    check("a wrong secret gets no token", refused.get("error") == "invalid_client", refused)

    # A token that the vendor no longer knows: the client fetches another by itself and repeats the call.
    forgetful = Faceprint(sandbox)
    forgetful._auth()
    forgetful._authObj["access_token"] = "24.gone"
    reply = forgetful.call("verifyToken/generate", {"plan_id": PLAN})
    check("110 makes it fetch another", reply.get("success") is True, reply)

    token = client.call("verifyToken/generate", {"plan_id": PLAN})["result"]["verify_token"]
    client.call("idcard/submit", {"verify_token": token, **STRANGER})
    admin(sandbox, f"sessions/{token}/complete", {})
    reply = client.call("result/detail", {"verify_token": token})
    check("a stranger never passes", reply.get("success") is False and reply.get("code") == 222351, reply)

    print(f"{counts['passed']} passed, {counts['failed']} failed")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
