"""What tests buy at the fake Stripe with its official client."""
import requests
import stripe

KEY, SECRET = "sk_test_conformance", "whsec_test_secret"
COMPLETED = "checkout.session.completed"

FORM = {"mode": "payment", "success_url": "https://app.example/",
        "line_items[0][quantity]": "1", "line_items[0][price_data][currency]": "usd",
        "line_items[0][price_data][unit_amount]": "1900",
        "line_items[0][price_data][product_data][name]": "100 credits"}


def client(fake, key=KEY):
    return stripe.StripeClient(
        key, base_addresses={"api": fake.url}, max_network_retries=0).v1


def order(**changes):
    """The parameters of a session, None taking one away."""
    price = {"currency": "usd", "unit_amount": 1900, "product_data": {"name": "100 <credits>"}}
    params = {"mode": "payment", "line_items": [{"quantity": 1, "price_data": price}],
              "success_url": "https://app.example/done?session_id={CHECKOUT_SESSION_ID}",
              "cancel_url": "https://app.example/pricing"} | changes
    return {name: value for name, value in params.items() if value is not None}


def priced(amount, quantity=1, **price):
    price = {"currency": "usd", "unit_amount": amount, "product_data": {"name": "x"}} | price
    return order(line_items=[{"quantity": quantity, "price_data": price}])


def buy(fake, **changes):
    """A new session's id."""
    return client(fake).checkout.sessions.create(order(**changes)).id


def paid(fake, **changes):
    """A paid session's payment intent."""
    return fake.pay(buy(fake, **changes))["payment_intent"]


def post(fake, path, data=None, key=None, **options):
    headers = {"Authorization": f"Bearer {KEY}"} | ({"Idempotency-Key": key} if key else {})
    return requests.post(
        f"{fake.url}/v1/{path}", data=data, headers=headers, timeout=20, **options)
