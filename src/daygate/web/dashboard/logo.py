"""An application's logo: uploaded, replaced, taken away."""

from starlette.responses import Response

from daygate.applications import logos
from daygate.domain.errors import Invalid
from daygate.web.dashboard.apps import owned, path_of, show
from daygate.web.dashboard.desk import Desk
from daygate.web.dashboard.entry import by_field
from daygate.web.pages import see_other
from daygate.web.uploads import read_upload


async def replace(desk: Desk) -> Response:
    """POST /dashboard/apps/{application_id}/logo."""
    form, application = await desk.serious_form(read_upload), await owned(desk)
    try:
        logo = logos.checked(form.files.get("logo", b""))
    except Invalid as refusal:
        return await show(desk, application, by_field(refusal))
    await desk.run(lambda tx: logos.replace(tx, application, logo, desk.actor))
    return see_other(f"{path_of(application)}?done=saved")


async def remove(desk: Desk) -> Response:
    """POST /dashboard/apps/{application_id}/logo/remove."""
    await desk.serious_form()
    application = await owned(desk)
    await desk.run(lambda tx: logos.remove(tx, application, desk.actor))
    return see_other(f"{path_of(application)}?done=saved")
