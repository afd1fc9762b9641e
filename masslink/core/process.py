"""What a process asks of the operating system."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # prctl(2)
_M_ARENA_MAX = -8  # mallopt(3)


def end_with_parent() -> None:
    """Have this process ended when the one that started it ends, however that happens. Linux only."""
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it ended just before we asked
        os.kill(os.getpid(), signal.SIGTERM)


def use_few_arenas(number: int = 2) -> None:
    """Have glibc's malloc share few arenas among threads: with many workspaces, less memory lies idle."""
    if sys.platform.startswith("linux") and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(_M_ARENA_MAX, number)
