"""Runs the fake by itself: `python -m supabase_fake`. Codes are printed instead of mailed."""
import argparse
import signal
import threading

from . import FakeSupabase


def arguments():
    parser = argparse.ArgumentParser(prog="python -m supabase_fake", description=__doc__)
    parser.add_argument("--port", type=int, default=54321, help="0 takes a free one")
    parser.add_argument("--algorithm", choices=["ES256", "RS256", "HS256"], default="ES256")
    return parser.parse_args()


def main():
    options = arguments()
    ended = threading.Event()
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, lambda *_: ended.set())
    with FakeSupabase(options.algorithm, port=options.port,
                      mailer=lambda email, code: print(f"{email}  {code}", flush=True)) as fake:
        for name, value in fake.environment.items():
            print(f"{name}={value}", flush=True)
        ended.wait()


main()
