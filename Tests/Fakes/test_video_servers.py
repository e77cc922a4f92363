"""The servers that speak `/v1/videos`, each in its own way."""
import base64
import io
import json
from urllib.parse import quote

import pytest
import requests
from PIL import Image

from video_fakes import FakeVideosAPI

MODELS = {"litellm": "gemini-omni", "vllm_omni": "Wan-AI/Wan2.2-I2V-A14B-Diffusers",
          "sglang": "Wan-AI/Wan2.2-TI2V-5B-Diffusers", "new_api": "kling-v2",
          "laozhang": "muse-video"}
content = io.BytesIO()
Image.new("RGB", (720, 1280)).save(content, "JPEG")
PHOTO = content.getvalue()
DATA_URL = "data:image/jpeg;base64," + base64.b64encode(PHOTO).decode()


class Caller:
    """A server and what it answers. Jobs go on as they are told."""

    def __init__(self, fake):
        self.fake = fake
        self.fields = {"prompt": "A mug", "model": MODELS[fake.personality], "seconds": "4",
                       "size": "720x1280"}

    def call(self, method, path="", key="test-key", **options):
        return requests.request(method, f"{self.fake.url}/v1/videos{path}",
                                headers={"Authorization": f"Bearer {key}"}, **options)

    def form(self, path="", files=None, **fields):
        """A form with parts, as with a picture, even when there is none."""
        parts = {name: (None, value) for name, value in (self.fields | fields).items()}
        return self.call("POST", path, files=parts | (files or {}))

    def json(self, **fields):
        return self.call("POST", json=self.fields | fields)

    def get(self, id, rest=""):
        return self.call("GET", f"/{quote(id, safe='')}{rest}")

    def made(self, **fields):
        return self.form(**fields).json()["id"]


@pytest.fixture
def server(request):
    with FakeVideosAPI(personality=request.param, render_seconds=None) as fake:
        yield Caller(fake)


def servers(*names):
    return pytest.mark.parametrize("server", names, indirect=True)


@servers(*MODELS)
def test_all_take_a_form_with_a_picture_and_check_the_key(server):
    file = {"input_reference": ("mug.jpg", PHOTO, "image/jpeg")}
    answer = server.form(files=file)
    assert answer.status_code == 200 and server.fake.creates[0].images == [PHOTO]
    assert server.call("GET", f"/{quote(answer.json()['id'], safe='')}", "wrong").status_code == 401
    assert server.get("video_none").status_code in (400, 404)


@servers("litellm")
def test_litellm_has_long_ids_and_words_of_its_own(server):
    fake, ids = server.fake, [server.made() for _ in range(4)]
    assert all(id.endswith("=") and len(id) > 100 for id in ids)
    assert b"custom_llm_provider:gemini" in base64.b64decode(ids[0].removeprefix("video_"))
    fake.advance(ids[0])
    view = server.get(ids[0]).json()
    assert view["status"] == "processing" and view["created_at"] == 0
    assert not view.keys() & {"size", "seconds", "progress"}
    fake.cancel(ids[1])
    assert server.get(ids[1]).json()["status"] == "cancelled"
    fake.refuse(ids[2])
    assert server.get(ids[2]).json()["status"] == "completed"
    assert server.get(ids[2], "/content").status_code == 500
    fake.finish(ids[3])
    assert server.get(ids[3], "/content").content[4:8] == b"ftyp"
    assert server.call("GET").status_code == 500
    assert server.form(model="nothing").json()["error"]["code"] == "model_not_found"
    same = requests.get(f"{fake.url}/videos/{quote(ids[3], safe='')}",
                        headers={"Authorization": "Bearer test-key"})
    assert same.json()["id"] == ids[3]


@servers("vllm_omni")
def test_vllm_omni_takes_forms_only(server):
    refused = server.json()
    assert refused.status_code == 422 and refused.json()["detail"][0]["loc"] == ["body", "prompt"]
    assert "Model mismatch" in server.form(model="sora-2").json()["detail"]
    assert server.form(seconds="4.5").status_code == 422
    reference = json.dumps({"image_url": DATA_URL})
    assert server.form(image_reference=reference).status_code == 200
    assert server.fake.creates[0].images == [PHOTO]
    file = {"input_reference": ("mug.jpg", PHOTO, "image/jpeg")}
    assert server.form(files=file, image_reference=reference).status_code == 400
    assert "not supported yet" in server.form(
        image_reference='{"file_id": "f"}').json()["detail"]
    assert len(server.fake.creates) == 1


@servers("vllm_omni")
def test_vllm_omni_answers_failed_jobs_with_their_status(server):
    fake, ids = server.fake, [server.made() for _ in range(3)]
    fake.fail(ids[0], 503, "Out of memory.")
    fake.refuse(ids[1])
    for id, status in zip(ids[:2], (503, 400)):
        answer = server.get(id)
        assert answer.status_code == status and answer.json()["error"]["code"] == status
        assert (answer.json()["id"], answer.json()["status"]) == (id, "failed")
        assert server.get(id, "/content").status_code == 422
    assert server.get(ids[2], "/content").status_code == 404
    assert server.call("DELETE", f"/{ids[2]}").json()["deleted"]
    assert fake.cancelled == [ids[2]] and server.get(ids[2]).status_code == 404


@servers("vllm_omni")
def test_vllm_omni_may_answer_with_the_clip_itself(server):
    fake = server.fake
    fake.render_seconds = 0.2
    answer = server.form("/sync")
    assert answer.content[4:8] == b"ftyp" and answer.headers["X-Request-Id"] == fake.creates[0].id
    fake.render_seconds, fake.sync_timeout = None, 0.1
    assert server.form("/sync").status_code == 504


@servers("sglang")
def test_sglang_has_its_clips_in_the_cloud(server):
    fake, ids = server.fake, [server.made() for _ in range(3)]
    assert server.get(ids[0], "/content").status_code == 404
    fake.finish(ids[0])
    url = server.get(ids[0]).json()["url"]
    refused = server.get(ids[0], "/content")
    assert refused.status_code == 400 and refused.json()["detail"].endswith(url)
    assert requests.get(url).content[4:8] == b"ftyp" and url.startswith(fake.file_host.url)
    fake.cloud_storage = False
    assert server.get(ids[0]).json()["url"] is None
    assert server.get(ids[0], "/content").content[4:8] == b"ftyp"
    assert server.get(ids[0], "/content?variant=thumbnail").status_code == 404
    fake.fail(ids[1], message="It broke.")
    assert server.get(ids[1]).json()["error"] == {"message": "It broke."}
    assert server.call("DELETE", f"/{ids[2]}").json()["status"] == "deleted"


@servers("sglang")
def test_sglang_takes_addresses_of_pictures_as_text(server):
    assert server.json(seconds=4, reference_url=DATA_URL).status_code == 200
    assert server.fake.creates[0].images == [PHOTO]
    assert server.json(input_reference="/srv/mug.jpg").status_code == 200
    assert server.json(input_reference={"image_url": DATA_URL}).status_code == 422
    assert server.json(seconds="four").json()["detail"][0]["type"] == "int_parsing"
    assert server.json(prompt="").status_code == 422 and len(server.fake.creates) == 2


@servers("new_api")
def test_new_api_speaks_many_tongues(server):
    fake, id = server.fake, server.made()
    assert server.get(id).json()["status"] == "NOT_START"
    fake.advance(id, 70)
    view = server.get(id).json()
    assert (view["status"], view["progress"], view["task_id"]) == ("IN_PROGRESS", 0, id)
    fake.finish(id)
    view = server.get(id).json()
    assert view["status"] == "SUCCESS"
    assert requests.get(view["metadata"]["url"]).content[4:8] == b"ftyp"
    failed = server.made()
    fake.refuse(failed)
    assert server.get(failed).json()["status"] == "FAILURE"
    missing = server.get("task_none")
    assert missing.status_code == 400
    assert missing.json() == {"code": "task_not_exist", "message": "task_not_exist", "data": None}
    fake.faults.plan("create", "quota")
    spent = server.form()
    assert (spent.status_code, spent.json()["code"]) == (403, "insufficient_user_quota")


@servers("laozhang")
def test_laozhang_gives_the_clips_address(server):
    fake, id = server.fake, server.made()
    assert "video_url" not in server.get(id).json()
    fake.finish(id)
    assert requests.get(server.get(id).json()["video_url"]).content[4:8] == b"ftyp"
    assert server.get(id, "/content").status_code == 404 and fake.file_host.key_requests == []
    files = {f"reference_images[{number}]": ("mug.jpg", PHOTO, "image/jpeg")
             for number in range(7)}
    assert server.form(files=files).status_code == 400


@servers(*MODELS)
def test_a_clip_that_is_missing_is_nowhere(server):
    server.fake.finish(id := server.made(), has_video=False)
    view = server.get(id).json()
    assert view["status"] in ("completed", "SUCCESS")
    assert not (view.get("url") or view.get("video_url") or view.get("metadata"))
    assert server.get(id, "/content").status_code >= 400
