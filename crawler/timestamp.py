"""An outside witness for the chain: a timestamp (RFC 3161) of a link, from the authority that TIMESTAMP_URL names."""

import hashlib
import http.client
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from scrapy.settings import BaseSettings

from archive.chain import FOLDER, link_paths
from crawler.configuration import SettingError
from crawler.network.ask import ask
from crawler.network.guard import private_hosts, refusal

SECONDS = 30
MOST = 64 * 1024  # bytes of an answer
_HASHES: dict[str, HashAlgorithm] = {"sha256": SHA256(), "sha384": SHA384(), "sha512": SHA512()}


class _Answer(core.Sequence):  # type: ignore[misc]  # asn1crypto has no annotations
    """A TimeStampResp; asn1crypto's own asks for a token in refusals too, which have none."""

    _fields = [("status", tsp.PKIStatusInfo), ("token", cms.ContentInfo, {"optional": True})]  # noqa: RUF012


def query(content: bytes) -> tsp.TimeStampReq:
    """The request for a timestamp of `content` that no other answer fits, with the signer's certificate."""
    digest = hashlib.sha256(content).digest()
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
    return tsp.TimeStampReq(
        {"version": "v1", "message_imprint": imprint, "nonce": secrets.randbits(63), "cert_req": True}
    )


def fault(answer: bytes, asked: tsp.TimeStampReq) -> str:
    """Why an answer is no timestamp of what was asked; "" when it is one.

    It must be granted, name the digest and the number of the request, and carry a signature that a certificate in it
    made. Who the signer is, only a certificate that lies elsewhere can tell: `openssl ts -verify` does.
    """
    try:
        response = _Answer.load(answer, strict=True)
        status = response["status"]["status"].native
        if status not in ("granted", "granted_with_mods"):
            return f"the authority answered {status}"
        signed = response["token"]["content"]
        info = signed["encap_content_info"]["content"].parsed
        if info["message_imprint"].native != asked["message_imprint"].native:
            return "it is the timestamp of something else"
        if info["nonce"].native != asked["nonce"].native:
            return "it is the answer to another request"
        return _signature_fault(signed)
    except (ValueError, TypeError, KeyError, AttributeError) as error:  # asn1crypto reads a field when it is asked for
        return f"it is no timestamp ({type(error).__name__})"


def _signature_fault(signed: cms.SignedData) -> str:
    """Why the signature of a CMS message was not made by a certificate in it; "" when it was.

    The signature covers attributes, and one of these is the digest of the content.
    """
    [signer] = signed["signer_infos"]
    certificate = next((one.chosen for one in signed["certificates"] if _is_of(one.chosen, signer)), None)
    if certificate is None:
        return "it does not hold the certificate of its signer"
    algorithm = signer["digest_algorithm"]["algorithm"].native
    attributes = {one["type"].native: one["values"] for one in signer["signed_attrs"]}
    digest = hashlib.new(algorithm, bytes(signed["encap_content_info"]["content"])).digest()
    kind = signer["signature_algorithm"].signature_algo
    if kind not in ("rsassa_pkcs1v15", "ecdsa") or algorithm not in _HASHES:
        return f"its signature cannot be checked here: {kind}, {algorithm}"
    if attributes["message_digest"][0].native != digest or not _has_made(certificate, signer, _HASHES[algorithm]):
        return "its signature is wrong"
    return ""


def _is_of(certificate: asn1x509.Certificate, signer: cms.SignerInfo) -> bool:
    named = signer["sid"].chosen
    return bool(certificate.issuer == named["issuer"] and certificate.serial_number == named["serial_number"].native)


def _has_made(certificate: asn1x509.Certificate, signer: cms.SignerInfo, algorithm: HashAlgorithm) -> bool:
    """Whether the key of a certificate made a signature over the signer's attributes."""
    key = x509.load_der_x509_certificate(certificate.dump()).public_key()
    signature, content = signer["signature"].native, signer["signed_attrs"].untag().dump()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, content, padding.PKCS1v15(), algorithm)
            return True
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, content, ec.ECDSA(algorithm))
            return True
    except InvalidSignature:
        return False
    return False


def witness(link: Path, url: str, allowed: frozenset[str]) -> Path:
    """Have a link of the chain witnessed; the answer is kept beside it, as NUMBER.tsr. Raises SettingError.

    It is checked with: openssl ts -verify -data NUMBER.txt -in NUMBER.tsr -CAfile AUTHORITY.pem
    """
    if reason := refusal(url, allowed):
        raise SettingError(f"TIMESTAMP_URL {reason}")
    asked, host = query(link.read_bytes()), urlsplit(url).hostname  # the rest of the address may hold a password
    try:
        status, content = ask(
            url,
            allowed,
            seconds=SECONDS,
            most=MOST,
            content=asked.dump(),
            headers={"Content-Type": "application/timestamp-query"},
        )
    except OSError as error:
        raise SettingError(f"{link.name} was not witnessed, {host} failed: {error}") from None
    except (http.client.HTTPException, ValueError) as error:  # their words may repeat the address
        raise SettingError(f"{link.name} was not witnessed, {host} failed: {type(error).__name__}") from None
    if status >= 300:
        raise SettingError(f"{link.name} was not witnessed, {host} answered {status}")
    if reason := fault(content, asked):
        raise SettingError(f"{link.name} was not witnessed by {host}: {reason}")
    place = link.with_suffix(".tsr")
    place.write_bytes(content)
    return place


def witness_last(folder: Path, settings: BaseSettings) -> None:
    """Have the newest link of an archive's chain witnessed, when TIMESTAMP_URL asks for it and there is one."""
    url = settings["TIMESTAMP_URL"]
    links = link_paths(folder / FOLDER) if url else []
    if links:
        witness(links[-1], url, private_hosts(settings))
