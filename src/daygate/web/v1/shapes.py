"""JSON shapes that more than one answer shows."""

from typing import Any

from daygate.domain.profile import Calendar


def calendar_flags(calendar: Calendar) -> dict[str, Any]:
    """A calendar within its profile. Every Boolean is a real one: clients crash on null."""
    return {
        "calendar_id": calendar.calendar_id,
        "calendar_name": calendar.name,
        "calendar_readonly": calendar.readonly,
        "calendar_deleted": calendar.deleted,
        "calendar_primary": calendar.primary,
        "calendar_integrated_conferencing_available": False,
        "calendar_attachments_available": False,
        "permission_level": "sandbox",
    }


def calendar_shape(calendar: Calendar) -> dict[str, Any]:
    """A calendar in a list of all."""
    return {
        "provider_name": calendar.provider_name,
        "profile_id": calendar.profile_id,
        "profile_name": calendar.profile_name,
        **calendar_flags(calendar),
    }
