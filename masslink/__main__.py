"""`masslink COMMAND`, or `python -m masslink COMMAND`."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Run a command. `--data DIR` is taken before anything else, because the settings need it."""
    args = sys.argv[1:] or ["help"]
    if "--data" in args[:-1]:
        at = args.index("--data")
        os.environ["MASSLINK_DATA"] = str(Path(args[at + 1]).absolute())
    elif args[0] == "demo":
        os.environ.setdefault("MASSLINK_DATA", str(Path("data/demo").absolute()))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masslink.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["masslink", *args])


if __name__ == "__main__":
    main()
