from django.apps import AppConfig


class WeChatConfig(AppConfig):
    name = "portal.wechat"
    verbose_name = "微信"
