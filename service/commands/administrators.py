"""In whose name a command works: an administrator's, so that the office's log names a person."""

from adapters.sql.office_log import By
from service.assembly import Assembly
from service.commands.wrong_use import refuse

ROLE = "admin"


def by_administrator(assembly: Assembly, username: str, reason: str, role: str = ROLE) -> By:
    """Give who did it, when and why; ends the command when that person does not hold the role."""
    directory = assembly.organisation.now()
    person = directory.people.get(username)
    if person is None or not person.enabled:
        refuse(f"--as {username}: there is no such user")
    if not any(one.role == role for one in directory.memberships.get(username, ())):
        refuse(f"--as {username}: does not hold the role {role}")
    return By(username, assembly.clock.now(), reason)
