"""A person in a browser without scripts: reads pages, fills in forms, and says yes."""

from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import requests
from lxml import html

from tests.servers.dav import DavServer


@dataclass
class Person:
    """Somebody with calendars on a CalDAV server; their browser keeps its cookies."""

    dav: DavServer
    user: str = "alice"
    browser: requests.Session = field(default_factory=requests.Session)

    def agree(self, authorize_url: str) -> str:
        """Go through every page; the address the browser is sent back to."""
        chooser = self.browser.get(authorize_url, timeout=30)
        service = self._page(chooser).xpath("//a[contains(@href, '/service/generic')]/@href")[0]
        form_page = self.browser.get(urljoin(chooser.url, service), timeout=30)
        typed = {
            "address": self.dav.url,
            "host": self.dav.url,
            "user": self.user,
            "password": self.dav.passwords[self.user],
        }
        consent = self._send(form_page, "password", typed)
        back = self._send(consent, "shown", {}, follow=False)
        assert back.status_code == 303, back.text
        return back.headers["location"]

    def _send(
        self, page: requests.Response, having: str, typed: dict[str, str], *, follow: bool = True
    ) -> requests.Response:
        """Fill in and send the form that has a field of this name."""
        (form,) = self._page(page).xpath(f"//form[.//input[@name='{having}']]")
        fields = dict(form.form_values())
        fields.update({name: value for name, value in typed.items() if name in form.inputs})
        here = urlsplit(page.url)
        headers = {"Origin": f"{here.scheme}://{here.netloc}", "Sec-Fetch-Site": "same-origin"}
        url = urljoin(page.url, form.action or page.url)
        return self.browser.post(
            url, data=fields, headers=headers, timeout=60, allow_redirects=follow
        )

    def _page(self, response: requests.Response) -> html.HtmlElement:
        assert response.status_code == 200, response.text
        return html.fromstring(response.text)
