"""Sealed injects: nobody reads one before the controller tells the code that opens it.

An envelope is sealed with AES-256 in Galois/Counter Mode (NIST SP 800-38D) under a key that
PBKDF2-HMAC-SHA256 (NIST SP 800-132, RFC 8018) makes of a code, with a salt and a nonce of its
own. Codes are not random but made of the secret of the script: packets that are made on different
days agree, and an inject that was changed since has another code.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import unicodedata
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gisapp.accounts.passwords import ALPHABET
from gisapp.drills.design.script import Inject
from gisapp.schema.values import Json

ITERATIONS: Final = 310_000
"""Of PBKDF2. A code has 49 bits of its own: to try them all takes 2 to the 67 rounds."""
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
TAG_BYTES: Final = 16
LEAST_BYTES: Final = 1024
"""The shortest envelope; a longer text doubles all of them."""
CODE_LENGTH: Final = 10
GROUP_LENGTH: Final = 5


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """Something sealed, as the page has it.

    Attributes
    ----------
    number
        What the controller names it by; it tells nothing of the order.
    """

    number: int
    salt: bytes
    nonce: bytes
    sealed: bytes

    def to_dict(self) -> dict[str, Json]:
        """As JSON carries it, bytes in base64."""
        told = {"salt": self.salt, "nonce": self.nonce, "sealed": self.sealed}
        return {"number": self.number} | {
            name: b64encode(value).decode("ascii") for name, value in told.items()
        }

    @staticmethod
    def from_dict(told: dict[str, str | int]) -> Envelope:
        """Read what :meth:`to_dict` wrote."""
        return Envelope(
            number=int(told["number"]),
            **{name: b64decode(str(told[name])) for name in ("salt", "nonce", "sealed")},
        )


class WrongCodeError(Exception):
    """A code does not open an envelope, or the envelope was tampered with."""


def code_of(secret: str, inject: Inject) -> str:
    """The code that opens an inject: the same until the inject is changed.

    Parameters
    ----------
    secret
        ``sealing_key`` of the script, hexadecimal.
    """
    told = json.dumps(inject.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
    number = int.from_bytes(digest_of(secret, "code", told))
    letters = []
    for _ in range(CODE_LENGTH):  # of 256 bits, so that no letter is likelier than another
        number, at = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[at])
    code = "".join(letters)
    return f"{code[:GROUP_LENGTH]}-{code[GROUP_LENGTH:]}"


def digest_of(secret: str, *parts: str) -> bytes:
    """A keyed digest of some texts (HMAC-SHA256): nobody foretells it without the secret."""
    return hmac.digest(bytes.fromhex(secret), json.dumps(parts).encode(), "sha256")


def plain_code(typed: str) -> str:
    """A code as it is reckoned with: however it is grouped and in whatever case it is typed."""
    folded = unicodedata.normalize("NFKC", typed).lower()
    return "".join(letter for letter in folded if letter in ALPHABET)


def common_length(texts: list[bytes]) -> int:
    """Length to which texts are filled up, so that the length of none of them is told."""
    length = LEAST_BYTES
    while length < max(map(len, texts), default=0):
        length *= 2
    return length


def seal(text: bytes, code: str, *, number: int, length: int, bound: str) -> Envelope:
    """Seal a text that ends in no space, filled up with spaces.

    Parameters
    ----------
    length
        Bytes that the text is filled up to.
    bound
        What the envelope belongs to: in the packet of another drill or version it does not open.
    """
    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    cipher = AESGCM(_key(code, salt))
    sealed = cipher.encrypt(nonce, text.ljust(length), _bound(bound, number))
    return Envelope(number=number, salt=salt, nonce=nonce, sealed=sealed)


def open_envelope(envelope: Envelope, code: str, *, bound: str) -> bytes:
    """Open an envelope, as the page does in the browser.

    Raises
    ------
    WrongCodeError
    """
    cipher = AESGCM(_key(code, envelope.salt))
    try:
        text = cipher.decrypt(envelope.nonce, envelope.sealed, _bound(bound, envelope.number))
    except InvalidTag as error:
        raise WrongCodeError from error
    return text.rstrip(b" ")


def blank(*, number: int, length: int) -> Envelope:
    """An envelope that no code opens: it hides how many there are of the others."""
    return Envelope(
        number=number,
        salt=os.urandom(SALT_BYTES),
        nonce=os.urandom(NONCE_BYTES),
        sealed=os.urandom(length + TAG_BYTES),
    )


def _key(code: str, salt: bytes) -> bytes:
    plain = plain_code(code).encode()
    return hashlib.pbkdf2_hmac("sha256", plain, salt, ITERATIONS, KEY_BYTES)


def _bound(bound: str, number: int) -> bytes:
    return f"{bound}/{number}".encode()
