"""ID tokens: whether the provider has signed one, for us, for this sign-in, and for now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core.claims import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, KeySet
from joserfc.jws import JWSRegistry

from kure.errors import NotSignedIn

# Public keys only: with HS256 the provider's public key would pass as the secret, and `none` is no
# signature (https://www.rfc-editor.org/rfc/rfc8725#section-2.1).
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
KINDS = ("RSA", "EC", "OKP")
LEEWAY_SECONDS = 60
LONGEST_SUBJECT = 255


class UnknownKey(NotSignedIn):
    """Signed with a key that the provider does not name, or not yet."""


@dataclass(frozen=True)
class Expected:
    """What a token must say. `nonce` and `access_token` are '' where there is none to compare."""

    issuer: str
    client_id: str
    nonce: str = ""
    access_token: str = ""


def keys_of(document: Mapping[str, Any]) -> KeySet:
    """The public keys of a JWKS document that can be used; the others are passed over."""
    listed = document.get("keys")
    keys = []
    for key in listed if isinstance(listed, list) else []:
        if isinstance(key, dict) and key.get("kty") in KINDS:
            try:
                keys.append(JWKRegistry.import_key(key))
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    return KeySet(keys)


def verify(token: str, keys: KeySet, expected: Expected, now: datetime) -> dict[str, Any]:
    """The claims of a token. NotSignedIn says which of them is wrong; UnknownKey where its key is
    not among the keys."""
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    try:
        signed = jwt.decode(token, keys, registry=registry)
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            options={
                "iss": {"essential": True, "value": expected.issuer},
                "aud": {"essential": True, "value": expected.client_id},
                "sub": {"essential": True},
            },
            params={
                "nonce": expected.nonce,
                "client_id": expected.client_id,
                "access_token": expected.access_token,
            },
        )
        claims.validate(int(now.timestamp()), LEEWAY_SECONDS)
    except InvalidKeyIdError as error:
        raise UnknownKey("The ID token is signed with a key that the provider lacks.") from error
    except (JoseError, ValueError, TypeError) as error:
        raise NotSignedIn(f"The ID token cannot be used: {str(error)[:200]}.") from error
    if len(claims["sub"]) > LONGEST_SUBJECT:
        raise NotSignedIn("The ID token cannot be used: its subject is too long.")
    return dict(claims)
