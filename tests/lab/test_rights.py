"""Who may do what: the App's JWT, installation tokens, their scope and their end."""

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.lab.lab import Lab
from tests.lab.conftest import Client, Mailbox
from tests.lab.sample import NAME, rocket

REPO = f"/repos/{NAME}"


async def test_a_token_ends_after_an_hour(lab: Lab, client: Client) -> None:
    await rocket(lab)
    token = await client.token()
    assert (await client.call("GET", REPO, token=token))[0] == 200
    lab.clock.skip(3601)
    assert (await client.call("GET", REPO, token=token))[0] == 401


async def test_a_token_for_one_repository_does_not_see_another(lab: Lab, client: Client) -> None:
    await rocket(lab)
    await lab.create_repo("acme/other", {"a": "b\n"})
    token = await client.token(repositories=["rocket"])
    assert (await client.call("GET", REPO, token=token))[0] == 200
    assert (await client.call("GET", "/repos/acme/other", token=token))[0] == 404
    _, repos = await client.call("GET", "/installation/repositories", token=token)
    assert [one["full_name"] for one in repos["repositories"]] == [NAME]


async def test_a_token_with_too_few_rights_is_told_which_one_is_missing(
    lab: Lab, client: Client
) -> None:
    repo = await rocket(lab)
    head = (await repo.main_log())[0][0]
    token = await client.token(permissions={"checks": "read"})
    body = {"name": "x", "head_sha": head}
    status, _ = await client.call("POST", f"{REPO}/check-runs", body, token)
    assert status == 403
    assert client.headers["X-Accepted-GitHub-Permissions"] == "checks=write"


async def test_more_rights_than_the_app_has_are_refused(lab: Lab, client: Client) -> None:
    await rocket(lab)
    path = f"/app/installations/{lab.hub.installation}/access_tokens"
    wanted = {"permissions": {"administration": "write"}}
    assert (await client.call("POST", path, wanted, client.app_token()))[0] == 422
    wanted_repo = {"repositories": ["nothing"]}
    assert (await client.call("POST", path, wanted_repo, client.app_token()))[0] == 422
    assert (await client.call("POST", path.replace("5", "6"), {}, client.app_token()))[0] == 404


async def test_a_bad_jwt_is_refused(lab: Lab, client: Client) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = jwt.decode(client.app_token(), options={"verify_signature": False})
    forged = jwt.encode(claims, stranger, algorithm="RS256")
    for bad in (
        forged,
        "nonsense",
        client.app_token(iss="1"),
        client.app_token(exp=claims["exp"] + 3600),
        client.app_token(exp=claims["iat"] - 9),
    ):
        assert (await client.call("GET", "/app", token=bad))[0] == 401


async def test_an_installation_token_is_no_jwt_and_a_jwt_no_token(lab: Lab, client: Client) -> None:
    await rocket(lab)
    assert (await client.call("GET", "/app", token=await client.token()))[0] == 401
    assert (await client.call("GET", REPO, token=client.app_token()))[0] == 401


async def test_a_revoked_token_is_useless(lab: Lab, client: Client) -> None:
    token = await client.token()
    assert (await client.call("DELETE", "/installation/token", token=token))[0] == 204
    assert (await client.call("GET", "/rate_limit", token=token))[0] == 401


async def test_the_app_is_not_installed_on_forks(
    lab: Lab, client: Client, mailbox: Mailbox
) -> None:
    repo = await rocket(lab)
    await lab.create_repo("acme/other", {"a": "b\n"})
    await lab.fork(repo, "zoe")
    path = "/repos/zoe/rocket"
    assert (await client.call("GET", path))[0] == 404
    assert (await client.call("GET", f"{path}/installation", token=client.app_token()))[0] == 404
    _, repos = await client.call("GET", "/installation/repositories")
    assert repos["total_count"] == 2
    await lab.idle()
    assert mailbox.names("installation", "installation_repositories") == [
        "installation.created",
        "installation_repositories.added",
    ]
