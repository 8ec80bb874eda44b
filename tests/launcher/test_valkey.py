"""The private Valkey: on a socket, never on a port."""

from __future__ import annotations

import redis

from launcher.children import Child
from launcher.home import Home, socket_folder
from launcher.valkey import answers, open_valkey, run_valkey


def test_it_answers_on_its_socket_alone_and_keeps_what_it_is_told(
    home: Home, stopped_at_the_end: list[Child]
) -> None:
    server = open_valkey(home, folder=home.folder, sockets=socket_folder(home.folder, {}))
    first = run_valkey(server)
    client = redis.Redis(unix_socket_path=str(server.socket))
    client.set("kept", "yes")
    assert client.config_get("port") == {"port": "0"}
    client.close()
    first.stop()
    assert not answers(server.socket)

    stopped_at_the_end.append(run_valkey(server))

    client = redis.Redis(unix_socket_path=str(server.socket))
    assert client.get("kept") == b"yes"
    client.close()


def test_a_socket_that_a_killed_run_left_is_replaced(
    home: Home, stopped_at_the_end: list[Child]
) -> None:
    server = open_valkey(home, folder=home.folder, sockets=socket_folder(home.folder, {}))
    killed = run_valkey(server).process
    killed.kill()
    killed.wait()
    assert server.socket.exists()

    stopped_at_the_end.append(run_valkey(server))

    assert answers(server.socket)
