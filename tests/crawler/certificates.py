"""Certificates of an authority that tests make up, and pages served with them."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.serving import Pages


def make_certificates(folder: Path, *, days: int, host: str = "127.0.0.1") -> tuple[Path, Path]:
    """An authority's certificate, and one (with its key) of `host` that it signed, valid for `days` from now."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
    now = datetime.now(UTC)

    def begun(subject: x509.Name, public: ec.EllipticCurvePublicKey, ends: datetime) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(authority)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=900))
            .not_valid_after(ends)
        )

    root = (
        begun(authority, authority_key.public_key(), now + timedelta(days=900))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    leaf = (
        begun(x509.Name([]), key.public_key(), now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "authority.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    (folder / "site.pem").write_bytes(leaf.public_bytes(serialization.Encoding.PEM) + private)
    return folder / "authority.pem", folder / "site.pem"


def secured(pages: Pages, certificate: Path, change: Callable[[ssl.SSLContext], object] = id) -> Pages:
    """The pages, served by TLS, in a context that `change` may alter."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    change(context)
    pages._server.socket = context.wrap_socket(pages._server.socket, server_side=True)
    return pages
