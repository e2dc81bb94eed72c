"""Speaks to the world: every family of sockets that this kernel may know, with listeners who tell whether they heard."""

import ctypes
import os
import socket
import struct

from kithline_escapes.raw import attempt, call, low_page, old_call
from kithline_escapes.remains import foreign

FASTOPEN, MPTCP, XDP, TIPC = 0x2000_0000, 262, 44, 30
SOCKET, CONNECT, SENDTO = 41, 42, 44


def told(family, kind, address, name):
    """Connect or send, and say who it was."""
    with socket.socket(family, kind) as one:
        one.settimeout(1)
        one.connect(address)
        return one.send(name.encode())


@attempt
def connect_tcp(bait):
    return told(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", bait["tcp"]), "connect_tcp")


@attempt
def connect_tcp6(bait):
    return told(socket.AF_INET6, socket.SOCK_STREAM, ("::1", bait["tcp6"]), "connect_tcp6")


@attempt
def connect_multipath(bait):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, MPTCP) as one:
        one.connect(("127.0.0.1", bait["tcp"]))
        return one.send(b"connect_multipath")


@attempt
def send_fast_open(bait):
    """Data with the first packet: no call named connect is made."""
    with socket.socket() as one:
        return one.sendto(b"send_fast_open", FASTOPEN, ("127.0.0.1", bait["tcp"]))


@attempt
def connect_old_interface(bait):
    address = struct.pack("<HHI8x", 2, socket.htons(bait["tcp"]), socket.htonl(0x7F00_0001))
    page, at = low_page(address)
    descriptor = old_call(359, socket.AF_INET, socket.SOCK_STREAM, 0)
    del page
    return f"socket {descriptor} for {at}"


@attempt
def send_udp(bait):
    with socket.socket(type=socket.SOCK_DGRAM) as one:
        return one.sendto(b"send_udp", ("127.0.0.1", bait["udp"]))


@attempt
def send_udp_by_number(bait):
    descriptor = call(SOCKET, 2, 2, 0)
    address = struct.pack("<HHI8x", 2, socket.htons(bait["udp"]), socket.htonl(0x7F00_0001))
    return call(SENDTO, descriptor, b"send_udp_by_number", 18, 0, address, 16)


@attempt
def ask_name_server(bait):
    """A question for one name, sent as a resolver sends it."""
    labels = b"".join(bytes([len(part)]) + part for part in (b"ask_name_server", b"kithline", b"test"))
    with socket.socket(type=socket.SOCK_DGRAM) as one:
        return one.sendto(b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0" + labels + b"\0\0\x10\0\x01", ("127.0.0.1", bait["udp"]))


@attempt
def resolve_name(bait):
    return str(socket.getaddrinfo("localhost", 80, socket.AF_INET)[0][4])


@attempt
def connect_unix(bait):
    return told(socket.AF_UNIX, socket.SOCK_STREAM, bait["unix"], "connect_unix")


@attempt
def send_unix(bait):
    return told(socket.AF_UNIX, socket.SOCK_DGRAM, bait["unix_datagram"], "send_unix")


@attempt
def connect_abstract(bait):
    return told(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{bait['abstract']}", "connect_abstract")


@attempt
def pass_descriptor(bait):
    """Hands a descriptor of its own to the host's side of an abstract socket."""
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(f"\0{bait['abstract']}")
        return socket.send_fds(one, [b"pass_descriptor"], [one.fileno()])


@attempt
def listen_tcp(bait):
    return f"port {socket.create_server(('127.0.0.1', 0)).getsockname()[1]}"


@attempt
def listen_abstract(bait):
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(f"\0{bait['mark']}-listen")
        one.listen()
        return "listens"


@attempt
def ask_netlink(bait):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as one:
        one.send(struct.pack("<IHHIIB3x", 20, 18, 0x301, 1, 0, 0))
        return f"{len(one.recv(65_536))} bytes about interfaces"


@attempt
def hear_devices(bait):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 15) as one:
        one.bind((0, 1))
        return "hears"


def opened(family, kind, protocol=0):
    """Open a socket, which is all that is tried of a family that no host listens on."""
    with socket.socket(family, kind, protocol) as one:
        return f"descriptor {one.fileno()}"


@attempt
def open_raw_socket(bait):
    return opened(socket.AF_INET, socket.SOCK_RAW, 1)


@attempt
def open_packet_socket(bait):
    return opened(socket.AF_PACKET, socket.SOCK_RAW, 3)


@attempt
def open_crypto_socket(bait):
    return opened(socket.AF_ALG, socket.SOCK_SEQPACKET)


@attempt
def open_vsock(bait):
    return opened(socket.AF_VSOCK, socket.SOCK_STREAM)


@attempt
def make_socket_pair(bait):
    """A pair is a start: through one that leaves, descriptors can be passed."""
    left, right = socket.socketpair()
    socket.send_fds(left, [b"x"], [left.fileno()])
    return f"{len(socket.recv_fds(right, 1, 1)[1])} passed"


@attempt
def speak_through_open_sockets(bait):
    """Tries every descriptor that is there: the line to the host may be one of them."""
    spoken = []
    for descriptor in foreign():
        try:
            spoken.append(call(SENDTO, descriptor, b"ready", 5, 0x4000, None, 0))
        except OSError:
            continue
    return f"{len(spoken)} sockets" if spoken else ""


@attempt
def connect_open_sockets(bait):
    """A datagram socket that is there could be pointed elsewhere."""
    address = struct.pack("<HHI8x", 2, socket.htons(bait["udp"]), socket.htonl(0x7F00_0001))
    for descriptor in foreign():
        try:
            return f"{call(CONNECT, descriptor, ctypes.create_string_buffer(address, 16), 16)} {os.getpid()}"
        except OSError:
            continue
    return ""
