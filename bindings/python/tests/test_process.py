"""Signals, forks, the end of the interpreter: each in a process of its own."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT
from programs import run, start
from shiren.testing import Sandbox

TELL = """
    client = shiren.Client(sandbox=URL)
    told = []
    client.on_outcome(told.append)
"""


def test_ctrl_c_interrupts_a_blocking_call(shiren_sandbox: Sandbox) -> None:
    shiren_sandbox.fault("hang_after_billing")
    program = start(
        TELL + """
    print("go")
    try:
        client.call(VERIFY, **PASSING)
    except KeyboardInterrupt:
        client.flush()
        print("interrupted", told[0].cancelled, told[0].billed)
    print(decision(client))
    """, shiren_sandbox.url)  # fmt: skip
    assert program.stdout and program.stdout.readline() == "go\n"
    while not shiren_sandbox.ledger():
        time.sleep(0.02)
    began = time.monotonic()
    program.send_signal(signal.SIGINT)
    assert program.stdout.readline() == "interrupted True unknown\n"
    assert time.monotonic() - began < 1
    assert program.stdout.readline() == "passed\n"
    assert program.wait(10) == 0


def test_a_signal_handler_may_call_the_same_client(shiren_sandbox: Sandbox) -> None:
    shiren_sandbox.fault("delay", milliseconds=800)
    out = run(TELL + """
    signal.signal(signal.SIGALRM, lambda *_: print("inner", decision(client)))
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    print("outer", decision(client))
    """, shiren_sandbox.url)  # fmt: skip
    assert out == "inner passed\nouter passed\n"


def test_ctrl_c_ends_asyncio_run(shiren_sandbox: Sandbox) -> None:
    shiren_sandbox.fault("hang_after_billing")
    program = start("""
    client = shiren.AsyncClient(sandbox=URL)
    told = []
    client.on_outcome(told.append)
    print("go")
    try:
        asyncio.run(client.call(VERIFY, **PASSING))
    except KeyboardInterrupt:
        for _ in range(100):
            client.flush()
            if told: break
            time.sleep(0.02)
        print("interrupted", told[0].cancelled, told[0].billed)
    print(asyncio.run(client.call(VERIFY, **PASSING))["verdict"]["decision"])
    """, shiren_sandbox.url)  # fmt: skip
    assert program.stdout and program.stdout.readline() == "go\n"
    while not shiren_sandbox.ledger():
        time.sleep(0.02)
    program.send_signal(signal.SIGINT)
    assert program.stdout.readline() == "interrupted True unknown\n"
    assert program.stdout.readline() == "passed\n"
    assert program.wait(10) == 0


def test_fork_in_a_thread_with_calls_in_flight(shiren_sandbox: Sandbox) -> None:
    shiren_sandbox.fault("delay", milliseconds=700, times=2)
    out = run(TELL + """
    other = shiren.AsyncClient(sandbox=URL)
    ends = []
    def waits(): ends.append(decision(client))
    def waits_in_a_loop(): ends.append(asyncio.run(other.call(VERIFY, **PASSING))["verdict"]["decision"])
    def forks():
        pid = os.fork()
        if pid == 0:
            os._exit(0 if decision(client) == asyncio.run(other.call(VERIFY, **PASSING))["verdict"]["decision"] == "passed" else 1)
        ends.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    threads = [threading.Thread(target=work) for work in (waits, waits_in_a_loop, forks)]
    for thread in threads:
        thread.start()
        time.sleep(0.15)
    for thread in threads: thread.join()
    print(sorted(map(str, ends)))
    """, shiren_sandbox.url)  # fmt: skip
    assert out == "['0', 'passed', 'passed']\n"


def test_a_subinterpreter_is_refused(shiren_sandbox: Sandbox) -> None:
    out = run(TELL + """
    try: import _interpreters as interpreters
    except ImportError: import _xxsubinterpreters as interpreters
    other = interpreters.create()
    try: print(interpreters.run_string(other, "import shiren"))
    except Exception as error: print(error)
    print(decision(client))
    """, shiren_sandbox.url)  # fmt: skip
    assert "another interpreter of this process" in out and out.endswith("passed\n"), out


def test_fork_parent_and_children_call(shiren_sandbox: Sandbox) -> None:
    out = run(TELL + """
    print(decision(client), flush=True)
    stop = threading.Event()
    # Others are calling and logging at the moment of the fork.
    import logging
    logging.getLogger("shiren").setLevel(logging.DEBUG)
    def busy():
        while not stop.is_set():
            decision(client)
    threads = [threading.Thread(target=busy) for _ in range(4)]
    for thread in threads: thread.start()
    children = []
    for _ in range(10):
        time.sleep(0.03)
        pid = os.fork()
        if pid == 0:
            mine = []
            client.on_outcome(mine.append)
            ends = {decision(client) for _ in range(3)}
            client.flush()
            os._exit(0 if ends == {"passed"} and len(mine) == 3 and client.counters()["total"]["calls"] == 3 else 1)
        children.append(pid)
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
    stop.set()
    for thread in threads: thread.join()
    print(codes == [0] * 10, decision(client))
    """, shiren_sandbox.url)  # fmt: skip
    assert out.splitlines() == ["passed", "True passed"]


def test_fork_of_an_async_client(shiren_sandbox: Sandbox) -> None:
    out = run("""
    client = shiren.AsyncClient(sandbox=URL)
    async def one(): return (await client.call(VERIFY, **PASSING))["verdict"]["decision"]
    print(asyncio.run(one()), flush=True)
    pid = os.fork()
    if pid == 0:
        os._exit(0 if asyncio.run(one()) == "passed" else 1)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), asyncio.run(one()))
    """, shiren_sandbox.url)  # fmt: skip
    assert out.splitlines() == ["passed", "0 passed"]


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(shiren_sandbox: Sandbox, method: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        """
import multiprocessing, os, shiren
client = shiren.Client(sandbox=os.environ["SANDBOX_OF_A_TEST"])
def work(photo):
    return client.call("juhe.verifyface.verify2", realname="张伟", idcard="110101180001020010", image=photo)["verdict"]["decision"]
if __name__ == "__main__":
    photo = open(os.environ["PHOTO_OF_A_TEST"], "rb").read()
    print(work(photo))
    with multiprocessing.get_context("METHOD").Pool(4) as pool:
        print(pool.map(work, [photo] * 8))
    print(work(photo))
""".replace("METHOD", method),
        encoding="utf-8",
    )
    out = run(f"import runpy; runpy.run_path({str(program)!r}, run_name='__main__')" if method == "fork" else f"""
    import subprocess
    print(subprocess.run([sys.executable, {str(program)!r}], check=True, capture_output=True, text=True).stdout, end="")
    """, shiren_sandbox.url)  # fmt: skip
    assert out.splitlines() == ["passed", str(["passed"] * 8), "passed"]


def test_the_interpreter_ends_with_calls_in_flight(shiren_sandbox: Sandbox) -> None:
    shiren_sandbox.fault("hang", times=100)
    for _ in range(5):
        out = run("""
    import logging
    logging.basicConfig(level=logging.DEBUG)
    client = shiren.Client(sandbox=URL)
    client.on_outcome(lambda outcome: None)
    for _ in range(8):
        threading.Thread(target=client.call, args=(VERIFY,), kwargs=PASSING, daemon=True).start()
    other = shiren.AsyncClient(sandbox=URL)
    loop = asyncio.new_event_loop()
    task = loop.create_task(other.call(VERIFY, **PASSING))
    loop.run_until_complete(asyncio.sleep(0.3))
    print("end")
        """, shiren_sandbox.url, timeout=10)  # fmt: skip
        assert out == "end\n"


def test_local_work_in_a_daemon_thread_at_the_end(shiren_sandbox: Sandbox) -> None:
    for _ in range(3):
        out = run("""
    from pathlib import Path
    photo = Path(os.environ["PHOTO_OF_A_TEST"]).with_name("phone-rotated.jpg").read_bytes()
    def work():
        while True: shiren.call("photo.fit", image=photo)
    for _ in range(3): threading.Thread(target=work, daemon=True).start()
    time.sleep(0.2)
    print("end")
        """, shiren_sandbox.url, timeout=10)  # fmt: skip
        assert out == "end\n"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_gunicorn_preload_with_four_workers(shiren_sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "site.py").write_text("")
    (tmp_path / "served.py").write_text(
        f"""
import os, shiren
client = shiren.Client(sandbox={shiren_sandbox.url!r})
photo = open({str(ROOT / "tests/photos/portrait.jpg")!r}, "rb").read()
def decide():
    return client.call("juhe.verifyface.verify2", realname="张伟", idcard="110101180001020010", image=photo)["verdict"]["decision"]
loaded = decide()
def app(environ, respond):
    respond("200 OK", [])
    return [f"{{loaded}} {{decide()}} {{os.getpid()}}".encode()]
""",
        encoding="utf-8",
    )
    (tmp_path / "site.py").unlink()
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--preload", "-w", "4", "-b", f"127.0.0.1:{port}", "served:app"]
    server = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        pids, until = set(), time.monotonic() + 30
        while len(pids) < 4 and time.monotonic() < until:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                connection.request("GET", "/")
                loaded, decision, pid = connection.getresponse().read().decode().split()
            except ConnectionRefusedError:
                time.sleep(0.1)
                continue
            finally:
                connection.close()
            assert (loaded, decision) == ("passed", "passed")
            pids.add(pid)
        assert len(pids) == 4
    finally:
        server.terminate()
        out, _ = server.communicate(timeout=15)
    assert server.returncode == 0, out


def test_celery_prefork(shiren_sandbox: Sandbox, tmp_path: Path) -> None:
    for name in ("in", "results"):
        (tmp_path / name).mkdir()
    (tmp_path / "tasks.py").write_text(
        f"""
import os, shiren
from celery import Celery
app = Celery("tasks", broker="filesystem://", backend="file://{tmp_path}/results")
app.conf.broker_transport_options = {{"data_folder_in": "{tmp_path}/in", "data_folder_out": "{tmp_path}/in"}}
client = shiren.Client(sandbox={shiren_sandbox.url!r})
photo = open({str(ROOT / "tests/photos/portrait.jpg")!r}, "rb").read()
def decide():
    return client.call("juhe.verifyface.verify2", realname="张伟", idcard="110101180001020010", image=photo)["verdict"]["decision"]
loaded = decide()
@app.task
def verify():
    return [loaded, decide(), os.getpid()]
""",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "celery", "-A", "tasks", "worker", "-P", "prefork", "-c", "2", "-l", "warning"]
    worker = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        asking = "from tasks import verify; print([r.get(timeout=40) for r in [verify.delay() for _ in range(6)]])"
        asked = subprocess.run(
            [sys.executable, "-c", asking], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )
        assert asked.returncode == 0, asked.stderr
        results = eval(asked.stdout)
        assert [tuple(result[:2]) for result in results] == [("passed", "passed")] * 6
        assert all(result[2] != worker.pid for result in results)
    finally:
        worker.terminate()
        try:
            out, _ = worker.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            worker.kill()
            raise
    assert "Fatal" not in out and "SIGABRT" not in out, out


def test_logging_never_waits_for_the_interpreter(shiren_sandbox: Sandbox) -> None:
    out = run("""
    import ctypes, logging
    records = []
    class Keep(logging.Handler):
        def emit(self, record): records.append(record)
    logging.getLogger("shiren").addHandler(Keep())
    logging.getLogger("shiren").setLevel(logging.DEBUG)
    sandbox = Sandbox(URL)
    client = shiren.AsyncClient(sandbox=URL)
    async def work():
        tasks = [asyncio.ensure_future(client.call(VERIFY, **{**PASSING, "realname": "张·伟 "})) for _ in range(50)]
        tasks += [asyncio.ensure_future(client.call(VERIFY, **PASSING)) for _ in range(50)]
        await asyncio.sleep(0)
        # This holds the interpreter's lock for two seconds, in which the engine goes on and logs.
        ctypes.PyDLL(None).usleep(2_000_000)
        for _ in range(3):
            await asyncio.sleep(0)
        print(all(task.done() for task in tasks[50:]))
        await asyncio.gather(*tasks, return_exceptions=True)
    asyncio.run(work())
    client.flush()
    calls = [record for record in records if record.name == "shiren.call"]
    text = " ".join(record.getMessage() for record in records)
    print(len(calls), "张" in text, "110101" in text)
    """, shiren_sandbox.url)  # fmt: skip
    assert out.splitlines() == ["True", "100 False False"]


def test_a_handler_may_call_and_fail(shiren_sandbox: Sandbox) -> None:
    out = run("""
    import logging
    client = shiren.Client(sandbox=URL)
    inner = []
    class Calls(logging.Handler):
        def emit(self, record):
            if len(inner) < 3:
                inner.append(1)
                client.call("check.name", name="x")
                decision(client)
            raise RuntimeError("a handler of a test")
    logging.getLogger("shiren").addHandler(Calls())
    logging.getLogger("shiren").setLevel(logging.DEBUG)
    print(decision(client), client.flush(), len(inner) > 0)
    """, shiren_sandbox.url)  # fmt: skip
    assert out == "passed True True\n"
