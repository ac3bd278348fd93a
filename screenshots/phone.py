"""What residents see, for the gallery in docs/gallery.md and the READMEs."""

from screenshots.camera import Camera
from tests.browser.serving import Site

STAY = "scheme=flexible&group=active&tier=level3&cost=20000"
YEAR = (
    "/calculators/year/?scheme=flexible&group=active"
    "&e=inpatient,2026-03-02,level3,20000&e=inpatient,2026-08-11,level3,9000"
)
REFUSED = (
    "/calculators/inpatient/?scheme=resident&group=adult&tier=level3&cost=20000&place=temporary"
)
# Name of the picture, address, and what it begins with (a CSS selector; empty: the page's top).
PICTURES = (
    ("phone-home", "/", ""),
    ("phone-guide", "/guide/", ""),
    ("phone-person", "/for/flexible/", ""),
    ("phone-find", "/calculators/", ""),
    ("phone-question", "/calculators/inpatient/?scheme=flexible", ""),
    ("phone-result", f"/calculators/inpatient/?{STAY}", "#result"),
    ("phone-refusal", REFUSED, "#result"),
    ("phone-clause", "/policy/F-14.10", ""),
    ("phone-benefit", "/benefits/flexible-inpatient/", ""),
    ("phone-year", YEAR, "#result"),
    ("phone-offices", "/offices/", ""),
    ("phone-care", "/?mode=care", ""),
)
DARK = (("phone-dark", f"/calculators/inpatient/?{STAY}", "#result"),)


def story(camera: Camera, site: Site) -> None:
    """Photograph each page, and one in the dark."""
    for dark, pictures in ((False, PICTURES), (True, DARK)):
        for name, path, part in pictures:
            page = camera.open(path, dark=dark)
            camera.take(page, name, page.locator(part) if part else None)
            page.context.close()
