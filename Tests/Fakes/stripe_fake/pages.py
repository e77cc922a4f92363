"""The pages on which a buyer pays."""
from html import escape

BUTTONS = {"pay": "Pay", "pay_later": "Pay later", "decline": "Decline", "cancel": "Cancel"}

PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<h1>{title}</h1>
{content}
</body>
</html>
"""


def checkout(session, lines):
    items = "\n".join(
        f"<li>{line['quantity']} × {escape(line['price_data']['product_data']['name'])}</li>"
        for line in lines)
    total = f"{session['amount_total'] / 100:.2f} {session['currency'].upper()}"
    buttons = [name for name in BUTTONS if name != "cancel" or session["cancel_url"]]
    forms = "\n".join(
        f'<form method="post" action="/pay/{session["id"]}/{name}">'
        f'<button>{BUTTONS[name]}</button></form>' for name in buttons)
    return PAGE.format(
        title="A pretended payment", content=f"<ul>\n{items}\n</ul>\n<p>{total}</p>\n{forms}")


def message(text):
    return PAGE.format(title="A pretended payment", content=f"<p>{escape(text)}</p>")
