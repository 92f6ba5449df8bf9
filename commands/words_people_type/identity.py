"""`confirm`: somebody shows who they are, with the code that they were given or sent."""

from commands import identities
from commands.saying import Do, Meaning, Typed, Word
from commands.work import Work
from storage.records import codes
from storage.records.message import Message


def _confirm(work: Work, typed: Typed) -> Meaning:
    account = work.actor.account
    if work.actor.confirmed:
        return Message(title="You have confirmed who you are", text="Nothing more is needed.")
    if account is None:
        return Message(
            title="Nobody is confirmed here",
            text=(
                "Whoever sits at this place is taken for the person of an address, and nothing shows that they are. "
                "Write confirm in your own chat, or ask the administrator."
            ),
        )
    who = {"door": account.door, "tenant": account.tenant, "user": account.user}
    if typed.words:
        if not codes.may_be_one(typed.rest):
            return Message(
                title="That is no code",
                text=f"A code has {codes.LENGTH} letters and figures. To confirm a meeting, write: meeting confirm "
                "GROUP",
                tone="warning",
            )
        return Do(identities.CONFIRM.name, who | {"code": typed.rest})
    if account.mail:
        return Do(identities.SEND_CODE.name, who)
    return Message(
        title="How to confirm who you are",
        text=(
            "Ask the administrator for a code; they make sure that it is you. Then write here: confirm CODE\n"
            "It can be used once, within 24 hours. Until then you have all but incidents."
        ),
    )


WORDS = (
    Word(
        ("confirm",),
        "confirms who you are with a code; alone it says how to come by one",
        _confirm,
        "[CODE]",
        identities.CONFIRM.name,
    ),
)
