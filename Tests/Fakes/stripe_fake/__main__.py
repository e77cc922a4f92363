"""Runs the fake by itself: `python -m stripe_fake --webhook http://127.0.0.1:8080/webhooks/stripe`.

A server finds it by its interface's address, and its pages take no money.
"""
import argparse
import signal
import threading

from . import FakeStripe, Faults


def arguments():
    parser = argparse.ArgumentParser(prog="python -m stripe_fake", description=__doc__)
    parser.add_argument("--port", type=int, default=4242, help="0 takes a free one")
    parser.add_argument("--webhook", metavar="URL", help="where events are sent")
    parser.add_argument("--secret", default="whsec_fake", help="signs events")
    parser.add_argument("--key", default="sk_test_fake", help="the key of the interface")
    parser.add_argument("--faults", type=int, metavar="SEED", help="things go wrong, by this seed")
    return parser.parse_args()


def main():
    options = arguments()
    faults = None if options.faults is None else Faults(options.faults)
    ended = threading.Event()
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, lambda *_: ended.set())
    with FakeStripe(options.key, options.secret, options.webhook, faults=faults,
                    port=options.port) as fake:
        print(f"Interface  {fake.url}/v1   key {options.key}")
        print(f"Pages      {fake.url}/pay/…")
        print(f"Webhooks   {options.webhook or 'nowhere'}   secret {options.secret}", flush=True)
        ended.wait()


main()
