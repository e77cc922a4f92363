"""People who have a browser besides the programs that `Person` stands for."""
import json

import requests

from rig.person import Person, patiently


class Newcomer(Person):
    """Has an address and a mailbox, and has not signed in yet."""

    def sign_in(self):
        """Theirs to do, in a browser."""

    def let_mail_pause_pass(self):
        """Lets the minute pass in which no second mail goes to one address."""
        for mail in self.mails:
            mail.unlink()
        self.server.psql(f"""
            UPDATE auth.one_time_codes SET sent_at = sent_at - interval '2 minutes'
            WHERE email = '{self.email}'""")

    @property
    def mails(self):
        return [mail for mail in self.server.outbox.glob("*.eml") if self.email in mail.read_text()]


class Visitor(Newcomer):
    """Is signed in, and may take that along into a browser."""

    def again(self):
        """The same person on another device."""
        self.let_mail_pause_pass()
        return Visitor(self.server, self.email)

    def sign_in(self):
        self.ask("otp", create_user=True)
        said = self.ask("verify", type="email", token=self.mailed_code())
        self.token, self.user = said["access_token"], said["user"]["id"]
        self.session_kept = {
            "user": self.user, "email": self.email, "accessToken": self.token,
            "expiresAt": said["expires_at"], "refreshToken": said["refresh_token"]}

    def ask(self, path, **body):
        return patiently(lambda: requests.post(
            f"{self.server.url}/auth/v1/{path}", timeout=20,
            json={"email": self.email} | body)).json()

    @property
    def browser_state(self):
        """What a browser keeps of the session, as Playwright takes it."""
        kept = {"name": "placemint.session", "value": json.dumps(self.session_kept)}
        return {"cookies": [], "origins": [{"origin": self.server.url, "localStorage": [kept]}]}
