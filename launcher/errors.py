"""What can go wrong before the application runs, said in one line with the way out."""


class LauncherError(Exception):
    """A condition the person at the terminal can change.

    `problem` names the thing and the limit, `way_out` what to do about it.
    """

    def __init__(self, problem: str, *, way_out: str) -> None:
        super().__init__(f"{problem} {way_out}")
        self.problem = problem
        self.way_out = way_out
