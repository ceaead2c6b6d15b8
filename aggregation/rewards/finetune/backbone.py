"""A Llama-type model from a GGUF file: its weights copied into a fresh model for sequence classification.

Shapes: H heads, K key-value heads, W width of a head.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from gguf import GGUFReader
from gguf.quants import dequantize
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from torch import Tensor
from transformers import LlamaConfig, LlamaForSequenceClassification, PreTrainedTokenizerFast

LAYER = {
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def read_gguf(
    path: Path, *, layers: int | None = None, seed: int = 0
) -> tuple[LlamaForSequenceClassification, PreTrainedTokenizerFast]:
    """The model, in single precision with a fresh head of one reward, and its tokenizer.

    Parameters
    ----------
    layers : keep the first so many layers only (to try things quickly); all where it is not given

    Raises
    ------
    ValueError
        If the file is not a GGUF file of a Llama-type model with a byte-level vocabulary.
    """
    try:
        reader = GGUFReader(path)
    except (OSError, ValueError, IndexError) as problem:
        raise ValueError(f"{path}: not a GGUF file ({problem})") from None
    told = {name: field.contents() for name, field in reader.fields.items()}
    if told.get("general.architecture") != "llama" or told.get("tokenizer.ggml.model") != "gpt2":
        kind = f"{told.get('general.architecture')} with vocabulary {told.get('tokenizer.ggml.model')}"
        raise ValueError(f"{path}: {kind}; llama with gpt2 is needed")
    tokenizer = _tokenizer(told)
    config = _config(told, layers, tokenizer.pad_token_id)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = LlamaForSequenceClassification(config)
    model.load_state_dict(_weights(reader, config), strict=False)
    return model.float().eval(), tokenizer


def _config(told: dict[str, Any], layers: int | None, pad: int) -> LlamaConfig:
    heads = int(told["llama.attention.head_count"])
    depth = int(told["llama.block_count"])
    return LlamaConfig(
        vocab_size=len(told["tokenizer.ggml.tokens"]),
        hidden_size=int(told["llama.embedding_length"]),
        intermediate_size=int(told["llama.feed_forward_length"]),
        num_hidden_layers=depth if layers is None else min(layers, depth),
        num_attention_heads=heads,
        num_key_value_heads=int(told.get("llama.attention.head_count_kv", heads)),
        max_position_embeddings=int(told["llama.context_length"]),
        rms_norm_eps=float(told["llama.attention.layer_norm_rms_epsilon"]),
        rope_parameters={"rope_type": "default", "rope_theta": float(told.get("llama.rope.freq_base", 10000.0))},
        pad_token_id=pad,
        bos_token_id=int(told["tokenizer.ggml.bos_token_id"]),
        eos_token_id=int(told["tokenizer.ggml.eos_token_id"]),
        num_labels=1,
        use_cache=False,
    )


def _weights(reader: GGUFReader, config: LlamaConfig) -> dict[str, Tensor]:
    """The tensors under the names that transformers gives them; the output layer of the language model is left out."""
    found: dict[str, Tensor] = {}
    names = {"token_embd": "model.embed_tokens", "output_norm": "model.norm"}
    for tensor in reader.tensors:
        stem = tensor.name.removesuffix(".weight")
        if stem.startswith("blk."):
            _, layer, part = stem.split(".")
            if int(layer) >= config.num_hidden_layers or part not in LAYER:
                continue
            name = f"model.layers.{layer}.{LAYER[part]}"
        elif stem in names:
            part, name = stem, names[stem]
        else:
            continue
        value = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        if part in ("attn_q", "attn_k"):
            heads = int((config.num_attention_heads if part == "attn_q" else config.num_key_value_heads) or 0)
            value = _rotary_halves(value, heads)
        found[f"{name}.weight"] = torch.from_numpy(np.ascontiguousarray(value))
    return found


def _rotary_halves(weight: np.ndarray[Any, Any], heads: int) -> np.ndarray[Any, Any]:
    """GGUF keeps rotary pairs side by side, transformers the first halves before the second ones."""
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def _tokenizer(told: dict[str, Any]) -> PreTrainedTokenizerFast:
    tokens = told["tokenizer.ggml.tokens"]
    merges = [tuple(line.split(" ", 1)) for line in told["tokenizer.ggml.merges"]]
    plain = Tokenizer(BPE({token: place for place, token in enumerate(tokens)}, merges))
    plain.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    plain.decoder = decoders.ByteLevel()
    end = tokens[int(told["tokenizer.ggml.eos_token_id"])]
    pad = tokens[int(told.get("tokenizer.ggml.padding_token_id", told["tokenizer.ggml.eos_token_id"]))]
    return PreTrainedTokenizerFast(tokenizer_object=plain, eos_token=end, pad_token=pad, padding_side="right")
