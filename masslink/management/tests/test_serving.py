"""Serving: what is looked at before the first page answers."""

import socket

from masslink.management.serving import is_taken


def test_a_port_that_another_server_shares_is_taken():
    """Granian's sockets allow it, so two of them would answer by turns, each with its own data."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert is_taken("127.0.0.1", port) and is_taken("0.0.0.0", port)
    assert not is_taken("127.0.0.1", port)
