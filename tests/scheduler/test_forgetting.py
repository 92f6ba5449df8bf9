"""What doors keep for themselves is forgotten in the night when it is of no more use."""

from datetime import timedelta

from sqlmodel import select

from storage.records import delivery, drafts, kept
from tests.offices import an_office


def test_drafts_and_long_buttons_go_in_the_night_after_their_time_and_no_sooner() -> None:
    with an_office() as office:
        store, began = office.runner.store, office.now
        delivery.keep_draft(store, "somebody", "meeting.move", "sealed", began)
        delivery.keep_long(store, "sealed", began)

        def there() -> tuple[int, int]:
            with office.reading() as scope:
                return len(scope.session.exec(select(drafts.Draft)).all()), len(
                    scope.session.exec(select(kept.Kept)).all()
                )

        for days, left in ((13, (1, 1)), (15, (0, 1)), (29, (0, 1)), (31, (0, 0))):
            office.tick(began + timedelta(days=days))
            assert there() == left, days
