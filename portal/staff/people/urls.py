"""Addresses about people, under `<admin>/people/`."""

from django.urls import path

from portal.staff.people import entrance, gate, records, security
from portal.staff.people.frame import staff_page

app_name = "people"
urlpatterns = [
    path("code/", entrance.ask_for_code, name="code"),
    path("security/", staff_page(security.security), name="security"),
    # Open to who must set it up before anything else opens.
    path("security/app/", staff_page(security.enrol, allowed=gate.signed_in), name="enrol"),
    path("security/codes/", staff_page(security.new_codes), name="new-codes"),
    path("security/off/", staff_page(security.remove), name="remove"),
    path("security/leave/", staff_page(security.leave_everywhere), name="leave-everywhere"),
    path("records/", staff_page(records.records, permission=records.SEE_RECORDS), name="records"),
]
