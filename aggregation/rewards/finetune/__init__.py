"""Fine-tuning a language model's backbone on comparisons, by TRL's RewardTrainer under accelerate, with LoRA from peft.

For where frozen embeddings are not enough and there is a graphics card, or several: the same code runs on one
processor and, by ``accelerate launch``, on many cards and hosts. Needs the extra ``finetune``.

``backbone.read_gguf`` or any Hugging Face model -> ``conditioned.condition`` (who prefers) ->
``trainer.fine_tune`` (comparisons with groups, weights, ties and soft labels) -> a folder -> ``trainer.load``.
"""
