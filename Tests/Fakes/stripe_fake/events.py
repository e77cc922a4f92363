"""What happened, in the order in which it happened."""
import contextlib
import copy
import threading

from . import shapes


class Events:
    """Records events and hands each to the delivery."""

    def __init__(self, state, delivery):
        self.state = state
        self.delivery = delivery
        self.cause = threading.local()

    def record(self, type, thing):
        """Keeps a snapshot of the thing as the event's object. The event."""
        request = getattr(self.cause, "request", None) or {"id": None, "idempotency_key": None}
        event = self.state.add(shapes.event(
            self.state.new_id("evt_"), type, copy.deepcopy(thing), request, self.state.now))
        self.delivery.take(event)
        return event

    @contextlib.contextmanager
    def caused_by(self, id, key):
        """Events made meanwhile by this thread name the request that caused them."""
        self.cause.request = {"id": id, "idempotency_key": key}
        try:
            yield
        finally:
            self.cause.request = None
