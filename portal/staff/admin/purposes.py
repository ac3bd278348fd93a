"""What each list of the admin is for, in one line: shown above the list and on the first page."""

from typing import Any

from django.apps import apps
from django.db.models.options import Options

from portal.policy.models import PolicyRow

# By the model's name, as Django writes it.
PURPOSES: dict[str, str] = {
    "offices.office": "居民在“办事网点”里看到的地址、电话和乘车办法；保存以后马上生效。",
    "offices.stop": "到网点坐车在哪一站下，经过哪些线路；从网点的页面来这里改。",
    "contributions.channel": "缴费、查询、办事的渠道，和它们的网址、二维码；保存以后马上生效。",
    "policy.changeset": "每次改规定、数字和文字的变更单，从草稿到发布、撤回；点一张就打开它。",
    "policy.changesetevent": "变更单由谁在什么时候提交、批准、发布、撤回或修改，只供查看。",
    "policy.edition": "每张表的每一版：哪天起执行、依据哪份文件、里面有哪些数，只供查对；"
    "要改，请在变更单里复制为新一版。",
    "policy.confirmation": "谁在哪天核对过哪张表，只供查看；核对请到“各表和核对”去按“已核对”。",
    "policy.document": "网站依据的官方文件，只供查看；新的文件随变更单录入。",
    "policy.section": "官方文件的各个部分，和文件的原文一字不差，只供查对。",
    "policy.clause": "官方文件的每一条，网站上的小印指的就是它；可以按编号或原文里的字查找。",
    "policy.clausetext": "每一条的原文，从哪天起、随哪张变更单；录错了，在变更单里改正。",
    "policy.reading": "文件没有写明的地方，每一种理解的编号；点开看从哪天起怎样理解。",
    "policy.decidedreading": "文件没有写明的地方，本站决定怎样理解，理由是什么；要改，请在变更单里改。",
    "policy.readingchoice": "计算器按哪一种理解来算；它和“已定的理解”一起在变更单里改。",
    "policy.text": "网站上每一处说明文字的位置，和它的各版；改几个字到“文字”里马上改，动到数的在变更单里改。",
    "policy.textversion": "说明文字的每一版，从哪天起、随哪张变更单；改几个字到“文字”里马上改，动到数的在变更单里改。",
    "policy.seedrecord": "随网站带来、已经录入过的初始数据的名单，防止重复录入，平时不用看。",
    "auth.user": "能登录后台的同事：新建账号、停用账号、给岗位、重设密码。",
    "auth.group": "岗位能做哪些事；平时用“编辑、审核、管理员”三个就够了。",
    "staff.staffrecord": "谁在什么时候登录、导出过数据、改过账号，只供查看。",
    "staff.savedcase": "大家常看的例子；每张变更单都会算它们，看结果变了没有。",
    "wechat.verifyfile": "微信公众平台核对网站域名用的小文件：在这里照抄文件名和内容，保存以后马上放到网站上；"
    "核对通过也请留着。",
    "feedback.feedback": "居民对网页说“有帮助”或“没帮上”时写的话，和报告的不对的数字；看过以后在这里处理。",
    "feedback.dailycount": "每一页每天打开几次、计算器算出和没有给数字各几次；不记是谁。",
}


def purpose_of(about: Any) -> str:
    """Return the line for a model or its `_meta`; for a kind of rows, one made of its name."""
    opts: Options[Any] = getattr(about, "_meta", about)
    if opts.label_lower in PURPOSES:
        return PURPOSES[opts.label_lower]
    if issubclass(apps.get_model(opts.label), PolicyRow):
        return (
            f"各表各版里的“{opts.verbose_name_plural}”，只供查对；"
            "要改，请在变更单里把那张表复制为新一版。"
        )
    return ""
