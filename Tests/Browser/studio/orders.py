"""Videos that were ordered without a browser, from models whose clips come when a test says so."""
from rig.person import CLIP_LIMIT, ok
from rig.providers import PROVIDERS
from rig.server import wait_until

MODELS = PROVIDERS["videos_api"]
MODEL_CREDITS = 60


def handed_over(person, models, **fields):
    """Orders a clip and waits until the model has the order. The Video, and the model's job."""
    video = ok(person.post("/v1/videos", json=MODELS.order | fields))
    return video, submitted(models)


def submitted(models):
    """The model's next job."""
    return wait_until(lambda: models.creates and models.creates.pop(), CLIP_LIMIT, "the create")


def finished(person, models, **fields):
    """The Video of an order that the model has carried out."""
    video, job = handed_over(person, models, **fields)
    models.finish(job.id)
    video = person.wait(video)
    assert video["status"] == "completed", video
    return video
