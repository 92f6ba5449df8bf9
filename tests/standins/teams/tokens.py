"""Signed tokens, as the Bot Framework signs them (RS256), and the OpenID metadata and keys by which they are checked.

Tokens live by the real clock, since whoever checks them goes by it.
"""

import functools
import json
import threading
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from .errors import Json

ISSUER = "https://api.botframework.com"
KEY_ID = "the-key-of-the-stand-in"
AN_HOUR = 3600


_MAKING = threading.Lock()


def key(name: str) -> rsa.RSAPrivateKey:
    """A key by a name; made once in a process. `own` is the one that the metadata names."""
    with _MAKING:  # whoever signs and whoever fetches the keys may be the first at the same moment
        return _made(name)


@functools.cache
def _made(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def keys(*, names: tuple[str, ...] = ("own",)) -> Json:
    """The answer of the key address, with the endorsements that Microsoft's keys have."""
    return {"keys": [_public(name) for name in names]}


def _public(name: str) -> Json:
    shape: Json = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key(name).public_key()))
    shape.pop("key_ops", None)
    return shape | {"kid": KEY_ID, "use": "sig", "alg": "RS256", "endorsements": ["msteams"]}


def metadata(keys_url: str) -> Json:
    """The OpenID metadata."""
    return {
        "issuer": ISSUER,
        "authorization_endpoint": "https://invalid.botframework.com",
        "jwks_uri": keys_url,
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
    }


def signed(claims: Json, *, signing_key: str = "own", kid: str = KEY_ID, alg: str = "RS256") -> str:
    """A token with these claims, without those that are None; `alg` none: without a signature."""
    now = int(time.time())
    given: dict[str, Any] = {"iss": ISSUER, "iat": now, "nbf": now - 60, "exp": now + AN_HOUR} | claims
    said = {name: value for name, value in given.items() if value is not None}
    if alg == "none":
        return jwt.encode(said, "", algorithm="none", headers={"kid": kid})
    return jwt.encode(said, key(signing_key), algorithm=alg, headers={"kid": kid})
