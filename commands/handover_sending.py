"""The handover list of a post sent by hand: to whoever holds it and to whoever is entered to follow."""

from storage.arrangements.phrases import listed
from storage.records import people
from storage.records.message import Message

from . import handover, naming
from .action import Action, Form
from .people import KEEPS
from .refusals import Refusal, Refused
from .words import long_day
from .work import NOBODY, Work


class Handover(Form):
    """The post whose list is sent."""

    post: str


def _handover(work: Work, form: Handover) -> Message:
    post = naming.post(work.arrangements, form.post)
    leaver, follower = handover.holder_of(work, post), handover.follower_of(work, post)
    if leaver is None and follower is None:
        raise Refused(Refusal(f"Nobody is or was entered in that post: {post.title}.", "post", "See: people list"))
    told, later = [], ""
    key = f"{handover.KIND}:{post.id}:by hand:{work.now.isoformat()}"
    if leaver is not None:
        handover.send(work, post, leaver.person, key=f"{key}:{leaver.person}", post_of=post.id)
        told.append(handover.name_of(work, leaver.person))
    if follower is None:
        if handover.send_to_manager(work, post, but=leaver.person if leaver else "", key=key) != NOBODY:
            told.append(f"the {work.arrangements.title(work.arrangements.secretariat.business_manager)}")
    elif people.holdings_of(work.scope, follower.person, work.today):
        handover.send(work, post, follower.person, key=f"{key}:{follower.person}", post_of="")
        told.append(handover.name_of(work, follower.person))
    else:
        name = handover.name_of(work, follower.person)
        later = f" {name} is in no post yet, and gets it on {long_day(follower.since)}."
    work.note(f"post:{post.id}", handover=True)
    for name in told:
        work.changed(f"The handover list of the {post.title} goes to {name}")
    nobody = "" if follower is not None else " Nobody is entered who follows."
    now = f"The list goes to {listed(told)}." if told else "Nobody has it yet."
    return Message(title="Sent" if told else "Not sent yet", text=f"{now}{later}{nobody}")


HANDOVER = Action(
    "people.handover",
    Handover,
    _handover,
    KEEPS,
    "send the handover list of a post to whoever leaves and whoever follows",
    own="post",
)

ACTIONS = (HANDOVER,)
