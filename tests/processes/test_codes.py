"""One code, two processes: redeemed once by anybody, whoever dies in the middle of it."""

import asyncio
from collections.abc import Sequence

import aiohttp
import sqlalchemy as sa

from daygate.kit.crypto import fingerprint
from daygate.store.schema import access_tokens, codes, grants

from .conftest import Pair, Traded

AT_ONCE = 50
IN_FLIGHT = 16
CLAIMED = 5


async def test_t34_of_fifty_redemptions_at_two_processes_one_succeeds_and_its_tokens_die(
    pair: Pair,
):
    made, client = await pair.scene()
    code = await made.code()
    answers = await asyncio.gather(*(_redeem(pair, n % 2, client, code) for n in range(AT_ONCE)))
    (issued,) = [body for status, body in answers if status == 200]
    refused = [body["error"] for status, body in answers if status == 400]
    assert refused == ["invalid_grant"] * (AT_ONCE - 1)
    for process in (0, 1):
        assert await pair.ask(process, issued["access_token"]) == (401, None)
        status, body = await _refresh(pair, process, client, issued["refresh_token"])
        assert (status, body["error"]) == (400, "invalid_grant")


async def test_t39_killed_between_claim_and_answer_the_client_starts_again_and_no_token_is_left(
    pair: Pair,
):
    made, client = await pair.scene()
    minted = [await made.code() for _ in range(IN_FLIGHT)]
    redeeming = asyncio.gather(
        *(_redeem(pair, 0, client, code) for code in minted), return_exceptions=True
    )
    for _ in range(1000):
        if len(await _used(pair, minted)) >= CLAIMED:
            break
    pair.first.kill()
    answers = await redeeming
    unanswered = [
        code
        for code, answer in zip(minted, answers, strict=True)
        if isinstance(answer, aiohttp.ClientError)
    ]
    assert unanswered, "every answer was sent before the process died"
    lost = await _used(pair, unanswered)
    for code in unanswered:
        status, body = await _redeem(pair, 1, client, code)
        expected = (400, "invalid_grant") if code in lost else (200, None)
        assert (status, body.get("error")) == expected
    assert await _living(pair) == len(minted) - len(lost)
    status, body = await _redeem(pair, 1, client, await made.code())
    assert status == 200
    assert await pair.ask(1, body["access_token"]) == (200, None)


async def _redeem(pair: Pair, process: int, client: dict[str, str], code: str) -> Traded:
    return await pair.trade(process, client, grant_type="authorization_code", code=code)


async def _refresh(pair: Pair, process: int, client: dict[str, str], token: str) -> Traded:
    return await pair.trade(process, client, grant_type="refresh_token", refresh_token=token)


async def _used(pair: Pair, minted: Sequence[str]) -> set[str]:
    hashes = {fingerprint(code): code for code in minted}
    used = sa.select(codes.c.code_hash).where(
        codes.c.code_hash.in_(hashes), codes.c.used_ms.is_not(None)
    )
    async with pair.store.read() as tx:
        return {hashes[bytes(row.code_hash)] for row in await tx.all(used)}


async def _living(pair: Pair) -> int:
    """Access tokens that open something; every one of them has a grant that lives."""
    held = sa.exists().where(
        grants.c.grant_id == access_tokens.c.grant_id, grants.c.revoked_ms.is_(None)
    )
    async with pair.store.read() as tx:
        orphans = sa.select(sa.func.count()).select_from(access_tokens).where(~held)
        assert (await tx.execute(orphans)).scalar_one() == 0
        living = sa.select(sa.func.count()).select_from(access_tokens).where(held)
        return int((await tx.execute(living)).scalar_one())
