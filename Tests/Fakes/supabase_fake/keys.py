"""Keys that sign access tokens, and how they are published (RFC 7517)."""
import json
import uuid

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

LOCAL_SECRET = "a-secret-of-one-project-that-nobody-else-has"


class SigningKey:
    """algorithm: ES256, RS256 or HS256. published: the public half, None where there is none."""

    def __init__(self, algorithm="ES256", kid=None, secret=LOCAL_SECRET):
        self.algorithm = algorithm
        self.kid = kid or str(uuid.uuid4())
        self.published = None
        if algorithm == "HS256":
            self.private = secret
            return
        if algorithm == "ES256":
            self.private = ec.generate_private_key(ec.SECP256R1())
            maker = jwt.algorithms.ECAlgorithm
        else:
            self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            maker = jwt.algorithms.RSAAlgorithm
        self.published = json.loads(maker.to_jwk(self.private.public_key())) | {
            "kid": self.kid, "alg": algorithm, "use": "sig", "key_ops": ["verify"], "ext": True}

    def sign(self, claims, **header):
        return jwt.encode(claims, self.private, algorithm=self.algorithm,
                          headers={"kid": self.kid} | header)

    def verify(self, token):
        """The claims of a token that this key has signed. Raises jwt.PyJWTError."""
        key = self.private if self.published is None else self.private.public_key()
        return jwt.decode(token, key, algorithms=[self.algorithm], audience="authenticated")
