"""Runs an example of a hosted session, and is the browser in between: visit.py SANDBOX_URL PROGRAM NAME ID_NUMBER"""

import json
import subprocess
import sys
import urllib.request

sandbox, *command = sys.argv[1:]


def admin(path, data=None):
    request = urllib.request.Request(f"{sandbox}/_sandbox/{path}", data=data and json.dumps(data).encode())
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
page = program.stdout.readline().strip()
assert page.startswith(sandbox), f"no page of the sandbox: {page!r}"
session = admin("sessions")[-1]
redirect = admin(f"sessions/{session['id']}/complete", {"persona": "passes"})["redirect"]
out, _ = program.communicate(redirect + "\n", timeout=60)
assert program.returncode == 0, f"status {program.returncode}: {out}"
assert "passed: " in out and "billed: yes" in out, out
