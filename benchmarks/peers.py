"""The programs we are held against: each in an environment of its own, at the versions named here."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_ENVIRONMENTS = Path(__file__).parents[1] / ".peers"


@dataclass(frozen=True, slots=True)
class Peer:
    """What pip installs into one environment: packages with their exact versions."""

    requirements: tuple[str, ...]

    def __str__(self) -> str:
        """Return the packages and their versions, in words."""
        return ", ".join(each.replace("==", " ") for each in self.requirements)

    def programs(self) -> Path:
        """Return the folder of its programs. They are installed when first asked for."""
        version = "{}.{}".format(*sys.version_info)
        environment = _ENVIRONMENTS / f"python{version}-{'-'.join(self.requirements)}"
        programs, ready = environment / "bin", environment / "ready"
        if not ready.exists():
            print(f"installing {self} into {environment}", file=sys.stderr)
            subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(environment)], check=True)
            pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--quiet"]
            subprocess.run([*pip, "--disable-pip-version-check", *self.requirements], check=True)
            ready.touch()
        return programs

    def program(self, name: str) -> str:
        """Return the path of one of its programs."""
        return str(self.programs() / name)


_YAML = "PyYAML==6.0.4"
ANSIBLE = Peer(("ansible-core==2.19.14", _YAML))
OCTODNS = Peer(("octodns==1.22.0", _YAML))
PLAIN = Peer((_YAML, "jsonschema==4.26.0", "requests==2.34.2"))
