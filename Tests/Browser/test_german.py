"""The other language is whole: no English, no key of a text, no gap that was not filled."""
import pytest
from playwright.sync_api import expect

from studio.steps import heading, radio

# Each place with a heading that says that it is all there.
PLACES = {
    "new": "Neues Video", "videos": "Videos", "credits": "Verlauf", "settings": "Deine Daten",
    "programs": "API und Webhooks",
    "nowhere": "Hier ist nichts", "videos/{clip}": "Bottle, unboxing",
    "videos/{refused}": "Bath oil, unboxing", "videos/{unfinished}": "Travel size, unboxing",
}
# What is on the screen, and what is said without being seen, that should not be: keys of texts,
# gaps, and English phrases that German says in another way.
FOREIGN = """async () => {
  const flat = (words) => typeof words === "string" ? [words] : Object.values(words).flatMap(flat);
  const [english, german] = await Promise.all(["en", "de"].map(async (name) =>
    (await fetch(`/strings/${name}.json`)).json()));
  const known = new Set(flat(german));
  const phrases = flat(english).filter((phrase) => !known.has(phrase) && !phrase.includes("{"));
  const labels = [...document.querySelectorAll("*")].flatMap((one) =>
    ["aria-label", "alt", "title"].map((name) => one.getAttribute(name) ?? ""));
  const seen = [document.title, ...document.body.innerText.split("\\n"), ...labels]
    .map((line) => line.trim()).filter(Boolean);
  const key = new RegExp(`\\\\b(${Object.keys(english).join("|")})\\\\.[a-z]\\\\w+`);
  const gap = /\\{\\w+\\}|\\b(undefined|null|NaN)\\b/;
  return [...new Set(seen.filter((line) =>
    key.test(line) || gap.test(line) || phrases.includes(line)))];
}"""


@pytest.fixture
def german(visit, owner):
    return visit(owner, locale="de-DE")


def test_all_screens_are_german_from_top_to_bottom(german, owner):
    videos = {name: getattr(owner, name)["id"] for name in ("clip", "refused", "unfinished")}
    for place, title in PLACES.items():
        page = german.open(place.format(**videos))
        expect(heading(page, title)).to_be_visible()
        expect(page.locator(".skeleton")).to_have_count(0)
        assert page.evaluate("document.documentElement.lang") == "de"
        assert page.evaluate(FOREIGN) == [], place


def test_the_wizard_is_german_once_a_format_is_chosen(german):
    page = german.open("new")
    radio(page, "Hero-Shot").locator("xpath=..").click()
    expect(page.get_by_role("button", name="Video machen · 20 Credits")).to_be_enabled()
    expect(page.get_by_label("Produkt", exact=True)).to_have_attribute(
        "placeholder", "Steingutbecher, mintgrün")
    expect(page.get_by_role("button", name="auf nassem Schiefer")).to_be_visible()
    assert page.evaluate(FOREIGN) == []


@pytest.mark.parametrize("address, words", [
    ("/", "Aus einem Produktfoto ein Hochkantvideo"), ("/studio/", "Anmelden")])
def test_strangers_are_greeted_in_german(visit, address, words):
    page = visit(locale="de-DE").page
    page.goto(address)
    expect(heading(page, words)).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "de"
    assert page.evaluate(FOREIGN) == []


def test_a_language_is_chosen_in_the_settings_and_stays(visit, owner):
    page = visit(owner).open("settings")
    radio(page, "Deutsch").locator("xpath=..").click()
    expect(heading(page, "Deine Daten")).to_be_visible()
    page.reload()
    expect(heading(page, "Deine Daten")).to_be_visible()
    radio(page, "English").locator("xpath=..").click()
    expect(heading(page, "Your data")).to_be_visible()
    assert "Your data" in page.evaluate(FOREIGN)
