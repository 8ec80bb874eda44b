"""Commands that run one management command inside the installation: `manage` and `make`."""

import os
import subprocess
from collections.abc import Sequence

from launcher.environment import prepare_environment
from launcher.home import CHECKOUT, find_home
from launcher.stack import shared_services


def run_manage(arguments: Sequence[str]) -> int:
    """Run `manage.py` with `arguments` on this data folder's services."""
    home = find_home(os.environ)
    prepare_environment(home)
    with shared_services(home, environ=os.environ) as env:
        argv = [str(home.python), "manage.py", *arguments]
        return subprocess.run(argv, cwd=CHECKOUT, env=env, check=False).returncode
