"""The Python environment: made by uv, filled from a lock, kept until the lock changes."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from launcher.console import say, step
from launcher.errors import LauncherError
from launcher.home import CHECKOUT, INSTALL_FREE_BYTES, Home, hold_lock, require_free_space

UV_REQUIREMENT = "uv>=0.13,<0.14"
LOCKS = {"core": CHECKOUT / "requirements/core.txt", "dev": CHECKOUT / "requirements/dev.txt"}
# A company's own authority is known here and not to uv's built-in list; a bare machine has neither.
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
SIGN_OF_LIFE_S = 10
NETWORK_WAY_OUT = (
    "Check the network and the package index (PIP_INDEX_URL, UV_DEFAULT_INDEX), then start again; "
    "what is downloaded already is kept."
)


def prepare_environment(home: Home, *, group: str = "core") -> None:
    """Make the environment hold every package of `group` ("core", or "dev" which contains it).

    Does nothing when the lock file has not changed since the last time. One process at a time.
    Raises LauncherError when pip, the network or the disk is missing.
    """
    wanted = lock_digest(group)
    if is_current(home, group=group, digest=wanted):
        return
    with hold_lock(home.folder / "install.lock"):
        if is_current(home, group=group, digest=wanted):
            return  # another process was quicker
        require_free_space(home.folder, needed_bytes=INSTALL_FREE_BYTES)
        uv = find_uv(home)
        if not works(home.python):
            with step("Making the Python environment"):
                run_uv([uv, "venv", "--quiet", "--clear", "--python", sys.executable, home.venv])
        with step(f"Installing packages ({LOCKS[group].name}, some 200 MB the first time)"):
            install: list[str | Path] = [uv, "pip", "install", "--python", home.python]
            run_uv([*install, "--require-hashes", "--requirement", LOCKS[group]])
        stamp(home, group).write_text(wanted)
        if group == "dev":
            stamp(home, "core").write_text(lock_digest("core"))


def lock_digest(group: str) -> str:
    """Name the locked packages together with the Python they are for."""
    lock = hashlib.sha256(LOCKS[group].read_bytes()).hexdigest()
    return f"{lock} {platform.python_version()} {platform.machine()}"


def is_current(home: Home, *, group: str, digest: str) -> bool:
    """Say whether the environment was filled from this very lock."""
    path = stamp(home, group)
    return home.python.exists() and path.exists() and path.read_text() == digest


def stamp(home: Home, group: str) -> Path:
    """The file in the environment that says which lock it was filled from."""
    return home.venv / f".{group}-installed"


def works(python: Path) -> bool:
    """Say whether the environment's interpreter starts; its base may have been removed."""
    return python.exists() and runs([python, "-c", ""])


def find_uv(home: Home) -> Path:
    """Return a uv: the one in the data folder, else a fresh one put there by some pip."""
    own = home.boot / "bin" / "uv"
    if works_as_uv(own):
        return own
    with step("Fetching uv, the package installer"):
        for pip in some_pips():
            target = ["install", "--quiet", "--target", str(home.boot), "--upgrade", UV_REQUIREMENT]
            done = subprocess.run([*pip, *target], capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return own
            raise LauncherError(
                f"uv could not be fetched: {last_line(done.stderr)}", way_out=NETWORK_WAY_OUT
            )
    if found := shutil.which("uv"):
        return Path(found)
    raise LauncherError(
        f"{sys.executable} has no pip, and neither ensurepip nor apt could bring one.",
        way_out="Install it once, for example: apt-get install python3-pip",
    )


def works_as_uv(path: Path) -> bool:
    """Say whether `path` is a uv that starts."""
    return path.exists() and runs([path, "--version"])


def some_pips() -> Iterator[Sequence[str]]:
    """Yield the ways to run pip that this machine offers, the least intrusive first.

    Debian splits pip and ensurepip out of its Python; the wheel that ensurepip would unpack can
    be run as it lies. As root on Debian, apt brings pip.
    """
    own = [sys.executable, "-m", "pip"]
    if runs([*own, "--version"]):
        yield own
        return
    for wheel in bundled_wheels():
        yield [sys.executable, str(wheel / "pip")]
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("    this Python has no pip: apt-get install python3-pip")
        if install_debian_packages(["python3-pip"]) and runs([*own, "--version"]):
            yield own


def bundled_wheels() -> list[Path]:
    """List the pip wheels that lie on this machine for ensurepip."""
    folders = [Path("/usr/share/python-wheels")]
    folders += [Path(folder) / "ensurepip" / "_bundled" for folder in sys.path if folder]
    return [wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))]


def install_debian_packages(names: Sequence[str]) -> bool:
    """Install Debian packages with apt-get; refresh its lists only if they lack something."""
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *names]
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return runs(install, env=env) or (
        runs(["apt-get", "update", "-q"], env=env) and runs(install, env=env)
    )


def run_uv(argv: Sequence[str | Path]) -> None:
    """Run uv; a terminal sees its progress bars, a pipe a sign of life every ten seconds.

    Raises LauncherError with the way out when it fails.
    """
    env = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    if SYSTEM_CERTIFICATES.exists():
        env.setdefault("UV_SYSTEM_CERTS", "true")
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    process = subprocess.Popen([str(word) for word in [*argv, *quiet]], env=env)
    waited_s = 0
    while True:
        try:
            code = process.wait(SIGN_OF_LIFE_S)
            break
        except subprocess.TimeoutExpired:
            waited_s += SIGN_OF_LIFE_S
            say(f"    still downloading, {waited_s} s")
    if code != 0:
        raise LauncherError("uv could not install the packages.", way_out=NETWORK_WAY_OUT)


def runs(argv: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> bool:
    """Say whether a command ends well; its output is dropped."""
    return subprocess.run(argv, env=env, capture_output=True, check=False).returncode == 0


def last_line(text: str) -> str:
    """Return the last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"
