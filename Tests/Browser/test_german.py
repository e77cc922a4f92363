"""The other language is whole: no English, no key of a text, no gap that was not filled."""
import re

import pytest
from playwright.sync_api import expect

from studio.steps import heading, radio
from studio.visit import Visit

# Each place with a heading that says that it is all there.
PLACES = {
    "new": "Neues Video", "videos": "Videos", "credits": "Guthaben", "settings": "Einstellungen",
    "nowhere": "Hier ist nichts", "videos/{clip}": "Mug, unboxing",
    "videos/{refused}": "Lamp, unboxing", "videos/{unfinished}": "Bag, unboxing",
}
# The names of a text's parts would come first: "new.photo.title".
SECTIONS = "Object.keys((await import('/strings/en.js')).default)"
# What is on the screen, and what is said without being seen.
WORDS = """[document.title, document.body.innerText,
  ...[...document.querySelectorAll('[aria-label], [alt], [placeholder], [title]')].flatMap((one) =>
    [one.ariaLabel, one.alt, one.placeholder, one.title])].join('\\n')"""
GAP = re.compile(r"\{\w+\}|\bundefined\b|\bnull\b|\bNaN\b")
ENGLISH = re.compile(r"\b(the|your|you|and|not|with|credits|back|photo)\b")
