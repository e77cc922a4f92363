"""Another host than the provider's: where finished clips lie for everybody who has the link."""
from collections import deque
from urllib.parse import urlencode

from .wire import Answer, Listener

HISTORY_LIMIT = 50_000
SUFFIX = ".mp4"


class FileHost:
    """Serves clips at `url_of(job)`, without a key.

    requests: what it was asked. key_requests: those of them that brought the provider's key along,
    which nobody must. redirect_to: an address to which every request is sent on. redirects: how
    often a request is sent on to the next address of this host before the clip is served.
    expired: ids of jobs whose links do not work any more.
    """

    def __init__(self, fake, key):
        self.fake, self.key = fake, key
        self.requests = deque(maxlen=HISTORY_LIMIT)
        self.key_requests = []
        self.redirect_to, self.redirects = None, 0
        self.expired = set()
        self.listener = Listener(0, begin=self.begin, serve=self.serve, note=self.note)

    @property
    def url(self):
        return self.listener.url

    def url_of(self, job, version=0):
        """A link. Another version is another link to the same clip."""
        return f"{self.url}/files/{version}/{job.number}{SUFFIX}"

    def begin(self, request):
        return self.fake.begin_download(request)

    def note(self, request):
        self.requests.append(request)
        if request.carries(self.key):
            self.key_requests.append(request)

    def serve(self, request):
        hops = int(request.query.get("hop", 0))
        if self.redirect_to:
            return Answer(302, headers={"Location": self.redirect_to})
        if hops < self.redirects:
            query = urlencode(request.query | {"hop": hops + 1})
            return Answer(302, headers={"Location": f"{self.url}{request.path}?{query}"})
        job = self.job_at(request.parts)
        is_there = (job is not None and job.state == "finished" and job.has_video
                    and job.id not in self.expired)
        if not is_there or request.method not in ("GET", "HEAD"):
            return Answer(404, b"There is no such file.\n", type="text/plain")
        return self.fake.under_fault(request, lambda: self.fake.clip_answer(request, job))

    def job_at(self, parts):
        number = parts[-1].removesuffix(SUFFIX)
        if len(parts) != 3 or parts[0] != "files" or not number.isdecimal():
            return None
        return self.fake.job_number(int(number))
