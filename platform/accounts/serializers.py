"""What programs see of communities and people."""

from typing import Any, ClassVar

from rest_framework import serializers

from accounts.models import Community, Member, Role


class CommunitySerializer(serializers.ModelSerializer[Community]):
    """One community."""

    n_members = serializers.IntegerField(read_only=True, help_text="How many people take part.")
    takes_part = serializers.BooleanField(read_only=True, help_text="Whether you do.")

    class Meta:
        model = Community
        fields: ClassVar = [
            *("slug", "name", "description", "is_public", "open_entry", "is_synthetic", "small_cell", "created_at"),
            *("n_members", "takes_part"),
        ]
        read_only_fields = fields


class MembershipSerializer(serializers.ModelSerializer[Member]):
    """One of one's own memberships."""

    community = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)

    class Meta:
        model = Member
        fields: ClassVar = ["community", "pseudonym", "roles", "is_synthetic", "joined_at", "left_at", "banned_at"]
        read_only_fields = fields


class MeSerializer(serializers.Serializer[Any]):
    """Who a program acts for."""

    is_staff = serializers.BooleanField()
    community = serializers.CharField(allow_null=True, help_text="Where this key or session acts.")
    scopes = serializers.ListField(child=serializers.CharField(), help_text="Of the key; a session may do all.")
    memberships = MembershipSerializer(many=True)


class MemberSerializer(serializers.ModelSerializer[Member]):
    """A member as admins of the community see them; only the roles can be written."""

    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices), max_length=len(Role))

    class Meta:
        model = Member
        fields: ClassVar = ["id", "pseudonym", "roles", "is_synthetic", "joined_at", "left_at", "banned_at"]
        read_only_fields: ClassVar = ["id", "pseudonym", "is_synthetic", "joined_at", "left_at", "banned_at"]


class BanSerializer(serializers.Serializer[Any]):
    """Why a member is banned."""

    reason = serializers.CharField(max_length=300)
