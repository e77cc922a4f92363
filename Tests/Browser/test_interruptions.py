"""Videos whose making does not go as planned: the page says so, and what it means for credits."""
from playwright.sync_api import expect

from rig.person import CLIP_CREDITS, ok
from studio import steps
from studio.hands import Mouse
from studio.orders import MODEL_CREDITS, MODELS, handed_over, submitted
from studio.steps import button, radio
from studio.visitor import Visitor

RENDERING = "Rendering, usually about a minute."


def test_a_server_that_restarts_is_waited_for_until_the_clip_is_there(start_server, models, visit):
    server = start_server(WORKERS=2, **MODELS.environment(models))
    buyer = Visitor(server)
    buyer.buy()
    video, job = handed_over(buyer, models)
    trip = visit(buyer, at=server)
    trip.expect_silence()
    page = trip.open(f"videos/{video['id']}")
    expect(page.get_by_text(RENDERING)).to_be_visible()
    server.terminate()
    expect(page.get_by_text("You are offline.")).to_be_visible()
    models.finish(job.id)
    server.start()
    player = steps.clip(page)
    assert steps.facts(player)["size"] == [720, 1280]
    expect(page.get_by_text("You are offline.")).to_be_hidden()
    steps.expect_balance(page, 500 - MODEL_CREDITS)


def test_a_refused_video_gives_its_credits_back_and_says_why(visit, buyer, models):
    page = visit(buyer).open("new")
    steps.add_brief(page, Mouse(page))
    Mouse(page).choose(radio(page, "Sora 2 15"))
    button(page, f"Make video · {MODEL_CREDITS} credits").click()
    expect(page.get_by_text(RENDERING)).to_be_visible()
    steps.expect_balance(page, 500 - MODEL_CREDITS)
    models.refuse(submitted(models).id)
    expect(page.get_by_text("The model declined this picture or text.")).to_be_visible()
    expect(page.get_by_text(
        f"You were not charged: {MODEL_CREDITS} credits are back.")).to_be_visible()
    steps.expect_balance(page, 500)
    steps.balance(page).click()
    refund = page.get_by_role("listitem").filter(has_text="Refund: model declined")
    expect(refund).to_contain_text(f"+{MODEL_CREDITS}")
    expect(refund).to_contain_text("Balance 500")


def test_a_refused_video_leads_to_a_draft_with_its_words(visit, owner):
    page = visit(owner).open(f"videos/{owner.refused['id']}")
    page.get_by_role("link", name="Again with changes").click()
    expect(page.get_by_label("Product", exact=True)).to_have_value("Bath oil")
    expect(page.get_by_text(steps.PHOTO["name"])).to_be_visible()
    expect(radio(page, "Unboxing")).to_be_checked()
    expect(radio(page, "Sora 2 15")).to_be_checked()


def test_a_waiting_video_is_stopped_at_once(visit, idle_server):
    buyer = Visitor(idle_server)
    buyer.buy()
    video = buyer.create()
    page = visit(buyer, at=idle_server).open(f"videos/{video['id']}")
    expect(page.get_by_text("Waiting for a free slot.")).to_be_visible()
    steps.expect_balance(page, 500 - CLIP_CREDITS)
    button(page, "Stop this video").click()
    expect(page.get_by_text(f"{CLIP_CREDITS} credits come back at once.")).to_be_visible()
    button(page, "Stop it").click()
    expect(page.get_by_text("You stopped this video.")).to_be_visible()
    expect(page.get_by_text(
        f"You were not charged: {CLIP_CREDITS} credits are back.")).to_be_visible()
    steps.expect_balance(page, 500)


def test_an_order_the_balance_no_longer_covers_is_refused_and_kept(visit, visitor):
    """The credits are spent elsewhere between the page's last look and the click."""
    visitor.has_credits_for(1)
    trip = visit(visitor)
    trip.expect_refusal(402, "/v1/videos")
    page = trip.open("new")
    steps.add_brief(page, Mouse(page))
    spend_before_the_next_order(page, visitor)
    button(page, steps.PRICED).click()
    expect(page.get_by_text(
        f"You need {CLIP_CREDITS} credits and have 0.").first).to_be_visible()
    steps.expect_balance(page, 0)
    expect(button(page, "500 credits")).to_be_visible()
    expect(page.get_by_label("Product", exact=True)).to_have_value("Bottle")


def spend_before_the_next_order(page, person):
    def spend(route):
        person.create()
        route.continue_()

    page.route("**/v1/videos", spend, times=1)


def test_a_refused_order_puts_the_balance_back_and_says_why(visit, buyer):
    """The photo is deleted elsewhere between the page's last look and the click."""
    trip = visit(buyer)
    trip.expect_refusal(404, "/v1/videos")
    page = trip.open("new")
    steps.add_photo(page, Mouse(page))
    steps.add_brief(page, Mouse(page))
    expect(page.get_by_role("img", name="First frame of the clip")).to_be_visible()
    file, = ok(buyer.get("/v1/files"))["data"]
    ok(buyer.delete(f"/v1/files/{file['id']}"))
    button(page, steps.PRICED).click()
    expect(page.get_by_text("It is not there any more.").first).to_be_visible()
    steps.expect_balance(page, 500)
    expect(page.get_by_label("Product", exact=True)).to_have_value("Bottle")
