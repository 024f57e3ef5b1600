"""Digests are those of `hashlib`, of any size and in any pieces."""

import hashlib
import subprocess
import sys
import uuid

from hypothesis import given
from hypothesis import strategies as st

from reader.digests import blake2b, blake2s, name_id, sha256
from tests.hypothesis_profiles import CHARACTERS


@given(st.lists(st.binary(max_size=200), max_size=5), st.sampled_from([0, 100, 1 << 30]))
def test_a_digest_is_that_of_hashlib_in_any_pieces(pieces: list[bytes], size: int) -> None:
    data, digest = b"".join(pieces), sha256(size=size)
    for piece in pieces:
        digest.update(piece)
    assert digest.copy().digest() == sha256(data).digest() == hashlib.sha256(data).digest()
    assert digest.hexdigest() == hashlib.sha256(data).hexdigest()
    assert blake2b(data, digest_size=8).hexdigest() == hashlib.blake2b(data, digest_size=8).hexdigest()
    assert blake2s(data, digest_size=6).digest() == hashlib.blake2s(data, digest_size=6).digest()


def test_a_large_text_has_the_same_digest() -> None:
    data = b"The well was dry in May. " * 200_000
    assert sha256(data).hexdigest() == hashlib.sha256(data).hexdigest()


@given(st.uuids(), st.text(CHARACTERS))
def test_a_name_has_the_id_of_the_standard_library(namespace: uuid.UUID, name: str) -> None:
    assert name_id(namespace, name) == uuid.uuid5(namespace, name)


def test_a_python_without_functions_of_its_own_takes_those_of_openssl() -> None:
    program = """
import sys
sys.modules.update(_sha1=None, _sha256=None, _sha2=None)
from reader.digests import sha256
print(sha256(b"The well was dry.").hexdigest())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == hashlib.sha256(b"The well was dry.").hexdigest()
