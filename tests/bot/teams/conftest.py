"""Teams in tests: nothing leaves the machine, and nothing is encrypted on it."""

import datetime as dt
import os
from collections.abc import Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@pytest.fixture(autouse=True, scope="session")
def _one_certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One certificate in the place of all: the SDK reads them three times for each bot, a third of a test's time."""
    file = tmp_path_factory.mktemp("certificates") / "one.pem"
    file.write_bytes(_certificate())
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(file)
    yield
    os.environ.pop("SSL_CERT_FILE")
    if before is not None:
        os.environ["SSL_CERT_FILE"] = before


def _certificate() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nobody.invalid")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    made = made.not_valid_after(dt.datetime(2036, 1, 1, tzinfo=dt.UTC))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
