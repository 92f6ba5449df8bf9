"""The stand-in Teams: what signs its activities, and whom it lets in."""

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from tests.standins.teams.small_bot import Stage, stage, text


@pytest.fixture
def teams() -> Iterator[Stage]:
    with stage() as teams:
        yield teams


def _read(url: str) -> Any:
    with urllib.request.urlopen(url) as answer:
        return json.loads(answer.read())


def _checked(teams: Stage, token: str) -> dict[str, Any]:
    """The claims, checked as the Bot Framework's page says."""
    metadata = _read(teams.standin.metadata_url)
    found = jwt.PyJWKSet.from_dict(_read(metadata["jwks_uri"]))[jwt.get_unverified_header(token)["kid"]]
    assert "RS256" in metadata["id_token_signing_alg_values_supported"]
    claims: dict[str, Any] = jwt.decode(
        token, found.key, algorithms=["RS256"], audience=teams.standin.client_id, issuer=metadata["issuer"]
    )
    return claims


def test_each_activity_is_signed_by_the_key_that_the_metadata_names(teams: Stage) -> None:
    teams.nurse.types("help")
    scheme, token = teams.bot.tokens[0].split()
    assert scheme == "Bearer"
    assert _checked(teams, token)["serviceurl"] == teams.standin.service_url == teams.bot.heard[0]["serviceUrl"]


def test_the_keys_are_endorsed_for_teams(teams: Stage) -> None:
    (key,) = _read(teams.standin.keys_url)["keys"]
    assert key["endorsements"] == ["msteams"]
    assert "d" not in key


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"iss": "https://elsewhere.example"}, jwt.InvalidIssuerError),
        ({"aud": "somebody else"}, jwt.InvalidAudienceError),
        ({"aud": None}, jwt.MissingRequiredClaimError),
        ({"exp": 1_000_000}, jwt.ExpiredSignatureError),
        ({"signing_key": "other"}, jwt.InvalidSignatureError),
        ({"alg": "none"}, jwt.InvalidAlgorithmError),
        ({"kid": "of nobody"}, KeyError),
    ],
)
def test_a_token_can_be_wrong_in_each_way(teams: Stage, changes: dict[str, Any], error: type[Exception]) -> None:
    _checked(teams, teams.standin.sign())
    with pytest.raises(error):
        _checked(teams, teams.standin.sign(**changes))


def test_a_claim_can_be_left_out(teams: Stage) -> None:
    assert "serviceurl" not in _checked(teams, teams.standin.sign(serviceurl=None))


def test_an_activity_can_be_posted_without_a_token_with_an_empty_one_and_as_bytes(teams: Stage) -> None:
    teams.bot.replies = lambda activity: (202, {"heard": activity})
    assert teams.standin.post({"type": "odd"}, None) == (202, {"heard": {"type": "odd"}})
    teams.standin.post({"type": "odd"}, "")
    teams.standin.post(b'{"type": "bytes"}', headers={"X-Other": "1"})
    assert [one["type"] for one in teams.bot.heard] == ["odd", "odd", "bytes"]
    assert teams.bot.tokens[:2] == ["", "Bearer "]


def test_only_the_bots_own_token_opens_the_connector(teams: Stage) -> None:
    path = f"/v3/conversations/{teams.nurse.chat.id}/activities"
    before = teams.standin.token()
    assert teams.bot.asks("POST", path, text("Good day"), token="another").status_code == 401
    assert teams.bot.asks("POST", path, text("Good day"), token=before).status_code == 201
    assert teams.standin.renew_token() != before
    assert teams.bot.asks("POST", path, text("Good day"), token=before).status_code == 401
    assert len(teams.nurse.told()) == 1


def test_nothing_else_is_served(teams: Stage) -> None:
    assert teams.bot.asks("GET", "/v3/elsewhere").status_code == 404
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(teams.standin.origin + "/elsewhere")
