#!/usr/bin/env python3
"""Sends `unet serve` 1,000 requests, 20 at once, junk among them: right answers to the right ones, an error in the 400s with a line of JSON
to the others, flat memory, and nothing written outside its folder.  Compares its description with what it answers.

  pip install numpy tifffile imagecodecs openapi-spec-validator
  python3 check_server.py [UNET]

UNET is the command (default: .build/release/unet).  Exits with 1 where something is wrong.
"""
import concurrent.futures, hashlib, http.client, io, json, os, pathlib, random, socket, subprocess, sys, tempfile, time

import numpy as np
import tifffile
from openapi_spec_validator import validate

EXPERIMENT = """
name: x
data: {synthetic: {kind: cells, count: 4, size: 128}}
network: {levels: 2, width: 6, dropout: 0}
training: {tile: 60, steps: 60, optimizer: adam, rate: 0.002}
"""
WORDS = ["probabilities", "labels", "instances", "overlay", "outlines", "rois", "measurements"]
problems = []


def check(right, words):
    if not right:
        problems.append(words)


class Server:
    def __init__(self, unet, folder, model, *more):
        self.process = subprocess.Popen(
            [unet, "serve", model, "--port", "0", *more], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1].strip("/\n"))

    def ask(self, method, path, body=None, headers={}):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, data

    def raw(self, data):
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as s:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            got = b""
            while part := s.recv(65536):
                got += part
        return got

    @property
    def memory(self):
        """Megabytes that the process holds."""
        line = next(x for x in open(f"/proc/{self.process.pid}/status") if x.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def end(self):
        self.process.terminate()
        return self.process.wait(60)


def tree(folder):
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def junk(server, rng, known):
    """A wrong request; gives its status and body, or that of a raw one."""
    noise = rng.randbytes(rng.randrange(1, 5000))
    i = known[0]
    png = bytes.fromhex("89504e470d0a1a0a")
    kinds = [
        lambda: server.ask("POST", "/api/segment", noise),
        lambda: server.ask("POST", "/api/segment", png + noise),
        lambda: server.ask("POST", "/api/segment", b"II*\0" + noise),
        lambda: server.ask("POST", "/api/segment", b""),
        lambda: server.ask("POST", "/api/segment?write=passwords", b"x"),
        lambda: server.ask("POST", "/api/images", bytes(300_000)),
        lambda: server.ask("POST", "/api/images", bytes(1_200_000)),
        lambda: server.ask("GET", "/api/images/../../../../etc/passwd/results/labels"),
        lambda: server.ask("GET", "/api/images/..%2f..%2f..%2fetc%2fpasswd"),
        lambda: server.ask("GET", f"/api/images/{i}/results/..%2f..%2fx"),
        lambda: server.ask("GET", f"/api/images/{i}/results/labels?threshold=nan"),
        lambda: server.ask("GET", f"/api/images/{i}/results/labels?threshold=2"),
        lambda: server.ask("GET", f"/api/images/{i}/results/labels?page=7"),
        lambda: server.ask("GET", f"/api/images/{i}/results/labels?page=-1"),
        lambda: server.ask("GET", f"/api/images/{i}/results/labels?grow=99999999999999999999"),
        lambda: server.ask("GET", f"/api/images/{i}/results/labels?threshold=0.5&threshold=0.6"),
        lambda: server.ask("GET", f"/api/images/{i}/pictures/instances?class=9"),
        lambda: server.ask("PUT", f"/api/images/{i}/correction", noise),
        lambda: server.ask("PUT", "/api/images/0000000000000000/correction", noise),
        lambda: server.ask("GET", "/api/runs/..%2f..%2f..%2fetc/curve.svg"),
        lambda: server.ask("DELETE", "/api/model"),
        lambda: server.ask("POST", "/api/images", b"x", {"Origin": "http://elsewhere.example"}),
        lambda: server.ask("GET", "/api/model", None, {"Host": "elsewhere.example"}),
        lambda: server.raw(noise + b"\r\n\r\n"),
        lambda: server.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"A: b\r\n" * 3000 + b"\r\n"),
        lambda: server.raw(b"POST /api/images HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n\r\nshort"),
        lambda: server.raw(b"POST /api/images HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    ]
    at = rng.randrange(len(kinds))
    answer = kinds[at]()
    if isinstance(answer, bytes):
        # A line that is no HTTP is answered by 400 or by the end of the connection.
        check(not answer or answer.split(b" ")[1][:1] == b"4", f"raw junk {at}: {answer[:80]}")
        return
    status, body = answer
    check(400 <= status < 500, f"junk {at}: status {status} {body[:120]}")
    try:
        words = json.loads(body)["error"]
        check("tmp" not in words and "upload-" not in words, f"junk {at} tells a path: {words}")
    except Exception:
        problems.append(f"junk {at}: no line of JSON: {body[:120]}")


def main():
    unet = str(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".build/release/unet").resolve())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "x.yaml").write_text(EXPERIMENT)
        run = lambda *words: subprocess.run([unet, *words], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        run("train", "x.yaml", "--output", "runs/x", "--device", "cpu")
        model = "runs/x/model.safetensors"
        rng = np.random.default_rng(1)
        images = {}
        for at, shape in enumerate([(64, 64), (100, 133), (3, 60, 70), (1, 1), (200, 31)]):
            path = folder / f"in{at}.tif"
            tifffile.imwrite(path, rng.normal(100, 20, shape).astype(np.uint8), photometric="minisblack")
            images[path.name] = path.read_bytes()
        run("segment", model, *images, "--output", "truth", "--write", ",".join(WORDS), "--device", "cpu")
        truth = {}
        for at, path in enumerate(images):
            for word in WORDS:
                found = [p for p in (folder / "truth").iterdir() if p.name.startswith(f"in{at}-{word}")]
                truth[path, word] = found[0].read_bytes()
        outside = tree(folder)
        server = Server(unet, folder, model, "--largest-upload", "1", "--device", "cpu", "--output", "serve")
        validate(json.loads(server.ask("GET", "/openapi.json")[1]))
        known = [json.loads(server.ask("POST", "/api/images?name=in0.tif", images["in0.tif"])[1])["id"]]

        def one(number):
            rng = random.Random(number)
            if number % 3 == 0:
                return junk(server, rng, known)
            path, word = rng.choice(sorted(truth))
            status, body = server.ask("POST", f"/api/segment?write={word}&name={path}", images[path])
            check(status == 200 and body == truth[path, word], f"{path} {word}: {status} {body[:100]}")

        memory = []
        began = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            for part in range(10):
                list(pool.map(one, range(100 * part, 100 * part + 100)))
                memory.append(server.memory)
        seconds = time.monotonic() - began
        check(memory[-1] < memory[1] + 20, f"memory grows: {memory}")
        status, body = server.ask("GET", "/api/model")
        check(status == 200, "it no longer answers")
        # Corrections are kept, what was uploaded is not.
        labels = np.zeros((64, 64), np.uint8)
        labels[5:20, 5:20] = labels[30:50, 20:60] = 1
        tifffile.imwrite(folder / "labels.tif", labels)
        status, body = server.ask("PUT", f"/api/images/{known[0]}/correction", (folder / "labels.tif").read_bytes())
        check(status == 201, f"correction: {status} {body}")
        saved = json.loads(body)
        check(len(np.unique(tifffile.imread(folder / saved["labels"]))) == 3, "two regions are two instances")
        (folder / "labels.tif").unlink()
        # More images than files may be open at once.
        for at in range(700):
            buffer = io.BytesIO()
            tifffile.imwrite(buffer, rng.normal(100, 20, (16, 16)).astype(np.uint8))
            status, body = server.ask("POST", "/api/images", buffer.getvalue())
            check(status == 201, f"image {at} of 700: {status} {body}")
        check(server.ask("GET", "/api/runs")[1] != b"[]", "trainings are not listed any more")
        check(server.end() == 0, "a signal ends it with another status")
        now = {p: d for p, d in tree(folder).items() if not p.startswith("serve/corrections/")}
        check(now == outside, f"files differ: {set(now.items()) ^ set(outside.items())}")
        check(not (folder / "serve" / ".work").exists(), "uploads stay")
        print(f"1,000 requests, 20 at once: {seconds:.1f} s; memory after each hundred, MB: {', '.join(f'{m:.0f}' for m in memory)}")
    for problem in problems[:20]:
        print("wrong:", problem)
    print(f"{len(problems)} problems")
    sys.exit(1 if problems else 0)


main()
