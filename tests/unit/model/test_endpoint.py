from __future__ import annotations

import pytest

from sarv_sync.errors import InputError
from sarv_sync.model.endpoint import check_endpoint, host_of, is_loopback


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://api.example.net/v1.0", "https://api.example.net/v1.0"),
        ("https://api.example.net/v1.0/", "https://api.example.net/v1.0"),
        ("https://api.example.net//", "https://api.example.net"),
        ("https://api.example.net", "https://api.example.net"),
        ("HTTPS://API.Example.NET/V1.0", "https://api.example.net/V1.0"),
        ("https://api.example.net:443/v1.0", "https://api.example.net/v1.0"),
        ("https://api.example.net:7278/v1.0", "https://api.example.net:7278/v1.0"),
        ("https://api.example.net:07278", "https://api.example.net:7278"),
        ("https://xn--bcher-kva.example/a-b_c~d/e.f", "https://xn--bcher-kva.example/a-b_c~d/e.f"),
        ("https://mail_relay/v1.0", "https://mail_relay/v1.0"),
        ("https://192.0.2.7/v1.0", "https://192.0.2.7/v1.0"),
        ("https://[2001:DB8:0:0:0:0:0:1]/v1.0", "https://[2001:db8::1]/v1.0"),
        ("http://127.0.0.1:8080/v1.0", "http://127.0.0.1:8080/v1.0"),
        ("http://127.9.8.7", "http://127.9.8.7"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://127.0.0.1:443", "http://127.0.0.1:443"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://[0:0:0:0:0:0:0:1]", "http://[::1]"),
        ("http://LocalHost:8080", "http://localhost:8080"),
    ],
)
def test_an_endpoint_has_one_spelling(url: str, normal: str) -> None:
    assert check_endpoint(url) == normal
    assert check_endpoint(normal) == normal


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://api.example.net/v1.0", "would send the token in the clear"),
        ("http://127.0.0.1.evil.example", "would send the token in the clear"),
        ("http://localhost.evil.example", "would send the token in the clear"),
        ("http://evil.localhost", "would send the token in the clear"),
        ("http://128.0.0.1", "would send the token in the clear"),
        ("http://0.0.0.0", "would send the token in the clear"),
        ("http://[::]", "would send the token in the clear"),
        ("http://[::ffff:127.0.0.1]", "would send the token in the clear"),
        ("http://[::ffff:192.0.2.1]", "would send the token in the clear"),
        ("http://localhost@evil.example", "holds a user name or password"),
        ("https://user:secret@api.example.net", "holds a user name or password"),
        ("https://api.example.net@evil.example/", "holds a user name or password"),
        ("https://api.example.net?token=secret", "has a query or a fragment"),
        ("https://api.example.net/#x", "has a query or a fragment"),
        ("http://localhost#.evil.example", "has a query or a fragment"),
        ("http://127.1", "looks like an IP address but is none"),
        ("http://2130706433", "looks like an IP address but is none"),
        ("http://0x7f.0.0.1", "looks like an IP address but is none"),
        ("http://0x7f000001", "looks like an IP address but is none"),
        ("http://0177.0.0.1", "looks like an IP address but is none"),
        ("http://127.0.0.256", "looks like an IP address but is none"),
        ("https://[::g]", "not a URL of the form"),
        ("https://[1::2::3]", "looks like an IP address but is none"),
        ("https://[fe80::1%25eth0]", "not a URL of the form"),
        ("http://localhost.", "has no valid host name"),
        ("https://.example.net", "has no valid host name"),
        ("https://api..example.net", "has no valid host name"),
        ("https://-api.example.net", "has no valid host name"),
        (f"https://{'a' * 64}.example.net", "has no valid host name"),
        (f"https://{'a.' * 130}example.net", "has no valid host name"),
        ("ftp://api.example.net", "uses ftp, not https"),
        ("file://localhost/etc/passwd", "uses file, not https"),
        ("httpx://127.0.0.1", "uses httpx, not https"),
        ("https://api.example.net:0", "port is not between 1 and 65535"),
        ("https://api.example.net:65536", "port is not between 1 and 65535"),
        ("https://api.example.net:999999", "not a URL of the form"),
        ("https://api.example.net:", "not a URL of the form"),
        ("https://api.example.net:80:80", "not a URL of the form"),
        ("https://api.example.net/a//b", "empty or dotted segments"),
        ("https://api.example.net/a/../b", "empty or dotted segments"),
        ("https://api.example.net/./b", "empty or dotted segments"),
        ("https://api.example.net/%2e%2e/b", "not a URL of the form"),
        ("https://api.example.net\\@evil.example", "holds a user name or password"),
        ("https://api.example.net\\.evil.example", "not a URL of the form"),
        ("http://localhost\\.evil.example", "not a URL of the form"),
        ("https://api.example.net/a b", "not a URL of the form"),
        (" https://api.example.net", "not a URL of the form"),
        ("https://api.example.net\n", "not a URL of the form"),
        ("https://api.example.net/\nHost: evil", "not a URL of the form"),
        ("https://api.exam\tple.net", "not a URL of the form"),
        ("http://localhost\x00.evil.example", "not a URL of the form"),
        ("http://l\u043ecalhost", "not a URL of the form"),
        ("http://127\u30020.0.1", "not a URL of the form"),
        ("https://b\u00fccher.example", "not a URL of the form"),
        ("http:///127.0.0.1", "not a URL of the form"),
        ("https://", "not a URL of the form"),
        ("https:api.example.net", "does not start with https://"),
        ("//api.example.net", "does not start with https://"),
        ("api.example.net/v1.0", "does not start with https://"),
        ("", "is empty"),
        ("https://api.example.net/" + "a" * 3000, "not a URL of the form"),
    ],
)
def test_anything_that_could_be_read_two_ways_or_sent_in_the_clear_is_refused(url: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        check_endpoint(url)
    assert caught.value.hint
    assert caught.value.__context__ is None
    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    ("endpoint", "host", "local"),
    [
        ("https://api.example.net:7278/v1.0", "api.example.net", False),
        ("http://127.0.0.1:99", "127.0.0.1", True),
        ("http://[::1]:99/v1", "[::1]", True),
        ("http://localhost", "localhost", True),
        ("https://[2001:db8::1]", "[2001:db8::1]", False),
        ("https://192.0.2.1", "192.0.2.1", False),
    ],
)
def test_a_checked_endpoint_tells_its_host(endpoint: str, host: str, local: bool) -> None:
    assert host_of(endpoint) == host
    assert is_loopback(host) is local
