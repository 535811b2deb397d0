"""Which proxy a call goes through: the one that was given, else what HTTPS_PROXY, ALL_PROXY and NO_PROXY say."""

from urllib.request import getproxies_environment, proxy_bypass

from yarl import URL


class Proxies:
    """Chooses once for each host; raises ValueError for a proxy that cannot be used."""

    def __init__(self, proxy: str | None = None) -> None:
        self._given = _checked(proxy, "the proxy") if proxy else None
        self._environment = {} if proxy else getproxies_environment()
        for name in {"http", "https", "all"} & self._environment.keys():
            _checked(self._environment[name], f"{name.upper()}_PROXY")
        self._chosen: dict[tuple[str, str | None], URL | None] = {}

    def choose(self, url: URL) -> URL | None:
        """Return the proxy for this address, None for a straight way."""
        key = url.scheme, url.raw_authority
        if key not in self._chosen:
            self._chosen[key] = self._given or self._from_environment(url)
        return self._chosen[key]

    def _from_environment(self, url: URL) -> URL | None:
        found = self._environment.get(url.scheme) or self._environment.get("all")
        if not found or proxy_bypass(url.authority, self._environment):
            return None
        return _checked(found, "the proxy")


def _checked(proxy: str, name: str) -> URL:
    """Return the address; the sentence of an error leaves it out, for it may hold a password."""
    try:
        url = URL(proxy if "://" in proxy else f"http://{proxy}")
    except ValueError:
        raise ValueError(f"{name} is no address: write http://user:password@host:port.") from None
    if url.scheme.startswith("socks"):
        raise ValueError(f"{name} is a SOCKS proxy, which is not supported: give an http:// or https:// proxy.")
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError(f"{name} is no HTTP proxy: write http://user:password@host:port.")
    return url
