"""A Wagtail site as `wagtail start` makes it, whose home page lists fifteen children.

The yardstick of `benchmarks.web`: what a page costs that a content system reads from its tree. It
lives in a scratch environment of its own (var/bench/wagtail) and serves without debugging.
"""

import shutil
import subprocess
from pathlib import Path

CHILDREN = 15
SETTINGS = "bench.settings.measured"

SETTINGS_FILE = """\
from .base import *
DEBUG = False
SECRET_KEY = "only-for-this-benchmark"
ALLOWED_HOSTS = ["*"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
"""

PAGE = """\
{% extends "base.html" %}
{% load wagtailcore_tags %}
{% block content %}
<h1>{{ page.title }}</h1>
<ul>{% for child in page.get_children.live %}
<li><a href="{% pageurl child %}">{{ child.title }}</a></li>{% endfor %}
</ul>
{% endblock %}
"""

MAKE_CHILDREN = f"""\
from home.models import HomePage
home = HomePage.objects.get(depth=2)
for number in range(1, {CHILDREN} + 1):
    home.add_child(instance=HomePage(title=f"住院报销 {{number}}", slug=f"child-{{number}}"))
"""


def prepare(python: str) -> Path:
    """Make the site once beside the environment of `python`; return its folder."""
    site = Path(python).parent.parent / "site"
    if (site / "ready").exists():
        return site
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir()
    wagtail = Path(python).with_name("wagtail")
    subprocess.run([wagtail, "start", "bench", site], check=True, stdout=subprocess.DEVNULL)
    (site / "bench" / "settings" / "measured.py").write_text(SETTINGS_FILE, encoding="utf-8")
    (site / "home" / "templates" / "home" / "home_page.html").write_text(PAGE, encoding="utf-8")
    for command in (["migrate", "--verbosity=0"], ["shell", "--command", MAKE_CHILDREN]):
        subprocess.run(
            [python, "manage.py", *command, f"--settings={SETTINGS}"],
            cwd=site,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    (site / "ready").touch()
    return site
