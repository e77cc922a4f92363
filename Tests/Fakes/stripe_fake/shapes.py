"""The objects of the API version we speak, as dictionaries."""
API_VERSION = "2026-10-28.endive"

SESSION_NULLS = (
    "adaptive_pricing after_expiration allow_promotion_codes billing_address_collection cancel_url "
    "client_reference_id client_secret collected_information consent consent_collection "
    "currency_conversion customer customer_account customer_details customer_email invoice "
    "integration_identifier locale managed_payments origin_context payment_intent payment_link "
    "payment_method_configuration_details phone_number_collection presentment_details "
    "recovered_from saved_payment_method_options setup_intent shipping_address_collection "
    "shipping_cost submit_type subscription wallet_options").split()
INTENT_NULLS = (
    "application application_fee_amount automatic_payment_methods canceled_at cancellation_reason "
    "customer customer_account description last_payment_error latest_charge managed_payments "
    "next_action on_behalf_of payment_method payment_method_configuration_details processing "
    "receipt_email review setup_future_usage shipping source statement_descriptor "
    "statement_descriptor_suffix transfer_data transfer_group").split()
CHARGE_NULLS = (
    "application application_fee application_fee_amount balance_transaction customer description "
    "failure_balance_transaction failure_code failure_message on_behalf_of payment_method "
    "payment_method_details radar_options receipt_email receipt_number receipt_url review "
    "shipping source_transfer statement_descriptor statement_descriptor_suffix transfer "
    "transfer_data transfer_group").split()
REFUND_NULLS = (
    "balance_transaction description failure_reason next_action pending_reason reason "
    "receipt_number source_transfer_reversal transfer_reversal").split()
SESSION_ECHOES = (
    "mode success_url cancel_url client_reference_id integration_identifier customer "
    "customer_email allow_promotion_codes after_expiration consent_collection managed_payments "
    "billing_address_collection submit_type locale shipping_address_collection").split()


def nulls(names):
    return dict.fromkeys(names)


def session(id, params, now, base):
    """A new Checkout session, whose amounts are still to be set."""
    tax = params.get("automatic_tax", {}).get("enabled", False)
    email = params.get("customer_email")
    return nulls(SESSION_NULLS) | {
        "id": id,
        "object": "checkout.session",
        "adaptive_pricing": params.get("adaptive_pricing", {"enabled": True}),
        "automatic_tax": {"enabled": tax, "liability": {"type": "self"} if tax else None,
                          "provider": "stripe" if tax else None,
                          "status": "complete" if tax else None},
        "created": now,
        "currency": params["line_items"][0]["price_data"]["currency"],
        "custom_fields": [],
        "custom_text": nulls(["after_submit", "shipping_address", "submit",
                              "terms_of_service_acceptance"]),
        "customer_creation": params.get("customer_creation", "if_required"),
        "customer_details": customer(email) if email else None,
        "discounts": [],
        "expires_at": params.get("expires_at", now + 24 * 60 * 60),
        "invoice_creation": {"enabled": params.get("invoice_creation", {}).get("enabled", False)},
        "livemode": False,
        "metadata": params.get("metadata", {}),
        "payment_method_collection": "if_required",
        "payment_method_options": {},
        "payment_method_types": params.get("allowed_payment_method_types", ["card"]),
        "payment_status": "unpaid",
        "permissions": None,
        "shipping_options": [],
        "status": "open",
        "ui_mode": "hosted_page",
        "url": f"{base}/pay/{id}",
    } | {name: params[name] for name in SESSION_ECHOES if name in params}


def customer(email):
    return nulls(["address", "business_name", "individual_name", "name", "phone", "tax_ids"]) | {
        "email": email, "tax_exempt": "none"}


def intent(id, session, details, now):
    """What a session's payment is made with."""
    return nulls(INTENT_NULLS) | details | {
        "id": id,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_received": 0,
        "capture_method": "automatic_async",
        "client_secret": f"{id}_secret_fake",
        "confirmation_method": "automatic",
        "created": now,
        "currency": session["currency"],
        "customer": session["customer"],
        "livemode": False,
        "metadata": details.get("metadata", {}),
        "payment_method_options": {},
        "payment_method_types": session["payment_method_types"],
        "status": "requires_payment_method",
    }


def charge(id, intent, email, now):
    """One attempt to take the money."""
    return nulls(CHARGE_NULLS) | {
        "id": id,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "billing_details": {"address": None, "email": email, "name": None, "phone": None,
                            "tax_id": None},
        "calculated_statement_descriptor": "PLACEMINT",
        "captured": False,
        "created": now,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "outcome": {"network_status": "approved_by_network", "type": "authorized"},
        "paid": False,
        "payment_intent": intent["id"],
        "refunded": False,
        "status": "pending",
    }


def refund(id, charge, amount, status, params, now):
    return nulls(REFUND_NULLS) | {
        "id": id,
        "object": "refund",
        "amount": amount,
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "destination_details": {"type": "card"},
        "metadata": params.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "pending_reason": "processing" if status == "pending" else None,
        "reason": params.get("reason"),
        "status": status,
    }


def dispute(id, charge, amount, status, reason, now):
    return {
        "id": id,
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {"due_by": now + 7 * 24 * 60 * 60, "enhanced_eligibility": {},
                             "has_evidence": False, "past_due": False, "submission_count": 0},
        "is_charge_refundable": status.startswith("warning_"),
        "livemode": False,
        "metadata": {},
        "network_reason_code": "10.4",
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": status,
    }


def movement(id, dispute, amount, fee, now):
    """A line of the account's balance."""
    return {
        "id": id,
        "object": "balance_transaction",
        "amount": amount,
        "created": now,
        "currency": dispute["currency"],
        "fee": fee,
        "net": amount - fee,
        "reporting_category": "dispute" if amount < 0 else "dispute_reversal",
        "source": dispute["id"],
        "status": "available",
        "type": "adjustment",
    }


def fraud_warning(id, charge, now):
    return {
        "id": id,
        "object": "radar.early_fraud_warning",
        "actionable": not charge["refunded"] and not charge["disputed"],
        "charge": charge["id"],
        "created": now,
        "fraud_type": "made_with_stolen_card",
        "livemode": False,
        "payment_intent": charge["payment_intent"],
    }


def event(id, type, thing, request, now):
    return {
        "id": id,
        "object": "event",
        "api_version": API_VERSION,
        "created": now,
        "data": {"object": thing},
        "livemode": False,
        "pending_webhooks": 0,
        "request": request,
        "type": type,
    }
