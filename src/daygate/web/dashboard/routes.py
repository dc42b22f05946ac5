"""The URL table of the dashboard."""

from starlette.routing import Route

from daygate.web.dashboard import account, apps, connections, entry, keys, logo, operators, trial
from daygate.web.dashboard.desk import Endpoint, anybody, operators_only, signed_in

_APP = "/dashboard/apps/{application_id}"
_REQUEST = "/dashboard/verifications/{verification_id}"


def _get(path: str, endpoint: Endpoint) -> Route:
    return Route(path, endpoint, methods=["GET"])


def _post(path: str, endpoint: Endpoint) -> Route:
    return Route(path, endpoint, methods=["POST"])


PUBLIC = [
    _get("/dashboard/sign-in", anybody(entry.sign_in_page)),
    _post("/dashboard/sign-in", anybody(entry.sign_in_now)),
    _get("/dashboard/sign-up", anybody(entry.sign_up_page)),
    _post("/dashboard/sign-up", anybody(entry.sign_up_now)),
]
SIGNED_IN = [
    _post("/dashboard/sign-out", signed_in(entry.sign_out)),
    _get("/dashboard/confirm", signed_in(entry.confirm_page)),
    _post("/dashboard/confirm", signed_in(entry.confirm_now)),
    _get("/dashboard/sessions", signed_in(account.sessions_page)),
    _post("/dashboard/sessions/revoke", signed_in(account.revoke_session)),
    _post("/dashboard/password", signed_in(account.change_password)),
    _get("/dashboard", signed_in(apps.home)),
    _get("/dashboard/apps/new", signed_in(apps.new_page)),
    _post("/dashboard/apps", signed_in(apps.create)),
    _get(_APP, signed_in(apps.app_page)),
    _get(f"{_APP}/secret", signed_in(apps.secret_page)),
    _post(f"{_APP}/name", signed_in(apps.rename)),
    _post(f"{_APP}/logo", signed_in(logo.replace)),
    _post(f"{_APP}/logo/remove", signed_in(logo.remove)),
    _post(f"{_APP}/options", signed_in(apps.choose_options)),
    _post(f"{_APP}/delete", signed_in(apps.close)),
    _post(f"{_APP}/secrets", signed_in(keys.new_secret)),
    _post(f"{_APP}/secrets/retire", signed_in(keys.retire_secret)),
    _post(f"{_APP}/uris", signed_in(keys.add_uri)),
    _post(f"{_APP}/uris/remove", signed_in(keys.remove_uri)),
    _post(f"{_APP}/verification", signed_in(keys.ask_for_verification)),
    _get(f"{_APP}/connections", signed_in(connections.connections_page)),
    _get(f"{_APP}/test", signed_in(trial.trial_page)),
    _post(f"{_APP}/test", signed_in(trial.begin)),
    _get(f"{_APP}/try", signed_in(trial.back)),
]
OPERATORS = [
    _get("/dashboard/verifications", operators_only(operators.queue_page)),
    _get(_REQUEST, operators_only(operators.request_page)),
    _post(f"{_REQUEST}/accept", operators_only(operators.accept)),
    _post(f"{_REQUEST}/refuse", operators_only(operators.refuse)),
    _post(f"{_REQUEST}/host-wildcards", operators_only(operators.host_wildcards)),
    _get("/dashboard/users", operators_only(operators.users_page)),
    _post("/dashboard/users/lock", operators_only(operators.lock_user)),
]
ROUTES: list[Route] = [*PUBLIC, *SIGNED_IN, *OPERATORS]
