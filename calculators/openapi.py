"""The OpenAPI document of the public JSON, made from the forms that answer: they cannot drift.

What a value may be is said here once for each kind of field, in `_SCHEMAS`; a field of a new kind
without an entry is a KeyError, and tests hold every entry against what the field really reads.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from calculators import fields
from calculators.calculator import Calculator
from calculators.catalogue import CALCULATORS
from calculators.fields import Answer, ChoiceAnswer, RepeatedField
from calculators.rules.breakdown import Result
from calculators.rules.months import MONTHS_A_YEAR, Month
from calculators.rules.people import Group, Scheme
from calculators.topics.contribution import PAYERS, PayerField, YearField, payer_in_words
from calculators.topics.retiree_account import MonthsOfYearField
from calculators.year import CARRIED, EVENT_CALCULATORS, MOST_EVENTS, YEAR
from portal.policy.models.choices import Scheme as SchemeName

Schema = dict[str, Any]
FieldOf = Mapping[Scheme, Answer]  # one field, as each scheme that asks it has it

DAY: Schema = {"type": "string", "format": "date", "examples": ["2025-10-20"]}
MONEY: Schema = {"type": "string", "pattern": r"^[0-9]+\.[0-9]{2}$", "examples": ["18612.00"]}
TEXTS: Schema = {"type": "array", "items": {"type": "string"}}
DESCRIPTION = (
    "沈阳医保待遇测算和网点查询。网页、小程序和这里的接口用同一套规则。"
    "金额是两位小数的字符串，日期是 YYYY-MM-DD，月份是 YYYY-MM。空值等于没有给；"
    "不认识的参数、重复的参数、不属于该险种的参数，一律回答 422。"
    "文件没有写的情形不给数字：computable 为 false，reason 说明为什么，ask 说明问谁。"
    "任何来源的页面都可以调用，不需要登录，也不设 Cookie。"
)


@cache
def make_document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of everything under /api/v1/."""
    calculators = {
        f"/api/v1/calculators/{calculator.slug}": {"get": _calculator(calculator)}
        for calculator in CALCULATORS.values()
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "沈阳医保服务门户接口", "version": "1", "description": DESCRIPTION},
        "servers": [{"url": "/"}],
        "paths": {
            "/api/v1/calculators": {
                "get": {
                    "operationId": "listCalculators",
                    "summary": "有哪些计算器",
                    "responses": {"200": _response("计算器的列表。", "CalculatorList")},
                }
            },
            **calculators,
            "/api/v1/calculators/year": {"post": _year()},
            "/api/v1/offices": {"get": _offices()},
            "/api/v1/openapi.json": {
                "get": {
                    "operationId": "getOpenapi",
                    "summary": "这份说明",
                    "responses": {
                        "200": {
                            "description": "OpenAPI 3.1 文档。",
                            "content": {"application/json": {"schema": {"type": "object"}}},
                        }
                    },
                }
            },
        },
        "components": {"schemas": _COMPONENTS},
    }


def _year() -> dict[str, Any]:
    """The ledger: its events are the calculators' own parameters, without what it carries along."""
    events = {
        "type": "array",
        "maxItems": MOST_EVENTS,
        "items": {
            "type": "object",
            "required": ["calculator", "on"],
            "properties": {
                "calculator": {
                    "enum": sorted({n for ns in EVENT_CALCULATORS.values() for n in ns})
                },
                "on": DAY,
            },
            "additionalProperties": {"type": ["string", "integer", "boolean"]},
            "description": (
                "一件事：用哪个计算器、哪一天，加上那个计算器自己的参数。"
                f"由全年账单带着走的不用给：{'、'.join(CARRIED)}。"
                "居民的门诊统筹只给 cost，季度由日期得出。"
            ),
        },
    }
    body: Schema = {
        "type": "object",
        "required": ["scheme", "group", "events"],
        "additionalProperties": False,
        "properties": {
            "scheme": {"enum": [scheme.value for scheme in Scheme]},
            "group": {"enum": [group.value for group in Group]},
            "chronic_holder": {"type": "boolean", "default": False},
            "threshold": {"type": "string", "pattern": r"^[0-9]{1,20}(\.[0-9]{1,2})?$"},
            "events": events,
        },
    }
    return {
        "operationId": "year",
        "summary": YEAR.title,
        "description": YEAR.lead,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": _response("按日期排好的每件事、合计和各项限额还剩多少。", "Answer"),
            "422": _response("内容有误：按位置列出中文说明，例如 events.3.cost。", "Errors"),
        },
    }


def _calculator(calculator: Calculator) -> dict[str, Any]:
    schemes = "、".join(SchemeName(scheme).label for scheme in calculator.form.schemes)
    return {
        "operationId": calculator.slug,
        "summary": calculator.title,
        "description": f"{calculator.lead}适用险种：{schemes}。",
        "parameters": [
            _parameter(calculator, name, asked) for name, asked in _asked(calculator).items()
        ],
        "responses": {
            "200": {
                "description": "算出的结果；文件没有答案时是不给数字的理由。",
                "content": {
                    "application/json": {"schema": {"oneOf": [_ref("Answer"), _ref("Refusal")]}}
                },
            },
            "422": _response("参数有误：按参数名列出中文说明。", "Errors"),
        },
    }


def _asked(calculator: Calculator) -> dict[str, dict[Scheme, Answer]]:
    """Each question by name, as each scheme that asks it has it."""
    asked: dict[str, dict[Scheme, Answer]] = {name: {} for name in calculator.form.base_fields}
    for scheme in calculator.form.schemes:
        for name, field in calculator.form(scheme=scheme, strict=True).fields.items():
            assert isinstance(field, Answer)
            asked[name][scheme] = field
    return {name: by_scheme for name, by_scheme in asked.items() if by_scheme}


def _parameter(calculator: Calculator, name: str, by_scheme: FieldOf) -> dict[str, Any]:
    schemes = calculator.form.schemes
    needing = [scheme for scheme, field in by_scheme.items() if field.required]
    schema = _schema(by_scheme)
    if name == "scheme" and calculator.form.default_scheme:
        needing = []
        schema["default"] = calculator.form.default_scheme.value
    parameter: dict[str, Any] = {
        "name": name,
        "in": "query",
        "required": len(needing) == len(schemes),
        "description": _description(by_scheme, needing, schemes),
        "schema": schema,
    }
    if len(by_scheme) < len(schemes):
        parameter["x-schemes"] = [scheme.value for scheme in by_scheme]
    if needing and not parameter["required"]:
        parameter["x-required-for"] = [scheme.value for scheme in needing]
    if schema["type"] == "array":
        parameter |= {"style": "form", "explode": True}
    return parameter


def _description(by_scheme: FieldOf, needing: list[Scheme], schemes: tuple[Scheme, ...]) -> str:
    """Say in Chinese what is asked, of whom, and what the choices are called."""
    field = next(iter(by_scheme.values()))
    said = [str(field.label), str(field.help_text)]
    if len(by_scheme) < len(schemes):
        said.append(f"只用于{'、'.join(SchemeName(scheme).label for scheme in by_scheme)}。")
    if needing and len(needing) < len(schemes):
        said.append("必填。")
    if isinstance(field, RepeatedField):
        said.append("可以重复给。")
    return " ".join(part for part in said if part)


def _schema(by_scheme: FieldOf) -> Schema:
    """What the value of a question may be. Choices that differ stand by scheme under `anyOf`."""
    each = {scheme: _schema_of(field) for scheme, field in by_scheme.items()}
    first, *others = each.values()
    if all(other == first for other in others):
        return first
    return {
        "type": "string",
        "anyOf": [
            {"title": str(SchemeName(scheme).label), "x-scheme": scheme.value, **schema}
            for scheme, schema in each.items()
        ],
    }


def _schema_of(field: Answer) -> Schema:
    schema = _SCHEMAS[type(field)](field)
    if field.default is not None and not isinstance(field, RepeatedField):
        schema["default"] = _spelled(field.default)
    return schema


def _spelled(default: Result) -> Any:
    """A default as a query gives it: counts and yes or no stay what they are, the rest is text."""
    return default if isinstance(default, int) else str(default)


def _choice(field: ChoiceAnswer) -> Schema:
    return {
        "type": "string",
        "enum": [member.value for member, _ in field.choices],
        "x-labels": {member.value: str(label) for member, label in field.choices},
    }


def _repeated(field: RepeatedField) -> Schema:
    return {
        "type": "array",
        "items": _schema_of(field.one),
        "minItems": 1 if field.required else 0,
        "maxItems": fields.MOST_REPEATED,
    }


def _integer(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


# One entry for each kind of field there is.
_SCHEMAS: dict[type[Answer], Callable[[Any], Schema]] = {
    fields.AmountField: lambda field: {
        "type": "string",
        "pattern": r"^[0-9]{1,20}(\.[0-9]{1,2})?$",
        "description": f"0 到 {fields.LARGEST_AMOUNT} 元，最多两位小数。",
        "examples": ["20000", "20000.50"],
    },
    fields.ChoiceAnswer: _choice,
    fields.CountField: lambda field: _integer(field.least, fields.LARGEST_COUNT),
    fields.DayField: lambda field: dict(DAY),
    fields.MonthField: lambda field: {
        "type": "string",
        "pattern": r"^(19|[2-9][0-9])[0-9]{2}-(0[1-9]|1[0-2])$",
        "examples": [str(Month(2025, 9))],
    },
    fields.RepeatedField: _repeated,
    fields.YesNoField: lambda field: {"type": "boolean"},
    MonthsOfYearField: lambda field: _integer(1, MONTHS_A_YEAR),
    PayerField: lambda field: {
        "type": "string",
        "enum": [str(payer) for payer in PAYERS],
        "x-labels": {str(payer): payer_in_words(payer) for payer in PAYERS},
    },
    YearField: lambda field: {"type": "integer", "minimum": fields.FIRST_YEAR, "maximum": 9999},
}


def _offices() -> dict[str, Any]:
    return {
        "operationId": "findOffices",
        "summary": "办事网点",
        "description": "沈阳医保中心和各分中心。不给 q 就列出全部。",
        "parameters": [
            {
                "name": "q",
                "in": "query",
                "required": False,
                "description": (
                    "名称、区县、地址、别名、车站、线路或电话里的字，名称的拼音或首字母；"
                    "几个词用空格分开，都要有。"
                ),
                "schema": {"type": "string"},
            }
        ],
        "responses": {
            "200": _response("符合的网点，最像的在前。", "OfficeList"),
            "422": _response("参数有误：按参数名列出中文说明。", "Errors"),
        },
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _response(description: str, schema: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/json": {"schema": _ref(schema)}},
    }


def _object(**properties: Schema) -> Schema:
    """An object that has all of `properties`; more may be added some day."""
    return {"type": "object", "required": list(properties), "properties": properties}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


TEXT: Schema = {"type": "string"}
CLAUSES: Schema = {
    "type": "array",
    "items": {"type": "string", "pattern": r"^[A-Z]-[0-9]+\.[0-9]+$"},
}
ANSWERED: dict[str, Schema] = {
    "calculator": TEXT,
    "date": {**DAY, "description": "按这一天的规定算。"},
    "steps": _list(_ref("Step")),
    "policy": _list(_ref("Table")),
    "readings": _list(_ref("Reading")),
    "notices": {**TEXTS, "description": "中文提示，规定的年份在最前面。"},
}
_COMPONENTS: dict[str, Schema] = {
    "Value": {
        "description": "一项结果：金额（两位小数的字符串）、日期、月份、整数、是否，或它们的列表；"
        "null 表示文件没有写、没有，或缺少回答。",
        "anyOf": [
            {"type": ["string", "integer", "boolean", "null"]},
            _list(_ref("Value")),
            {"type": "object", "additionalProperties": _ref("Value")},
        ],
    },
    "Result": {
        "type": "object",
        "description": "结果按名称列出，名称各计算器不同。",
        "minProperties": 1,
        "additionalProperties": _ref("Value"),
    },
    "Step": _object(
        code=TEXT,
        label={**TEXT, "description": "这一步的中文名称。"},
        formula={**TEXT, "description": "代入真实数字的算式。"},
        amount=_or_null(dict(MONEY)),
        clauses={**CLAUSES, "description": "依据的条款，可以在 /policy/<编号> 查看。"},
    ),
    "Table": _object(
        scheme={"type": "string", "enum": [scheme.value for scheme in Scheme]},
        table=TEXT,
        in_force_from=dict(DAY),
        start_is_stated={"type": "boolean", "description": "起始日期是不是文件写明的。"},
        document=TEXT,
        document_date=_or_null({**TEXT, "description": "文件落款的年月，例如 2025-10。"}),
        confirmed_on=_or_null(dict(DAY)),
    ),
    "Reading": _object(
        id={"type": "string", "pattern": r"^A-[0-9]+$"},
        text={**TEXT, "description": "文件有歧义的地方，本结果采用的理解。"},
        confidence={"type": "string", "enum": ["H", "M", "L"]},
        otherwise={
            **_or_null(_ref("Result")),
            "description": "按另一种理解会不同的结果。",
        },
        otherwise_text=TEXT,
        alternatives=_list(_object(choice=TEXT, result=_ref("Result"))),
    ),
    "Answer": _object(computable={"const": True}, result=_ref("Result"), **ANSWERED),
    "Refusal": _object(
        computable={"const": False},
        result={"type": "null"},
        reason={**TEXT, "description": "为什么不给数字。"},
        ask={**TEXT, "description": "可以问谁。"},
        **ANSWERED,
    ),
    "Errors": _object(
        errors={
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {**TEXTS, "minItems": 1},
        }
    ),
    "CalculatorList": _object(
        calculators=_list(
            _object(
                slug=TEXT,
                title=TEXT,
                schemes=_list({"type": "string", "enum": [scheme.value for scheme in Scheme]}),
                page={**TEXT, "description": "网页的地址。"},
            )
        )
    ),
    "OfficeList": _object(
        offices=_list(
            _object(
                name=TEXT,
                district=TEXT,
                address=TEXT,
                phones={**TEXTS, "description": "电话，照文件印的写。"},
                phone_links=_list(_object(number=TEXT, tel=TEXT, label=TEXT, hint=TEXT)),
                transport={**TEXT, "description": "乘车说明，文件的原句。"},
                stops=_list(_object(station=TEXT, exit=TEXT, how=TEXT, lines=TEXTS)),
                aliases=TEXTS,
                notice={**TEXT, "description": "临时提示，没有就是空的。"},
                closures={
                    **_list(
                        _object(
                            kind={"type": "string", "enum": ["closed", "moved"]},
                            first_day=DAY,
                            last_day=DAY,
                            notice=TEXT,
                            address={**TEXT, "description": "临时地址，没有就是空的。"},
                        )
                    ),
                    "description": "现在要告诉大家的暂停办公（closed）和临时搬迁（moved）。",
                },
                page={**TEXT, "description": "网页的地址。"},
            )
        )
    ),
}
