"""Payloads as they are frozen, with version and columns. `python -m tests.freeze` writes tests/payloads.json anew.

A column that is added, taken away or renamed without a new `payload_version` makes every older record of its kind
unreadable: it vanishes from all workspaces. So whoever changes a model raises `payload_version`, writes a lift
(masslink/vault/record.py says how), and freezes it here. Before the first release, version 1 may be frozen anew.
"""

import json
import os
from pathlib import Path
from typing import Any

FROZEN = Path(__file__).with_name("payloads.json")


def payloads() -> dict[str, dict[str, Any]]:
    """Each kind as the models have it now."""
    from masslink.vault.record import kinds
    from masslink.vault.schema import schema

    return {
        kind: {"version": model.payload_version, "columns": sorted(schema().tables[kind].columns)}
        for kind, model in sorted(kinds().items())
    }


def frozen() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(FROZEN.read_text("utf-8"))
    return found


def freeze() -> None:
    lines = (f"  {json.dumps(kind)}: {json.dumps(one)}" for kind, one in payloads().items())
    FROZEN.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masslink.config.settings")
    django.setup()
    freeze()


if __name__ == "__main__":
    main()
