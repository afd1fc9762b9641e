"""`masslink COMMAND`, or `python -m masslink COMMAND`."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Run a command. `--data DIR`, `--lan`, `--cert` are looked at before anything else: the settings need them."""
    args = sys.argv[1:] or ["help"]
    if "--data" in args[:-1]:
        at = args.index("--data")
        os.environ["MASSLINK_DATA"] = str(Path(args[at + 1]).absolute())
    elif args[0] == "demo":
        os.environ.setdefault("MASSLINK_DATA", str(Path("data/demo").absolute()))
    if args[0] == "serve" and any(one == "--lan" or one.startswith("--cert") for one in args):
        os.environ["MASSLINK_SECURE"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masslink.config.settings")
    run(args)


def run(args: list[str]) -> None:
    """Run a command; what only the server's owner can mend is said in a sentence."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(["masslink", *args])
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except OperationalError as error:
        from masslink.vault.ledger import out_of_reach

        if not out_of_reach(error):
            raise
        sys.exit(f"The ledger's database can't be reached: {error}")


if __name__ == "__main__":
    main()
