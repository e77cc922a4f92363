"""A server that keeps its files in a bucket elsewhere, and what can be seen of that."""
from .providers import PROVIDERS
from .server import Server, wait_until

VIDEOS = PROVIDERS["videos_api"]
# A clip of theirs is there in a few seconds; a test's own waiting comes on top.
LIMIT = 60


class RemoteFile:
    """Reads like a file on disk."""

    def __init__(self, fake, name):
        self.fake, self.name = fake, name

    def read_bytes(self):
        return self.fake.content(self.name)


class BucketServer(Server):
    def __init__(self, fake, **settings):
        self.bucket = fake
        super().__init__(**(fake.settings | settings))

    @property
    def objects(self):
        return {name: RemoteFile(self.bucket, name) for name in self.bucket.names}

    def objects_of(self, person):
        """The names of what this person has in the bucket."""
        user = self.rows(f"SELECT id FROM public.users WHERE email = '{person.email}'")
        return {name for name in self.bucket.names
                if name.startswith(user[0]["id"].replace("-", ""))}

    def sweep(self, *arguments):
        """The command's status and its lines."""
        done = self.run("sweep", *arguments)
        assert done.returncode in (0, 3), done.stderr
        return done.returncode, done.stdout.splitlines()

    def forget_hours(self):
        """Lets the time pass after which what was deleted or given up has to be gone."""
        self.psql("""
            UPDATE public.assets SET created_at = created_at - interval '3 hours',
              deleted_at = deleted_at - interval '3 hours' WHERE purged_at IS NULL""")

    def await_sweep(self):
        wait_until(lambda: self.rows("""
            SELECT count(*) AS n FROM public.assets WHERE purged_at IS NULL
              AND (deleted_at IS NOT NULL OR stored_at IS NULL)""")[0]["n"] == 0,
                   20, "the end of what was deleted")


def order(person, **fields):
    """The Video object of a new clip, made by the stand-in for a provider."""
    return person.create(**(VIDEOS.order | fields))
