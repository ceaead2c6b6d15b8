"""Makes constitutions for tests."""

from governance.actions.amendments import adopt_amendment, begin_amendment, patch_principle, propose_amendment
from governance.actions.constitutions import add_clause, adopt_version, seal_version, start_constitution
from governance.models import Amendment, Constitution
from governance.queries.constitutions import clauses_of, in_force


def drafted(community, *texts, title="Charter", **given) -> Constitution:
    """A constitution whose draft has these principles."""
    made = start_constitution(community=community, title=title, created_by=None, **given)
    for number, text in enumerate(texts or ("Say when you are not sure.", "Name your sources."), start=1):
        add_clause(constitution=made, text=text, level=1 + (number > 1), rationale=f"Reason {number}")
    return made


def adopted(community, *texts, **given) -> Constitution:
    """A constitution whose first version is in force."""
    made = drafted(community, *texts, **given)
    version = seal_version(constitution=made, by=None)
    adopt_version(version=version, content_sha256=version.content_sha256, decision=f"decision of {version.pk}")
    return made


def amendment_of(constitution, key="p1", text="Say how sure you are.", propose=True, **given) -> Amendment:
    """An amendment that changes one principle."""
    made = begin_amendment(constitution=constitution, title=f"Change {key}", reasons="Clearer.", proposed_by=None)
    principle = constitution.principles.get(key=key)
    patch_principle(amendment=made, principle=principle, action="change", text=text, level=1, **given)
    return propose_amendment(amendment=made, by=None) if propose else made


def passed(amendment, **given) -> Amendment:
    """What a decision for exactly its hash makes of it."""
    same = {"content_sha256": amendment.content_sha256, "decision": f"decision of {amendment.pk}"}
    return adopt_amendment(amendment=amendment, **same | given)


def words(constitution) -> dict[str, str]:
    """The text in force: key to words."""
    return {clause.principle.key: clause.text for clause in clauses_of(in_force(constitution))}
