"""The body of one encrypted compare as one writes it in Python: hashlib, base64, cryptography, urllib."""

import base64
import hashlib
import random
import statistics
import time
import urllib.parse

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def sealed(key: bytes, plain: bytes) -> str:
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    data = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    return base64.b64encode(data).decode()


def body(openid: str, photo: bytes) -> bytes:
    key = hashlib.md5(openid.encode()).hexdigest()[:16].encode()
    return urllib.parse.urlencode(
        {
            "key": "sandbox-juhe-key",
            "idcard": sealed(key, b"110101180001010015"),
            "realname": sealed(key, "王小二".encode()),
            "image": sealed(key, base64.b64encode(photo)),
        }
    ).encode()


def main() -> None:
    source = random.Random(1)
    for size, length, count, rounds, calls in (
        ("20 KB", 20 << 10, 32, 11, 32),
        ("100 KB", 100 << 10, 16, 11, 16),
        ("7.5 MB", 7_500_000, 2, 3, 2),
    ):
        photos = [b"\xff\xd8\xff\xe0" + source.randbytes(length - 4) for _ in range(count)]
        used = []
        for _ in range(rounds + 1):
            start = time.thread_time_ns()
            for index in range(calls):
                body("JHsandbox0openid", photos[index % count])
            used.append((time.thread_time_ns() - start) / calls / 1000)
        print(f"@ body, encrypted, {size}\tPython, urlencode\t{statistics.median(used[1:]):.2f}")


main()
