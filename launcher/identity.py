"""Which user PostgreSQL runs as: it refuses root, and we make no account for it."""

import functools
import grp
import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from launcher.errors import LauncherError

NOBODY = "nobody"


@dataclass(frozen=True)
class Identity:
    """How to start a program that refuses root.

    `prefix` goes before its arguments, `popen` into subprocess.Popen. `owner` is the (uid, gid)
    that must own its files, or None when ours will do.
    """

    prefix: Sequence[str] = ()
    popen: Mapping[str, Any] = field(default_factory=dict)
    owner: tuple[int, int] | None = None


@functools.cache
def unprivileged() -> Identity:
    """Choose the least intrusive identity that PostgreSQL accepts on this machine.

    A named ordinary user: as is. Root, or a user id without a name (a container): a user
    namespace in which our files belong to `nobody`, so a data folder only root may enter still
    works. Where namespaces are forbidden, root becomes the real `nobody`.
    Raises LauncherError if none of these is possible.
    """
    if os.geteuid() != 0 and has_name(os.geteuid()):
        return Identity()
    account = pwd.getpwnam(NOBODY)
    inside = ["unshare", "--user", f"--map-user={account.pw_uid}", f"--map-group={account.pw_gid}"]
    if shutil.which("unshare") and succeeds([*inside, "true"]):
        return Identity(prefix=inside)
    if os.geteuid() == 0:
        group = grp.getgrgid(account.pw_gid).gr_name
        popen = {"user": NOBODY, "group": group, "extra_groups": []}
        return Identity(popen=popen, owner=(account.pw_uid, account.pw_gid))
    raise LauncherError(
        f"User id {os.geteuid()} has no name here and user namespaces are forbidden, "
        "so PostgreSQL cannot start.",
        way_out="Run as a user that /etc/passwd lists, or set DATABASE_URL.",
    )


def has_name(uid: int) -> bool:
    """Say whether /etc/passwd, or whatever stands for it, knows `uid`."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def succeeds(argv: Sequence[str]) -> bool:
    """Say whether the program ends with 0; its output is dropped."""
    return subprocess.run(argv, capture_output=True, check=False).returncode == 0
