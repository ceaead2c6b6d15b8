"""The one door to language models: any server that speaks OpenAI's protocol, or none.

Where ``LLM_BASE_URL`` and ``LLM_MODEL`` are not set, :func:`is_configured` is false and nothing here is called.

    prompt = load_prompt("aggregation.prompts", "write_statement", version=1)
    caller = Caller(community=…, requested_by=…, purpose="aggregation: statements", progress=progress)
    reply = chat(prompt, {"question": …}, caller=caller, settings=Settings(temperature=0.7, seed=3))

Each attempt is a row (:class:`jobs.models.LanguageCall`), written before the request goes out and completed after it,
so call this outside a transaction: a rollback would take the rows with it.
"""

from jobs.language.budget import Budget, OverBudget, budget_of, used_by_job, used_this_month
from jobs.language.door import Caller, Reply, Settings, chat, is_configured, model_name
from jobs.language.prompts import Prompt, load_prompt

__all__ = [
    "Budget",
    "Caller",
    "OverBudget",
    "Prompt",
    "Reply",
    "Settings",
    "budget_of",
    "chat",
    "is_configured",
    "load_prompt",
    "model_name",
    "used_by_job",
    "used_this_month",
]
