from django.urls import path, re_path

from portal.wechat import views

app_name = "wechat"
urlpatterns = [
    path("wechat/signature", views.signature, name="signature"),
    # Other names are no file of WeChat's, and lead to the page for wrong addresses.
    re_path(r"^(?P<name>MP_verify_[A-Za-z0-9]{16}\.txt)\Z", views.verify_file, name="verify-file"),
]
