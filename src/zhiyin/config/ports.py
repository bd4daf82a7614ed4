"""Whether an address can be listened on; the server itself would wait without a word."""

from __future__ import annotations

import errno
import socket

from zhiyin.errors import Conflict, Forbidden, InvalidInput


def check_address(host: str, port: int) -> None:
    """Return if a server may listen there now.

    Raises:
        InvalidInput: this machine has no such address.
        Conflict: another program listens there.
        Forbidden: this user may not use the port.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            # As the server does: a port whose last connections are just closing is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        raise InvalidInput(
            f"There is no address '{host}'.", next_step="Use 127.0.0.1, or 0.0.0.0 for every address."
        ) from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Conflict(
                f"Port {port} is in use by another program.", next_step="Choose another with --port."
            ) from None
        if error.errno == errno.EACCES:
            raise Forbidden(
                f"This user may not listen on port {port}.", next_step="Choose one above 1023."
            ) from None
        raise InvalidInput(
            f"This machine cannot listen on '{host}'.",
            next_step="Use 127.0.0.1, or 0.0.0.0 for every address.",
        ) from None
