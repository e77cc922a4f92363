"""A browser at the studio that is watched while somebody uses it."""
import re

# Chromium writes refusals by the policy into the console by itself, but not from every frame.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`Policy violation: ${event.violatedDirective} ${event.blockedURI}`));
"""
# What the browser says when a server that a test stops, or a network that it cuts, is gone.
GONE = r"net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INTERNET_DISCONNECTED" \
       r"|INCOMPLETE_CHUNKED_ENCODING|NETWORK_CHANGED|SOCKET_NOT_CONNECTED)"
# A server counts the streams of closed pages until it next writes to them. Who opens ten pages
# within seconds, as only tests do, is asked to come again, and the studio does.
MANY_STREAMS = r"status of 429 .*/v1/events"


class Visit:
    """One context with its pages. `complaints` is what nobody should find in them.

    visitor: who is signed in, or None. touch: a phone instead of a mouse. host: where the client's
    files are, if not on the server.
    """

    def __init__(self, browser, server, visitor=None, width=1280, height=800, touch=False,
                 host=None, **options):
        self.server = server
        self.hosts = [host, server] if host else [server]
        self.complaints, self.expected = [], [MANY_STREAMS]
        self.context = browser.new_context(**{
            "base_url": self.hosts[0].url, "viewport": {"width": width, "height": height},
            "has_touch": touch, "is_mobile": touch, "locale": "en-US",
            "storage_state": visitor and visitor.browser_state} | options)
        self.context.add_init_script(REPORT_VIOLATIONS)
        self.context.on("console", self.hear)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.context.on("request", self.see_request)
        self.page = self.context.new_page()

    def open(self, screen=""):
        """Goes to a screen of the studio, as by a link from outside. The page."""
        self.page.goto(f"/studio/#/{screen}")
        return self.page

    def new_tab(self, screen=""):
        page = self.context.new_page()
        page.goto(f"/studio/#/{screen}")
        return page

    def expect_refusal(self, status, path):
        """Of this path the server is meant to answer with this status."""
        self.expected.append(rf"status of {status} .*{re.escape(path)}")

    def expect_silence(self):
        """The server is meant to be out of reach for a while."""
        self.expected.append(GONE)

    # Watching

    def hear(self, message):
        if message.type == "error":
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")

    def see_request(self, request):
        known = (*(f"{host.url}/" for host in self.hosts), "blob:", "data:")
        if not request.url.startswith(known):
            self.complaints.append(f"asked elsewhere: {request.url}")

    @property
    def surprises(self):
        """What went wrong that the test did not provoke."""
        return [complaint for complaint in self.complaints
                if not any(re.search(line, complaint) for line in self.expected)]
