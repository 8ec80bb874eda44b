"""The data folder: where everything that is not code lives, and who holds it."""

import fcntl
import hashlib
import os
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import LauncherError

CHECKOUT = Path(__file__).resolve().parent.parent

# A Unix socket path holds 107 bytes; PostgreSQL appends "/.s.PGSQL.5432.lock" to the folder.
SOCKET_FOLDER_LIMIT_BYTES = 85
RUNTIME_FOLDER_LIMIT_BYTES = 40
# Lists of socket folders are split at commas and URLs at much else: such paths go elsewhere.
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")

INSTALL_FREE_BYTES = 2 * 1024**3
RUN_FREE_BYTES = 256 * 1024**2


@dataclass(frozen=True)
class Home:
    """The data folder of one installation."""

    folder: Path

    @property
    def venv(self) -> Path:
        return self.folder / "venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def boot(self) -> Path:
        return self.folder / "boot"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets"


def find_home(environ: Mapping[str, str]) -> Home:
    """Open the data folder named by AFTERIMAGE_HOME, or `.afterimage` beside the code.

    Makes the folder (0700). Raises LauncherError if it cannot be written.
    """
    folder = Path(environ.get("AFTERIMAGE_HOME") or CHECKOUT / ".afterimage").expanduser()
    folder = folder if folder.is_absolute() else Path.cwd() / folder
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise LauncherError(
            f"The data folder {folder} cannot be written ({error.strerror}).",
            way_out="Give it to this user, or set AFTERIMAGE_HOME to a folder that is yours.",
        ) from error
    return Home(folder)


def require_free_space(folder: Path, *, needed_bytes: int) -> None:
    """Raise LauncherError unless the disk under `folder` has `needed_bytes` left."""
    free = shutil.disk_usage(folder).free
    if free < needed_bytes:
        raise LauncherError(
            f"The disk under {folder} has {free // 1024**2} MB left; "
            f"this step needs {needed_bytes // 1024**2} MB.",
            way_out="Free some space, or set AFTERIMAGE_HOME to a folder on a larger disk.",
        )


@contextmanager
def hold_lock(path: Path, *, refusal: str | None = None) -> Iterator[None]:
    """Hold `path` as a lock file for the block.

    The kernel drops the lock when its holder dies, so a killed run leaves nothing stale. Waits
    for the holder, or, given `refusal`, raises LauncherError naming the holder's process id.
    """
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (fcntl.LOCK_NB if refusal else 0))
        except BlockingIOError:
            file.seek(0)
            raise LauncherError(
                f"{refusal} (process {file.read().strip() or 'unknown'}).",
                way_out="Stop that one with Ctrl-C or `kill`, or set another AFTERIMAGE_HOME.",
            ) from None
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def is_held(path: Path) -> bool:
    """Say whether a living process holds the lock file `path`."""
    if not path.exists():
        return False
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def secret(home: Home, name: str, *, strength_bytes: int = 32) -> str:
    """Read the secret called `name`, making it (file mode 0600, URL-safe) if it is new."""
    home.secrets.mkdir(mode=0o700, exist_ok=True)
    path = home.secrets / name
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(file, "w") as fresh:
        fresh.write(secrets.token_urlsafe(strength_bytes))
    return path.read_text().strip()


def socket_folder(folder: Path, environ: Mapping[str, str]) -> Path:
    """Make a private folder (0700) for sockets: `folder`/run, or a short path standing for it.

    Raises LauncherError if the short path exists and belongs to somebody else.
    """
    wanted = folder / "run"
    if len(bytes(wanted)) > SOCKET_FOLDER_LIMIT_BYTES or not PLAIN_PATH.fullmatch(str(wanted)):
        digest = hashlib.sha256(bytes(folder)).hexdigest()[:10]
        base = environ.get("XDG_RUNTIME_DIR", "")
        usable = (
            PLAIN_PATH.fullmatch(base)
            and len(base) < RUNTIME_FOLDER_LIMIT_BYTES
            and os.access(base, os.W_OK)
        )
        wanted = Path(base if usable else "/tmp") / f"afterimage-{os.geteuid()}-{digest}"  # noqa: S108 (private, ownership checked below)
    wanted.mkdir(mode=0o700, exist_ok=True)
    status = wanted.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise LauncherError(
            f"{wanted}, the folder for sockets, belongs to somebody else.",
            way_out="Remove it, or set AFTERIMAGE_HOME to a shorter path.",
        )
    wanted.chmod(0o700)
    return wanted
