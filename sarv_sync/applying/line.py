"""The line on which users are made.

1. Choose a birthmark for each that nobody in the account has, and write the intents.
2. Call `addSmtp` with the birthmarks, each once, several at a time.
3. Write the bindings, before any birthmark is edited away.
4. Set the desired values, and close the intents of the users that have them.

The steps of different users overlap, so that calls need not wait for one another: whenever the calls run low, one
write of the state records what was heard since the last, bindings and closed intents, and the next intents with it;
then the edits and creates that it allows are added to the calls. How many intents that are is for `batches` to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.applying.batches import first_size, larger
from sarv_sync.applying.believing import believed
from sarv_sync.applying.editing import Done, Edit, call_edit
from sarv_sync.applying.finishing import edit_of, note_finished
from sarv_sync.applying.intents import journal
from sarv_sync.applying.interface import Left
from sarv_sync.applying.settling import list_until
from sarv_sync.errors import Interrupted, ProviderError, Refused, SarvSyncError
from sarv_sync.model.answers import Created, NotCreated, Unknown
from sarv_sync.model.state import Binding, Intent
from sarv_sync.model.users import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sarv_sync.applying.editing import EditAnswer
    from sarv_sync.applying.run import Run
    from sarv_sync.applying.silence import Silence
    from sarv_sync.model.answers import AddAnswer

    Item = Edit | Intent
    Ended = tuple[Item, EditAnswer | AddAnswer | Left]

_HALF_MADE = "the user was made, and the run ended before its limits were set"


class Line:
    """Makes users for `names`, as long as answers are heard.

    `unheard` is what was heard of each create without a usable answer and still to be looked for, by name;
    `look_for` looks for such creates at once, when nothing is heard at all, and returns those that made nothing.
    """

    def __init__(
        self, run: Run, names: Sequence[str], silence: Silence, look_for: Callable[[dict[str, str]], set[str]]
    ) -> None:
        self.unheard: dict[str, str] = {}
        self._run = run
        self._todo = list(names)
        self._count = len(names)
        self._silence = silence
        self._look_for = look_for
        self._draft = run.draft()
        self._made: dict[str, Binding] = {}
        self._edits: list[Edit] = []
        self._known = {*run.listing.names(), *run.journal.state.owned()}
        self._replaced: dict[str, Binding] = {}
        self._under_way = 0
        self._room = first_size(run.journal.state, 2 * run.world.parallelism)
        self._failure: SarvSyncError | None = None

    def work(self) -> None:
        """Go on until every user has its values, or nothing more may be asked for."""
        self._run.stream(self._call, self._feed, lambda: self._silence.complete, self._record)
        self._run.write(self._draft)
        if self._failure is not None:
            raise self._failure

    def _feed(self, ended: list[Ended]) -> Sequence[Item]:
        """Note what has `ended`, and return what is to be called for next: nothing, if the run has to end."""
        self._take(ended)
        if self._failure is None:
            try:
                self._run.check_stop()
                return self._more()
            except (ProviderError, Refused, Interrupted) as failure:
                self._failure = failure
        return ()

    def _record(self, ended: list[Ended]) -> None:
        """Write what has `ended`, while there are calls enough."""
        self._take(ended)
        self._write()

    def _more(self) -> Sequence[Item]:
        """Write what was noted, with the intents of the next users; return the calls that this allows.

        Where it allows none, it is not written yet: the rest is about to end, too.
        """
        echoes = self._run.journal.state.echoes_limits
        unknown = echoes is None
        # Without birthmarks, a user that is being made could not be told from one that was there before.
        if self._under_way and (not echoes or self._silence.complete):
            return ()
        if self._silence.complete or (unknown and self.unheard):
            self._search()
        if unknown and self._made:
            self._learn_echo()
        names = self._next_names()
        if not names and not self._made:
            return self._edits_left()
        begun = journal(self._run, self._draft, names)
        bindings = self._run.journal.state.bindings
        self._replaced |= {name: bindings[name] for name in names if name in bindings}
        del self._todo[: len(names)]
        self._write()
        self._known.update(binding.smtp_user_name for binding in begun.served.values())
        new = self._made | begun.served
        self._edits += [edit_of(self._run, name, binding) for name, binding in new.items()]
        self._made = {}
        self._under_way += len(begun.intents)
        return [*self._edits_left(), *begun.intents]

    def _edits_left(self) -> list[Edit]:
        edits, self._edits = self._edits, []
        self._under_way += len(edits)
        return edits

    def _next_names(self) -> list[str]:
        """Return the next users to make: whether limits are echoed is found out with a single one at stake."""
        if self._silence.final:
            return []
        if self._draft.echoes is None:
            return self._todo[:1]
        count = max(self._run.world.parallelism, self._room - len(self._made) - len(self._edits))
        self._room = larger(self._room, self._count)
        return self._todo[:count]

    def _call(self, item: Item) -> EditAnswer | AddAnswer:
        if isinstance(item, Edit):
            return call_edit(self._run, item)
        run = self._run
        run.ledger.begun(item.name, None, "unknown", "the call was under way when the run ended")
        answer = run.world.provider.add_user(item.birthmark.total_limit, item.birthmark.hourly_limit)
        self._silence.heard(usable=not isinstance(answer, Unknown))
        if not isinstance(answer, Created):
            run.heed(answer.error)
        return answer

    def _take(self, ended: list[Ended]) -> None:
        """Note what has `ended`."""
        self._under_way -= len(ended)
        edited: list[tuple[Edit, EditAnswer | Left]] = []
        added: list[tuple[Intent, AddAnswer | Left]] = []
        for item, answer in ended:
            match item, answer:
                case Edit(), Done() | ProviderError() | Left():
                    edited.append((item, answer))
                case Intent(), Created() | NotCreated() | Unknown() | Left():  # pragma: no branch
                    added.append((item, answer))
        self._edits += note_finished(self._run, self._draft, edited)
        for intent, answer in believed(added, self._known):
            self._note_added(intent, answer)

    def _note_added(self, intent: Intent, answer: AddAnswer | Left) -> None:
        """Note what the answer proves.

        A call that was never made, or made nothing, leaves no intent behind; a name that was to be made anew keeps
        the user it had. A call that is still under way is one without an answer.
        """
        name, ledger = intent.name, self._run.ledger
        match answer:
            case Created(smtp_user_name, password):
                self._run.post.learn(smtp_user_name, password)
                born = Settings(intent.birthmark.total_limit, intent.birthmark.hourly_limit, "Enable")
                self._made[name] = Binding(smtp_user_name, born)
                self._known.add(smtp_user_name)
                self._draft.bind(name, smtp_user_name, born)
                ledger.begun(name, smtp_user_name, "failed", _HALF_MADE)
            case NotCreated(error):
                self._draft.undo(name, self._replaced.get(name))
                ledger.failed(name, None, error.message)
            case Unknown(error):
                self.unheard[name] = error.message
                ledger.begun(name, None, "unknown", error.message)
            case Left.NOT_BEGUN:
                self._draft.undo(name, self._replaced.get(name))
                self._todo.append(name)
            case Left.UNDER_WAY:  # pragma: no branch - nothing else is left
                pass

    def _search(self) -> None:
        """Look at once for the users of creates of which nothing was heard: each of them may have left one."""
        self._write()
        unheard, self.unheard = self.unheard, {}
        try:
            never_made = self._look_for(unheard)
        finally:
            self._draft = self._run.draft()
        self._known.update(self._run.journal.state.owned())
        self._silence.searched(found=not never_made.issuperset(unheard))

    def _learn_echo(self) -> None:
        """Find out, from users just made, whether the account lists exactly the limits it is given."""
        self._write()
        users = {binding.smtp_user_name: binding.applied for binding in self._made.values()}
        what = "the new user to show up in the account"
        listing = list_until(self._run, what, lambda seen: users.keys() <= seen.users.keys())
        shown = [(listing.users[name].settings, born) for name, born in users.items() if name in listing.users]
        if shown:
            echoes = all(
                (seen.total_limit, seen.hourly_limit) == (born.total_limit, born.hourly_limit) for seen, born in shown
            )
            self._draft.set_echoes(echoes=echoes)

    def _write(self) -> None:
        self._run.write(self._draft)
        self._draft = self._run.draft()
