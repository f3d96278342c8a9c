"""What every sink has to guarantee, wherever it delivers to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from sarv_sync.errors import InputError, SarvSyncError, SinkError
from sarv_sync.model.secret_forms import forms_of
from sarv_sync.model.sink import Recipient
from sarv_sync.model.sinks import OPTIONS
from tests.contract.sinks.engine import Engine, credential

PASSWORDS = (
    "plain-Passw0rd",
    "  spaces, inside and around  ",
    'it\'s "quoted" `twice`',
    "$HOME ${HOME} $(id) $$ !!",
    "# no comment; & | > < * ? ~ [a] {name}",
    "100% %20 %s %(name)s",
    "back\\slash \\n \\\\ end\\",
    "naïve pässwörd 密碼 🔑",
    "=a=b=",
    "'",
    "k9" * 100,
)


def expected(one: str, password: str = "first-Passw0rd") -> dict[str, str]:
    return {
        "SMTP_HOST": "smtp.example.net",
        "SMTP_PORT": "587",
        "SMTP_USERNAME": f"smtp-{one}",
        "SMTP_PASSWORD": password,
    }


def texts(error: SarvSyncError) -> str:
    """Return all that an error could show, what hangs on it included."""
    found: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        found += (str(cause), repr(cause), repr(vars(cause)))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\n".join(found)


def assert_shows_none_of(text: str, secrets: tuple[str, ...]) -> None:
    for secret in secrets:
        assert not [form for form in forms_of(secret) if form in text]


@pytest.mark.parametrize("password", PASSWORDS)
def test_what_is_delivered_arrives_byte_for_byte(engine: Engine, password: str) -> None:
    given = credential(password=password)

    engine.open().deliver(given)

    assert engine.stored(given) == expected("billing", password)


def test_nothing_is_there_before_the_first_delivery(engine: Engine) -> None:
    assert engine.stored(credential()) is None


def test_a_second_delivery_of_the_same_does_no_harm(engine: Engine) -> None:
    sink = engine.open()
    sink.deliver(credential())
    before = engine.inventory()

    sink.deliver(credential())

    assert (engine.stored(credential()), engine.inventory()) == (expected("billing"), before)


def test_a_new_password_replaces_the_old_one(engine: Engine) -> None:
    engine.open().deliver(credential())
    engine.open().deliver(credential(password="second"))

    assert engine.stored(credential()) == expected("billing", "second")


def test_a_target_that_holds_something_else_is_put_right(engine: Engine) -> None:
    sink = engine.open()
    sink.deliver(credential())
    engine.spoil(credential())
    assert engine.stored(credential()) != expected("billing"), "the engine has to spoil it"

    sink.deliver(credential())

    assert engine.stored(credential()) == expected("billing")


def test_a_target_that_was_deleted_is_made_again(engine: Engine) -> None:
    sink = engine.open()
    sink.deliver(credential())
    engine.remove(credential())
    assert engine.stored(credential()) is None, "the engine has to remove it"

    sink.deliver(credential())

    assert engine.stored(credential()) == expected("billing")


def test_keys_can_be_of_ones_own(engine: Engine) -> None:
    if "keys" not in OPTIONS[engine.kind]:
        pytest.skip(f"{engine.kind} stores no keys")
    keys = {"SMTP_URL": "smtp://{username_url}:{password_url}@{host}:{port}", "TEAM": "{labels.team}/{name}"}

    engine.open(keys=keys).deliver(credential(password="p@ss/w: d"))

    url = "smtp://smtp-billing:p%40ss%2Fw%3A%20d@smtp.example.net:587"
    assert engine.stored(credential()) == {"SMTP_URL": url, "TEAM": "finance/billing"}


def test_without_a_server_host_and_port_are_left_out(engine: Engine) -> None:
    engine.open().deliver(credential(host=None))

    assert engine.stored(credential()) == {"SMTP_USERNAME": "smtp-billing", "SMTP_PASSWORD": "first-Passw0rd"}


def test_host_and_port_go_when_the_server_is_set_no_more(engine: Engine) -> None:
    engine.open().deliver(credential())
    engine.open().deliver(credential(host=None))

    assert engine.stored(credential()) == {"SMTP_USERNAME": "smtp-billing", "SMTP_PASSWORD": "first-Passw0rd"}


def test_reading_back_says_what_is_there_as_far_as_the_place_can_be_read(engine: Engine) -> None:
    sink = engine.open()
    right, spoiled, removed, never = (credential(name) for name in ("right", "spoiled", "removed", "never"))
    for one in (right, spoiled, removed):
        sink.deliver(one)
    engine.spoil(spoiled)
    engine.remove(removed)

    seen = engine.open().read_back([right, spoiled, removed, never])

    sights = [seen.get(sink.address(one.recipient)) for one in (right, spoiled, removed, never)]
    match engine.readable:
        case "content":
            assert sights == ["there", "other", "gone", "gone"]
        case "presence":
            assert sights == ["there", "there", "gone", "gone"]
        case "no":
            assert not seen


def test_another_password_than_the_one_in_the_target_is_seen(engine: Engine) -> None:
    sink = engine.open()
    sink.deliver(credential())

    seen = sink.read_back([credential(password="reset in the console")])

    sight = {"content": "other", "presence": "there", "no": None}[engine.readable]
    assert seen.get(sink.address(credential().recipient)) == sight


def test_reading_back_changes_nothing(engine: Engine) -> None:
    sink = engine.open()
    sink.deliver(credential())
    before = engine.inventory()

    sink.read_back([credential(password="other"), credential("never")])

    assert (engine.inventory(), engine.stored(credential())) == (before, expected("billing"))


def test_a_check_leaves_everything_as_it_is(engine: Engine) -> None:
    sink = engine.open()
    sink.deliver(credential())
    before = engine.inventory()

    sink.ready()
    sink.check([credential().recipient, credential("newcomer").recipient])

    assert engine.stored(credential()) == expected("billing")
    assert engine.stored(credential("newcomer")) is None
    assert engine.inventory() == before


def test_a_check_of_a_user_still_to_be_made_passes(engine: Engine) -> None:
    sink = engine.open()

    sink.ready()
    sink.check([Recipient("billing", None, (("team", "finance"),))])

    assert engine.stored(credential()) is None


def test_a_check_of_nobody_passes(engine: Engine) -> None:
    engine.open().check([])


def test_a_check_of_a_target_that_cannot_be_written_names_it(engine: Engine) -> None:
    sink = engine.open()

    with engine.forbid(), pytest.raises((SinkError, InputError)) as caught:
        sink.check([credential().recipient])

    address = sink.address(credential().recipient)
    assert [word for word in address.split()[1:] if word in caught.value.message], "it names the target"


def test_a_failure_leaves_it_to_whoever_shows_it_to_say_the_kind_of_sink(engine: Engine) -> None:
    sink = engine.open()

    with engine.forbid():
        with pytest.raises((SinkError, InputError)) as checked:
            sink.check([credential().recipient])
        with pytest.raises((SinkError, InputError)) as delivered:
            sink.deliver(credential())

    for caught in (checked, delivered):
        assert not caught.value.message.startswith((f"{engine.kind}:", f"{engine.kind} ", "the sink"))


def test_once_it_can_be_written_again_the_check_passes(engine: Engine) -> None:
    sink = engine.open()
    with engine.forbid(), pytest.raises((SinkError, InputError)):
        sink.check([credential().recipient])

    sink.check([credential().recipient])


def test_a_delivery_that_fails_leaves_what_was_there(engine: Engine) -> None:
    sink = engine.open()
    sink.deliver(credential())

    with engine.forbid(), pytest.raises((SinkError, InputError)):
        sink.deliver(credential(password="second"))

    assert engine.stored(credential()) == expected("billing")


@pytest.mark.parametrize("password", ["s3cret pass/word+ü\"'\\", "k9Q" * 20])
def test_no_failure_shows_a_password_or_a_token(engine: Engine, password: str) -> None:
    sink = engine.open()
    given = credential(password=password)
    secrets = (password, *engine.secrets)

    with engine.forbid():
        with pytest.raises((SinkError, InputError)) as checked:
            sink.check([given.recipient])
        with pytest.raises((SinkError, InputError)) as delivered:
            sink.deliver(given)

    assert_shows_none_of(texts(checked.value) + texts(delivered.value), secrets)


def test_nothing_is_printed(engine: Engine, capfd: pytest.CaptureFixture[str]) -> None:
    sink = engine.open()
    capfd.readouterr()

    sink.check([credential().recipient])
    sink.deliver(credential())
    sink.read_back([credential()])

    assert tuple(capfd.readouterr()) == ("", "")


def test_several_threads_may_deliver_at_once(engine: Engine) -> None:
    sink = engine.open()
    given = [credential(f"user-{number}", f"password {number}") for number in range(24)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(sink.deliver, given))

    stored = [engine.stored(one) for one in given]
    assert stored == [expected(f"user-{number}", f"password {number}") for number in range(24)]
