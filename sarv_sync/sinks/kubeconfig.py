"""Which cluster, and as whom: the kubeconfig as `kubectl` finds it, or the service account of the pod."""

from __future__ import annotations

from base64 import b64encode
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from sarv_sync.errors import InputError, NotInstalled
from sarv_sync.model.child_environment import without_secrets
from sarv_sync.sinks.kubernetes_failures import ApplyFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.sinks.site import Site

_POD = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_HINT = "`kubectl config view` shows what kubectl makes of it"


class Identity(Protocol):
    """Who one is to a cluster. `program`: one has to be run for the credentials."""

    namespace: str
    program: bool

    def load(self, configuration: Any) -> None:
        """Set the address and the credentials; this may run the program."""
        ...


class Kubeconfig:
    """What is found in an environment, read once: the files that KUBECONFIG names, else `~/.kube/config`, else the
    pod that this runs in."""

    def __init__(self, site: Site, context: str | None) -> None:
        self._site = site
        self._context = context
        self._reading = Lock()
        self._found: Identity | None = None

    def read(self) -> Identity:
        """Return who one is. Runs nothing and asks nobody. Raises `InputError`."""
        with self._reading:
            if self._found is None:
                self._found = self._find()
            return self._found

    def _find(self) -> Identity:
        named = self._site.setting("KUBECONFIG")
        home = Path(self._site.setting("HOME") or Path.home(), ".kube", "config")
        if named is not None or self._context is not None or home.exists():
            return _Entry(named or str(home), self._context, self._site)
        if self._site.setting("KUBERNETES_SERVICE_HOST"):
            return _ServiceAccount(self._site)
        raise InputError(
            "no cluster is configured: KUBECONFIG is not set, ~/.kube/config is not there, and this is no pod",
            "set KUBECONFIG to the path of a kubeconfig",
        )


class _Entry:
    """A context of a kubeconfig."""

    def __init__(self, paths: str, context: str | None, site: Site) -> None:
        library = _library()
        with _explained():
            self._config = _merged(library, paths)
            entry: Any = library.KubeConfigLoader(self._config, context).current_context["context"]
            self.namespace: str = entry.get("namespace") or "default"
            self._cluster: Any = self._config["clusters"].get_with_name(entry["cluster"])["cluster"]
            user = self._config["users"].get_with_name(entry.get("user") or "", safe=True)
            self._user: Any = user["user"] if user else library.ConfigNode("user", {})
        self._context = context
        self._site = site
        self.program = "exec" in self._user
        self._exec: Any = self._user["exec"] if self.program else None
        if "auth-provider" in self._user:
            raise InputError(
                "the kubeconfig's user has an auth-provider, which is not supported",
                "use an exec plugin in its place, or `via: kubectl`",
            )

    def load(self, configuration: Any) -> None:
        """Set address and credentials. What a program gives is put in its place: the library would run it itself."""
        library = _library()
        with _explained():
            if self.program:
                self._user.value.pop("exec", None)
                self._user.value.update(self._given())
            loader = library.KubeConfigLoader(self._config, self._context, config_base_path=None)
            loader.load_and_set(configuration)

    def _given(self) -> dict[str, str]:
        """Run the program, without this program's own secrets, and return its credentials as a user's entry has them.

        What it prints stays out of errors: it may well be a token.
        """
        library = _library()
        provider = library.ExecProvider(self._exec, str(Path(self._exec.path).resolve().parent), self._cluster)
        ours = self._site.environment.keys() - without_secrets(self._site.environment).keys()
        provider.env = {name: value for name, value in provider.env.items() if name not in ours}
        try:
            status = provider.run()
        except (library.ConfigException, OSError):
            raise ApplyFailed(
                0,
                "the exec plugin of the kubeconfig gave no credentials",
                "try `kubectl auth whoami`, which runs it too",
            ) from None
        given = {"token": status.get("token")}
        for field, key in {
            "client-certificate-data": "clientCertificateData",
            "client-key-data": "clientKeyData",
        }.items():
            given[field] = b64encode(status[key].encode()).decode() if status.get(key) else None
        return {field: value for field, value in given.items() if value}


def _merged(library: Any, paths: str) -> Any:
    config = library.KubeConfigMerger(paths).config
    if config is None:
        raise InputError(
            "the kubeconfig is not there", "check KUBECONFIG; a relative path starts at the working directory"
        )
    return config


class _ServiceAccount:
    """The service account of the pod that this runs in. Its token is read again when it changes."""

    program = False

    def __init__(self, site: Site) -> None:
        with _explained():
            self.namespace = (_POD / "namespace").read_text().strip() or "default"
        self._site = site

    def load(self, configuration: Any) -> None:
        from kubernetes.config import incluster_config

        library: Any = incluster_config
        files = str(_POD / "token"), str(_POD / "ca.crt")
        with _explained():
            library.InClusterConfigLoader(*files, environ=self._site.environment).load_and_set(configuration)


@contextmanager
def _explained() -> Iterator[None]:
    """Raise `InputError` in place of what reading a kubeconfig raises: its texts may hold a token."""
    library = _library()
    malformed = (OSError, ValueError, TypeError, LookupError, AttributeError)
    try:
        yield
    except (library.ConfigException, library.yaml.YAMLError, *malformed) as error:
        raise InputError(f"the kubeconfig cannot be used ({type(error).__name__})", _HINT) from None


def _library() -> Any:
    """Return what the client reads kubeconfigs with. It comes without types."""
    try:
        from kubernetes.config import kube_config
    except ImportError:
        hint = "install the extra: pip install 'sarv-sync[kubernetes]'"
        raise NotInstalled("this sink needs the Python client of Kubernetes, which is not installed", hint) from None
    return kube_config
