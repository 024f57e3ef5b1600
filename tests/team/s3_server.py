"""An S3 server in this process, for every day."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

KEYS = ("everydaykey", "everydaysecret")


@contextmanager
def serve_s3() -> Iterator[str]:
    """Let moto answer as S3 does, for a block, and yield its address. Skips the test where moto is missing."""
    server: Any = pytest.importorskip("moto.server")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = server.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    running.start()
    try:
        yield "http://{}:{}".format(*running.get_host_and_port())
    finally:
        running.stop()


def s3_client(endpoint: str, access: str = KEYS[0], secret: str = KEYS[1]) -> Any:
    """Return a client of AWS's own, to see a server without the program's."""
    import boto3
    from botocore.config import Config

    config = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"})
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=access,
        aws_secret_access_key=secret,
        region_name="us-east-1",
        config=config,
    )
