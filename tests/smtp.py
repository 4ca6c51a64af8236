"""A mail server of one thread on the loopback, which keeps what it accepts, refuses or puts off the addresses it is told to."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """What the server accepted, the addresses that it refuses, and those that it takes later."""

    port: int
    refused: set[str] = field(default_factory=set)
    put_off: set[str] = field(default_factory=set)
    accepted: list[str] = field(default_factory=list)


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """Serve SMTP until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        box = Mailbox(port=listener.getsockname()[1])
        threading.Thread(target=accept, args=(listener, box), daemon=True).start()
        yield box


def accept(listener: socket.socket, box: Mailbox) -> None:
    """Take one caller after the other, until the listener is closed."""
    while True:
        try:
            caller, _ = listener.accept()
        except OSError:
            return
        with caller, caller.makefile("rwb", buffering=0) as stream:
            converse(stream, box)


def converse(stream: socket.SocketIO, box: Mailbox) -> None:
    """Speak the few words of SMTP that a client needs."""

    def say(line: str) -> None:
        stream.write(f"{line}\r\n".encode())

    say("220 test")
    while line := stream.readline().decode():
        verb = line[:4].upper().strip()
        if verb == "RCPT" and any(address in line for address in box.refused):
            say("550 5.1.1 no such mailbox")
        elif verb == "RCPT" and any(address in line for address in box.put_off):
            say("450 4.2.0 come back later")
        elif verb == "DATA":
            say("354 go on")
            body = ""
            while (text := stream.readline().decode()) != ".\r\n":
                body += text
            box.accepted.append(body)
            say("250 kept")
        elif verb == "QUIT":
            say("221 bye")
            return
        else:
            say("250 ok")
