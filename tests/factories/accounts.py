"""People and communities for tests."""

import factory
from django.utils import timezone

from accounts.models import (
    Community,
    Consent,
    ConsentText,
    DemographicAnswer,
    EntryLink,
    Member,
    Question,
    Questionnaire,
    Role,
    User,
)


class UserFactory(factory.django.DjangoModelFactory):
    """A person; `staff=True` for site staff. Passwordless unless a password is given."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        staff = factory.Trait(is_staff=True, is_superuser=True)

    username = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")

    @factory.post_generation
    def password(self, create: bool, extracted: str | None, **kwargs: object) -> None:
        if extracted:
            self.set_password(extracted)
        else:
            self.set_unusable_password()
        if create:
            self.save(update_fields=["password"])


class CommunityFactory(factory.django.DjangoModelFactory):
    """A public community that anybody may enter."""

    class Meta:
        model = Community

    slug = factory.Sequence(lambda n: f"community-{n}")
    name = factory.LazyAttribute(lambda community: community.slug.replace("-", " ").capitalize())
    open_entry = True


class MemberFactory(factory.django.DjangoModelFactory):
    """A participant; `roles=[Role.ADMIN]` or the traits researcher, steward, auditor, admin for more."""

    class Meta:
        model = Member

    class Params:
        researcher = factory.Trait(roles=[Role.RESEARCHER])
        steward = factory.Trait(roles=[Role.STEWARD])
        auditor = factory.Trait(roles=[Role.AUDITOR])
        admin = factory.Trait(roles=[Role.ADMIN])
        banned = factory.Trait(banned_at=factory.LazyFunction(timezone.now))
        gone = factory.Trait(left_at=factory.LazyFunction(timezone.now))

    community = factory.SubFactory(CommunityFactory)
    user = factory.SubFactory(UserFactory)
    pseudonym = factory.Sequence(lambda n: f"Quiet Heron {n}")


class ConsentTextFactory(factory.django.DjangoModelFactory):
    """A consent text; members of its community are asked before they take part."""

    class Meta:
        model = ConsentText

    community = factory.SubFactory(CommunityFactory)
    version = factory.Sequence(lambda n: n + 1)
    body = factory.LazyAttribute(lambda text: f"We keep what you answer. Version {text.version}.")
    sha256 = factory.LazyAttribute(lambda text: ConsentText.sha256_of(text.body))


class ConsentFactory(factory.django.DjangoModelFactory):
    """A member's yes."""

    class Meta:
        model = Consent

    member = factory.SubFactory(MemberFactory)
    text = factory.SubFactory(ConsentTextFactory, community=factory.SelfAttribute("..member.community"))


class EntryLinkFactory(factory.django.DjangoModelFactory):
    """A link whose token nobody knows; use `accounts.actions.make_entry_link` to have one that opens."""

    class Meta:
        model = EntryLink

    community = factory.SubFactory(CommunityFactory)
    kind = EntryLink.Kind.SINGLE
    token_sha256 = factory.Sequence(lambda n: f"{n:064x}")


class QuestionnaireFactory(factory.django.DjangoModelFactory):
    """A questionnaire without questions."""

    class Meta:
        model = Questionnaire

    community = factory.SubFactory(CommunityFactory)
    slug = factory.Sequence(lambda n: f"about-you-{n}")
    title = "About you"


class QuestionFactory(factory.django.DjangoModelFactory):
    """A question with one of three ages to choose."""

    class Meta:
        model = Question

    questionnaire = factory.SubFactory(QuestionnaireFactory)
    position = factory.Sequence(lambda n: n + 1)
    name = factory.Sequence(lambda n: f"age-{n}")
    text = "How old are you?"
    kind = Question.Kind.SINGLE
    options = [
        {"code": "18_29", "text": "18 to 29"},
        {"code": "30_49", "text": "30 to 49"},
        {"code": "50", "text": "50 or more"},
    ]


class DemographicAnswerFactory(factory.django.DjangoModelFactory):
    """An answer that may be used for everything."""

    class Meta:
        model = DemographicAnswer

    member = factory.SubFactory(MemberFactory)
    question = factory.SubFactory(QuestionFactory)
    status = DemographicAnswer.Status.ANSWERED
    raw = "18 to 29"
    codes = ["18_29"]
    uses = ["quotas", "analysis", "release"]
