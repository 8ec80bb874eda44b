"""The demo world: made once, in the background, by running the real pipeline."""

from dataclasses import replace

from launcher import programs
from launcher.children import Child, start
from launcher.console import say
from launcher.home import Home
from launcher.installation import is_due, mark_done
from launcher.supervisor import Supervisor

NAME, MADE = "demo-world", "made"
LOG_INS = {"ana": "makes clips", "ben": "follows and remixes", "mod": "moderates at /console/"}


class DemoWorld:
    """Tells at the terminal what the command that makes the world says, until it ends."""

    def __init__(self, home: Home, supervisor: Supervisor, env: dict[str, str]) -> None:
        self._home = home
        self._news = home.logs / f"{NAME}.news"
        self._told_bytes = 0
        self._child: Child | None = None
        if is_due(home, NAME, MADE):
            program = programs.manage(home, env, NAME, "make_demo_world")
            program = replace(program, news=self._news)
            self._child = supervisor.add(NAME, lambda: start(program), is_restarted=False)

    def look(self) -> None:
        """Print its news; note when it is complete, or say that it is not."""
        if self._child is None:
            return
        exit_code = self._child.exit_code  # before the log is read, so that nothing is missed
        self._tell()
        if exit_code == 0:
            mark_done(self._home, NAME, MADE)
        elif exit_code is not None:
            log = self._child.program.log
            say(f"  ! The demo world is not complete; the next start goes on. See {log}")
        if exit_code is not None:
            self._child = None

    def _tell(self) -> None:
        with self._news.open("rb") as news:
            news.seek(self._told_bytes)
            whole_lines = news.read().rpartition(b"\n")[0]
        if whole_lines:
            self._told_bytes += len(whole_lines) + 1
            for line in whole_lines.decode(errors="replace").splitlines():
                say(f"  demo: {line}")
