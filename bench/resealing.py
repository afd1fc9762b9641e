"""`python -m bench.resealing DATA LOGIN GONE`: how fast rows get their new key once a member has gone.

Works on the data directory as it is: give it a copy.
"""

import json
import sys
import time
from pathlib import Path

from bench import generate


def measure(login: str, gone: str) -> dict[str, float]:
    """Rows a second, through the steps the page takes, and the longest of them."""
    from masslink.collective.acts import let_go
    from masslink.collective.models import Member
    from masslink.collective.resealing_views import STEP_SECONDS
    from masslink.core.clock import now
    from masslink.vault import holders, resealing
    from masslink.vault.models import Holder

    holder, keys = holders.unlock(login, generate.PASSPHRASE)
    workspace, took = holders.open_workspace(holder, keys), []
    with workspace.bound():
        member = Member.objects.get(holder=Holder.objects.get(login=gone).pk)
        by = Member.objects.get(holder=workspace.holder)
        let_go(by=by, at=now(), member=member)
        rows, done, total = resealing.remaining(workspace), 0, 1
        while done < total:
            start = time.perf_counter()
            done, total = resealing.go_on(workspace, STEP_SECONDS)
            took.append(time.perf_counter() - start)
    workspace.close()
    return {"rows": rows, "rows_per_s": round(rows / sum(took)), "longest_step_s": round(max(took), 2)}


if __name__ == "__main__":
    generate.set_up(Path(sys.argv[1]))
    print(json.dumps(measure(*sys.argv[2:])))
