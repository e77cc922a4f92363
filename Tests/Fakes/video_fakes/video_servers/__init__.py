"""The servers that speak `/v1/videos`, each in its own way."""
from .hosted import LaoZhang, LiteLLM, NewAPI
from .openai import OpenAI
from .self_hosted import SGLang, VLLMOmni

PERSONALITIES = {"openai": OpenAI, "litellm": LiteLLM, "vllm_omni": VLLMOmni, "sglang": SGLang,
                 "new_api": NewAPI, "laozhang": LaoZhang}

__all__ = ["PERSONALITIES"]
