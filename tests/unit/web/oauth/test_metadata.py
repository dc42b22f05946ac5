"""The metadata document follows the settings, whatever a request says."""

from tests.unit.web.oauth.endpoint import endpoint

PATH = "/.well-known/oauth-authorization-server"


async def test_t80_the_issuer_does_not_follow_the_host_header(store):
    server = endpoint(store, api_url="https://api.example")
    spoofed = [("Host", "evil.example"), ("X-Forwarded-Host", "evil.example")]
    answer = await server.ask("GET", PATH, b"", spoofed)
    assert answer.status == 200
    assert b"evil" not in answer.body
    assert answer.json["issuer"] == "https://gate.example"
    assert answer.json["authorization_endpoint"] == "https://gate.example/oauth/authorize"
    assert answer.json["token_endpoint"] == "https://api.example/oauth/token"
    assert answer.json["revocation_endpoint"] == "https://api.example/oauth/token/revoke"


async def test_t80_only_codes_and_s256_are_offered(store):
    document = (await endpoint(store).ask("GET", PATH)).json
    assert document["response_types_supported"] == ["code"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["authorization_response_iss_parameter_supported"] is True
    assert document["grant_types_supported"] == ["authorization_code", "refresh_token"]
