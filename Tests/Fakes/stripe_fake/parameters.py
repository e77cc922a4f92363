"""The parameters of each call. Stripe has more; those that are not here count as unknown."""
from .checks import (
    decimal, flag, hash_of, interval, list_of, metadata, one_of, pattern, read, text, url, whole)
from .errors import invalid

MOST_LINES = 100
LARGEST_AMOUNT = 99_999_999
SMALLEST_TOTAL = 50
SHORTEST_LIFE, LONGEST_LIFE = 30 * 60, 24 * 60 * 60

CURRENCIES = ("usd", "eur", "gbp", "chf", "cad", "aud", "nzd", "sek", "nok", "dkk", "pln", "czk",
              "jpy", "sgd", "hkd", "inr", "brl", "mxn", "uah")
# Stripe decides these itself once it is the merchant of record.
MANAGED = ("automatic_tax", "shipping_address_collection")
MANAGED_INTENT = ("shipping", "application_fee_amount", "on_behalf_of", "transfer_data",
                  "statement_descriptor", "statement_descriptor_suffix")

enabled = hash_of(required=["enabled"], enabled=flag)
email = pattern(r"[^@\s]+@[^@\s.]+\.[^@\s]+", "Invalid email address", "email_invalid", 800)

ADDRESS = hash_of(
    line1=text(), line2=text(), city=text(), state=text(), postal_code=text(), country=text(2))

LINE = hash_of(
    quantity=whole(1, 999_999),
    price=text(),
    metadata=metadata,
    price_data=hash_of(
        required=["currency"],
        currency=one_of(*CURRENCIES),
        unit_amount=whole(0, LARGEST_AMOUNT),
        unit_amount_decimal=decimal,
        tax_behavior=one_of("exclusive", "inclusive", "unspecified"),
        product=text(),
        product_data=hash_of(
            required=["name"], name=text(), description=text(), tax_code=text(),
            images=list_of(url, 8), metadata=metadata)))

SESSION = {
    "mode": one_of("payment", "setup", "subscription"),
    "line_items": list_of(LINE, MOST_LINES),
    "success_url": url,
    "cancel_url": url,
    "client_reference_id": text(200),
    "integration_identifier": text(200),
    "metadata": metadata,
    "payment_intent_data": hash_of(
        metadata=metadata, description=text(1000), receipt_email=email,
        statement_descriptor=text(22), statement_descriptor_suffix=text(22),
        application_fee_amount=whole(0), on_behalf_of=text(),
        shipping=hash_of(required=["name", "address"], name=text(), address=ADDRESS),
        transfer_data=hash_of(destination=text(), amount=whole(0))),
    "customer": pattern(r"cus_\w+", "No such customer", "resource_missing"),
    "customer_email": email,
    "customer_creation": one_of("always", "if_required"),
    "expires_at": whole(),
    "automatic_tax": enabled,
    "allow_promotion_codes": flag,
    "invoice_creation": enabled,
    "adaptive_pricing": hash_of(enabled=flag),
    "after_expiration": hash_of(recovery=hash_of(
        required=["enabled"], enabled=flag, allow_promotion_codes=flag)),
    "consent_collection": hash_of(
        terms_of_service=one_of("none", "required"), promotions=one_of("auto", "none")),
    "allowed_payment_method_types": list_of(text()),
    "managed_payments": hash_of(enabled=flag),
    "shipping_address_collection": hash_of(allowed_countries=list_of(text())),
    "billing_address_collection": one_of("auto", "required"),
    "submit_type": one_of("auto", "book", "donate", "pay", "subscribe"),
    "locale": text(10),
    "ui_mode": one_of("hosted_page"),
    "expand": list_of(text()),
}

REFUND = {
    "payment_intent": text(),
    "charge": text(),
    "amount": whole(1, LARGEST_AMOUNT),
    "reason": one_of("duplicate", "fraudulent", "requested_by_customer"),
    "metadata": metadata,
    "expand": list_of(text()),
}

OBJECT = {"expand": list_of(text())}

PAGE = OBJECT | {
    "limit": whole(1, 100),
    "starting_after": text(),
    "ending_before": text(),
    "created": interval,
}

LISTS = {
    "checkout.session": PAGE | {
        "status": one_of("open", "complete", "expired"), "payment_intent": text()},
    "refund": PAGE | {"payment_intent": text(), "charge": text()},
    "charge": PAGE | {"payment_intent": text()},
    "dispute": PAGE | {"payment_intent": text(), "charge": text()},
    "event": PAGE | {
        "type": text(), "types": list_of(text(), 20), "delivery_success": flag},
}


def session(sent, now):
    """The checked parameters of a new Checkout session."""
    params = read(sent, SESSION, required=["mode", "line_items", "success_url"])
    if params["mode"] != "payment":
        raise invalid("This Stripe is a fake that knows the mode payment only.", "mode")
    if not params["line_items"]:
        raise invalid("At least one line item is required in `payment` mode.", "line_items")
    for index, line in enumerate(params["line_items"]):
        check_line(line, f"line_items[{index}]")
    if len({line["price_data"]["currency"] for line in params["line_items"]}) > 1:
        raise invalid("All line items must have the same currency.", "line_items")
    if "customer" in params and "customer_email" in params:
        raise invalid("You may only specify one of these parameters: customer, customer_email.")
    check_life(params, now)
    check_managed(params)
    return params


def check_line(line, name):
    if ("price" in line) == ("price_data" in line):
        raise invalid(f"You must specify either `price` or `price_data` in {name}.", name)
    if "price" in line:
        raise invalid(f"No such price: '{line['price']}'", f"{name}[price]", "resource_missing")
    if "quantity" not in line:
        raise invalid("Quantity is required. Add `quantity` to `line_items`", f"{name}[quantity]")
    price, name = line["price_data"], f"{name}[price_data]"
    if ("unit_amount" in price) == ("unit_amount_decimal" in price):
        raise invalid(f"You must specify either `unit_amount` or `unit_amount_decimal` in {name}.",
                      name, "parameter_missing")
    if ("product" in price) == ("product_data" in price):
        raise invalid(f"You must specify either `product` or `product_data` in {name}.",
                      name, "parameter_missing")
    if "product" in price:
        raise invalid(
            f"No such product: '{price['product']}'", f"{name}[product]", "resource_missing")


def check_life(params, now):
    end = params.get("expires_at", now + LONGEST_LIFE)
    if end < now + SHORTEST_LIFE:
        raise invalid("The `expires_at` timestamp must be at least 30 minutes from Checkout "
                      "Session creation.", "expires_at")
    if end > now + LONGEST_LIFE:
        raise invalid("The `expires_at` timestamp must be less than 24 hours from Checkout "
                      "Session creation.", "expires_at")


def check_managed(params):
    if not params.get("managed_payments", {}).get("enabled"):
        return
    for name in MANAGED:
        if name in params:
            raise invalid(f"Unsupported parameter: {name}", name)
    for name in MANAGED_INTENT:
        if name in params.get("payment_intent_data", {}):
            name = f"payment_intent_data[{name}]"
            raise invalid(f"Unsupported parameter: {name}", name)
