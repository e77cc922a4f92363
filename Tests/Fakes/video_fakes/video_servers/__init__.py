"""The servers that speak `/v1/videos`, each in its own way."""
from .hosted import Azure, LaoZhang, LiteLLM, NewAPI, SayGM
from .openai import OpenAI
from .self_hosted import SGLang, VLLMOmni

PERSONALITIES = {"openai": OpenAI, "azure": Azure, "litellm": LiteLLM, "vllm_omni": VLLMOmni,
                 "sglang": SGLang, "new_api": NewAPI, "laozhang": LaoZhang, "saygm": SayGM}

__all__ = ["PERSONALITIES"]
