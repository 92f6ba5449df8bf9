"""Tokens as the real service reads them: who asks, and with which of their keys."""

import jwt

BOUND = 30
"""Seconds by which a client's clock may be off."""

GENERAL = "Invalid token: make sure your API token matches the example in the documentation"


class WrongToken(Exception):
    """A token that is refused: the status of the answer, and its sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def read(header: str | None, service: str, secrets: dict[str, str], now: float) -> str:
    """The name of the key that a request was signed with. Raises WrongToken. `secrets` are the keys by name."""
    if not header:
        raise WrongToken(401, "Unauthorized: authentication token must be provided")
    if header[:7].title() != "Bearer ":
        raise WrongToken(401, "Unauthorized: authentication bearer scheme must be used")
    token = header[7:]
    try:
        claims = jwt.decode(token, options={"verify_signature": False}, algorithms=["HS256"])
    except jwt.DecodeError:
        raise WrongToken(403, GENERAL) from None
    if "iss" not in claims:
        raise WrongToken(403, "Invalid token: iss field not provided")
    if claims["iss"] != service:
        raise WrongToken(403, "Invalid token: service not found")
    for name, secret in secrets.items():
        if _signed(token, secret, now):
            return name
    raise WrongToken(403, "Invalid token: API key not found")


def _signed(token: str, secret: str, now: float) -> bool:
    options = {"verify_signature": True, "verify_iat": False}
    try:
        claims = jwt.decode(token, key=secret, options=options, algorithms=["HS256"])
    except jwt.InvalidAlgorithmError:
        raise WrongToken(403, "Invalid token: algorithm used is not HS256") from None
    except jwt.InvalidSignatureError:
        return False
    except jwt.InvalidTokenError:
        raise WrongToken(403, GENERAL) from None
    if "iat" not in claims:
        raise WrongToken(403, GENERAL)
    if abs(now - float(claims["iat"])) > BOUND:
        raise WrongToken(403, "Error: Your system clock must be accurate to within 30 seconds")
    return True
