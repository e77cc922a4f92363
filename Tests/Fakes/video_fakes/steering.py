"""What a test does to jobs by hand."""


class Steering:
    """Each method takes a job's id. Mixed into the providers."""

    def advance(self, id, progress=50):
        """Lets a job be worked on, that far and no further until it is told."""
        with self.lock:
            job = self._jobs[id]
            job.is_held, job.state, job.progress = True, "running", progress

    def hold(self, id):
        """Keeps a job from going on or ending by itself."""
        with self.lock:
            self.find(id).is_held = True

    def finish(self, id, has_video=True):
        with self.lock:
            self._jobs[id].has_video = has_video
            self._jobs.end(self._jobs[id], "finished")

    def fail(self, id, code=None, message=None):
        with self.lock:
            self._jobs.end(self._jobs[id], "failed", (code, message))

    def refuse(self, id):
        """Ends a job in the vendor's way of saying that it may not show this."""
        with self.lock:
            self._jobs.end(self._jobs[id], "refused")

    def cancel(self, id):
        with self.lock:
            if not self._jobs[id].has_ended:
                self._jobs.end(self._jobs[id], "cancelled")
                self.cancelled.append(id)

    def forget(self, id):
        """Later polls find no such job."""
        with self.lock:
            self._jobs[id].is_forgotten = True
