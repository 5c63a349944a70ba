"""The addresses of items, tasks and files on the site."""

from urllib.parse import urlencode


def spelt(code: str) -> str:
    """Give an item's code as a part of a path, where its `/` is spelt `~`."""
    return code.replace("/", "~")


def item_url(code: str, *more: str, **query: str) -> str:
    """Give the address of an item's page, or of one below it."""
    path = "/".join(["/items", spelt(code), *more])
    return path + (f"?{urlencode(query)}" if query else "")


def task_url(task_id: str, *more: str, **query: str) -> str:
    """Give the address where a task is worked on."""
    path = "/".join(["/queue", task_id, *more])
    return path + (f"?{urlencode(query)}" if query else "")


def file_url(file_id: str) -> str:
    """Give the address of a stored file."""
    return f"/files/{file_id}"


def report_url(code: str, **query: str) -> str:
    """Give the address of a report."""
    return f"/reports/{code}" + (f"?{urlencode(query)}" if query else "")
