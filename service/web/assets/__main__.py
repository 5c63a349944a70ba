"""`python -m service.web.assets`: fetch the third-party browser files into a checkout."""

import sys

from service.web.assets.fetch import FOLDER, AssetsNotFetched, fetch


def main() -> int:
    """Fetch and say what happened; exit code 1 when it could not be done."""
    try:
        fetched = fetch()
    except AssetsNotFetched as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{'Fetched into' if fetched else 'Already up to date:'} {FOLDER / 'vendor'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
