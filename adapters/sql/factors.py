"""Secrets of second proofs and spare codes, as `adapters.identity` wants them kept."""

from collections.abc import Collection

from sqlalchemy import bindparam, delete, func, insert, select, update

from adapters.identity.second_factor import Factor
from adapters.sql.database import Database
from adapters.sql.statements import Connection, upsert
from adapters.sql.tables import FACTOR, SPARE_CODE

_FIND = select(FACTOR.c.secret, FACTOR.c.since_at, FACTOR.c.step).where(FACTOR.c.user_id == bindparam("user_id"))
_ADD = upsert(FACTOR, ("user_id",), ("secret", "since_at", "step"), only_if=FACTOR.c.since_at.is_(None))
_TAKE = (
    update(FACTOR)
    .where(FACTOR.c.user_id == bindparam("taker"), FACTOR.c.secret == bindparam("offered"), FACTOR.c.since_at.is_(None))
    .values(since_at=bindparam("since_at"), step=bindparam("step"))
)
_DROP = delete(FACTOR).where(FACTOR.c.user_id == bindparam("user_id"))
_USE_STEP = (
    update(FACTOR)
    .where(FACTOR.c.user_id == bindparam("user_id"), FACTOR.c.step < bindparam("used"))
    .values(step=bindparam("used"))
)
_ADD_SPARE = insert(SPARE_CODE)
_USE_SPARE = delete(SPARE_CODE).where(
    SPARE_CODE.c.user_id == bindparam("user_id"), SPARE_CODE.c.digest == bindparam("digest")
)
_DROP_SPARES = delete(SPARE_CODE).where(SPARE_CODE.c.user_id == bindparam("user_id"))
_COUNT_SPARES = select(func.count()).select_from(SPARE_CODE).where(SPARE_CODE.c.user_id == bindparam("user_id"))


class Factors:
    """`FactorStore` over a database."""

    def __init__(self, database: Database) -> None:
        """Keep them in this database."""
        self._database = database

    def factor_of(self, user_id: str) -> Factor | None:
        """Give the secret of a person, in use or only offered."""
        with self._database.read() as connection:
            found = connection.one(_FIND, user_id=user_id)
        return None if found is None else Factor(user_id, bytes.fromhex(found[0]), found[1], found[2])

    def offer_factor(self, factor: Factor) -> bool:
        """Keep a secret in place of one that was offered; False when one is in use, which stays."""
        values = {"user_id": factor.user_id, "secret": factor.secret.hex(), "since_at": None, "step": factor.step}
        return self._database.write(lambda connection: connection.run(_ADD, values)) == 1

    def take_factor(self, factor: Factor) -> bool:
        """Begin to use a secret; False unless that very one is offered and not in use. No spare codes are left."""
        values = {
            "taker": factor.user_id,
            "offered": factor.secret.hex(),
            "since_at": factor.since_at,
            "step": factor.step,
        }

        def work(connection: Connection) -> bool:
            is_taken = connection.run(_TAKE, values) == 1
            if is_taken:
                connection.run(_DROP_SPARES, {"user_id": factor.user_id})
            return is_taken

        return self._database.write(work)

    def drop_factor(self, user_id: str) -> None:
        """Forget a person's secret and spare codes."""

        def work(connection: Connection) -> None:
            connection.run(_DROP, {"user_id": user_id})
            connection.run(_DROP_SPARES, {"user_id": user_id})

        self._database.write(work)

    def use_step(self, user_id: str, step: int) -> bool:
        """Note that the number of a step is used; False when that one or a later one was before."""
        values = {"user_id": user_id, "used": step}
        return self._database.write(lambda connection: connection.run(_USE_STEP, values)) == 1

    def keep_spares(self, user_id: str, digests: Collection[str]) -> None:
        """Keep the digests of spare codes in place of earlier ones."""

        def work(connection: Connection) -> None:
            connection.run(_DROP_SPARES, {"user_id": user_id})
            for digest in digests:
                connection.run(_ADD_SPARE, {"user_id": user_id, "digest": digest})

        self._database.write(work)

    def use_spare(self, user_id: str, digest: str) -> bool:
        """Forget a spare code; False when there is no such."""
        values = {"user_id": user_id, "digest": digest}
        return self._database.write(lambda connection: connection.run(_USE_SPARE, values)) == 1

    def count_spares(self, user_id: str) -> int:
        """Say how many spare codes are left."""
        with self._database.read() as connection:
            found = connection.one(_COUNT_SPARES, user_id=user_id)
        return 0 if found is None else int(found[0])
