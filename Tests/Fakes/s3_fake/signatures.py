"""Whether a request is signed as AWS signs it: botocore makes the signature anew from what came."""
import time
from datetime import datetime, timezone
from urllib.parse import parse_qsl, urlsplit

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

# As AWS has it.
SKEW_LIMIT = 15 * 60


class Refused(Exception):
    """status and code: as S3 answers."""

    def __init__(self, status, code):
        super().__init__(code)
        self.status, self.code = status, code


class Gatekeeper:
    def __init__(self, key, secret, region):
        self.key, self.region = key, region
        self.credentials = Credentials(key, secret)

    def check(self, method, url, headers):
        """url: as asked for, with host. headers: lower-case names. Raises Refused.

        Returns "header" or "query", the way it was signed.
        """
        query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        written = headers.get("authorization")
        if written and "X-Amz-Signature" in query:
            raise Refused(400, "InvalidArgument")
        if written:
            return self.check_header(method, url, headers, query, written)
        if "X-Amz-Signature" in query:
            return self.check_query(method, url, headers, query)
        raise Refused(403, "AccessDenied")

    def check_header(self, method, url, headers, query, written):
        kind, _, rest = written.partition(" ")
        fields = dict(part.strip().split("=", 1) for part in rest.split(","))
        if kind != "AWS4-HMAC-SHA256":
            raise Refused(400, "InvalidArgument")
        stamp = headers["x-amz-date"]
        self.check_scope(fields["Credential"], stamp)
        if abs(moment(stamp) - time.time()) > SKEW_LIMIT:
            raise Refused(403, "RequestTimeTooSkewed")
        names = fields["SignedHeaders"].split(";")
        unsigned = [name for name in headers if name.startswith("x-amz-") and name not in names]
        if unsigned or "host" not in names:
            raise Refused(403, "AccessDenied")
        own = request(method, url, {name: headers[name] for name in names}, query, stamp)
        self.compare(S3SigV4Auth(self.credentials, "s3", self.region), own, fields["Signature"])
        return "header"

    def check_query(self, method, url, headers, query):
        given = query.pop("X-Amz-Signature")
        stamp, seconds = query["X-Amz-Date"], int(query["X-Amz-Expires"])
        self.check_scope(query["X-Amz-Credential"], stamp)
        if not 1 <= seconds <= 7 * 86400:
            raise Refused(400, "AuthorizationQueryParametersError")
        if not moment(stamp) - SKEW_LIMIT <= time.time() <= moment(stamp) + seconds:
            raise Refused(403, "AccessDenied")
        names = query["X-Amz-SignedHeaders"].split(";")
        own = request(method, url, {name: headers[name] for name in names}, query, stamp)
        auth = S3SigV4QueryAuth(self.credentials, "s3", self.region, expires=seconds)
        self.compare(auth, own, given)
        return "query"

    def check_scope(self, credential, stamp):
        key, *scope = credential.split("/")
        if key != self.key:
            raise Refused(403, "InvalidAccessKeyId")
        if scope != [stamp[:8], self.region, "s3", "aws4_request"]:
            raise Refused(400, "AuthorizationHeaderMalformed")

    def compare(self, auth, own, given):
        text = auth.string_to_sign(own, auth.canonical_request(own))
        if auth.signature(text, own) != given:
            raise Refused(403, "SignatureDoesNotMatch")


def request(method, url, headers, query, stamp):
    """What botocore signs: the query decoded, so that it encodes it itself."""
    own = AWSRequest(method, url.partition("?")[0], headers=headers, params=query)
    own.context["timestamp"] = stamp
    return own


def moment(stamp):
    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc).timestamp()
