"""The command line as a person or a script has it: its own home, and no settings of ours."""
import json
import os
import pty
import select
import subprocess
import tempfile
import time
from pathlib import Path

from .server import BINARY


class CommandLine:
    """Runs `placemint` in a folder of its own."""

    def __init__(self, server, key=None):
        self.home = Path(tempfile.mkdtemp(prefix="placemint-cli-"))
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.home), "TERM": "xterm",
            "PLACEMINT_SERVER": server.url}
        if key:
            self.environment["PLACEMINT_API_KEY"] = key

    @property
    def profiles(self):
        return self.home / ".config/placemint/profiles.json"

    def run(self, *arguments, given="", code=0, **environment):
        """Runs a command without a terminal, to its end."""
        ran = subprocess.run(
            self.command(arguments), input=given, capture_output=True, text=True, timeout=90,
            cwd=self.home, env=self.environment | environment, check=False)
        assert ran.returncode == code, f"{ran.returncode}: {ran.stdout}{ran.stderr}"
        return ran

    def json(self, *arguments, **options):
        return json.loads(self.run(*arguments, "--json", **options).stdout)

    def start(self, *arguments, **options):
        return subprocess.Popen(
            self.command(arguments), cwd=self.home, env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            **options)

    def command(self, arguments):
        return [str(BINARY), *map(str, arguments)]

    def terminal(self, *arguments):
        return Terminal(self.command(arguments), self.home, self.environment)


class Terminal:
    """A command at a terminal, somebody in front of it."""

    def __init__(self, command, folder, environment):
        self.process, self.screen = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.execve(command[0], command, environment)
        self.text = ""

    def wait_for(self, words, limit=30):
        deadline = time.monotonic() + limit
        while words not in self.text:
            assert time.monotonic() < deadline, f"'{words}' is not in {self.text!r}"
            if select.select([self.screen], [], [], 0.2)[0]:
                try:
                    self.text += os.read(self.screen, 10_000).decode(errors="replace")
                except OSError:
                    break
        assert words in self.text, self.text
        return self.text

    def type(self, text):
        os.write(self.screen, text.encode())

    def end(self, limit=30):
        """The exit code, or minus the signal; what was written last is in `text`."""
        deadline = time.monotonic() + limit
        while True:
            try:
                if select.select([self.screen], [], [], 0.1)[0]:
                    self.text += os.read(self.screen, 10_000).decode(errors="replace")
            except OSError:
                pass
            process, status = os.waitpid(self.process, os.WNOHANG)
            if process:
                os.close(self.screen)
                return os.waitstatus_to_exitcode(status)
            assert time.monotonic() < deadline, f"still running: {self.text!r}"
